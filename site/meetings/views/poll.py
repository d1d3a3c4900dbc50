"""The page behind a date poll's link. No account is needed: the signed link says who answers."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from design.acts import telling
from design.once import once
from meetings.actions import poll as actions
from meetings.forms.poll import AnswerForm
from meetings.models import Voter


@sensitive_variables("token")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@once(again=True)
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows the dates, nothing more: mail scanners open links. POST answers, also once again."""
    try:
        voter = Voter.objects.by_token(token)
    except Voter.DoesNotExist:
        return render(request, "accounts/link_closed.html", status=404)
    poll = voter.poll
    form = AnswerForm(request.POST or None, poll=poll, voter=voter)
    if request.method == "POST" and (not poll.takes_answers or form.is_valid()):
        with telling(request, "Thank you. Your answers are saved. You can change them here until we choose."):
            actions.answer(voter, form.answers() if form.is_valid() else {})
        return redirect("meetings:poll", token=token)
    return render(
        request,
        "meetings/poll.html",
        {"voter": voter, "poll": poll, "form": form, "token": token},
        status=422 if form.errors else 200,
    )
