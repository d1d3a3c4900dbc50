from django.http import Http404


def later(request, **kwargs):
    raise Http404
