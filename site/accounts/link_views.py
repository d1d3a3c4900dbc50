"""The page behind a scoped link: it sends a code to the mailbox and takes the code.

A room's view needs few lines:

    def open_quote(request, token):
        return open_link(request, FunderLink, token, lambda link: reverse("billing:funder", args=[link.pk]))

    def funder_page(request, pk):
        link = verified(request, FunderLink, pk)
        if link is None: raise Http404
"""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables

from accounts import actions
from accounts.forms import LinkCodeForm
from accounts.links import CODE_MINUTES, Link, verified
from changes.refusals import Refused

TEMPLATE = "accounts/link_code.html"


@sensitive_variables("token")
def open_link(
    request: HttpRequest,
    model: type[Link],
    token: str,
    next_url: str | Callable[[Link], str],
    *,
    heading: str = "Show that this mailbox is yours",
    lead: str = "",
) -> HttpResponse:
    """Lead the holder of `token` to `next_url` once they have shown the code mailed to the link's address.

    GET changes nothing, since mail scanners follow links. POST with `send` mails a code; POST with `code`
    checks it. An unknown, expired or revoked token gets one and the same page, so that it tells nothing.
    """
    if request.method not in {"GET", "HEAD", "POST"}:
        raise Http404
    return _open(request, model, token, next_url, {"heading": heading, "lead": lead})


@never_cache
def _open(
    request: HttpRequest,
    model: type[Link],
    token: str,
    next_url: str | Callable[[Link], str],
    words: dict[str, str],
) -> HttpResponse:
    link = model.open_token(token)
    if link is None:
        return render(request, "accounts/link_closed.html", status=404)
    onward = next_url(link) if callable(next_url) else next_url
    if request.method != "POST" and verified(request, model, link.pk):
        return redirect(onward)
    form = LinkCodeForm()
    if request.method == "POST" and "code" in request.POST:
        form = LinkCodeForm(request.POST)
        if form.is_valid():
            if actions.check_code(request, link, form.cleaned_data["code"]):
                return redirect(onward)
            link.refresh_from_db()
            form.add_error("code", _why_not(link))
    elif request.method == "POST":
        try:
            actions.send_code(link)
        except Refused as no:
            for message in no.messages:
                messages.error(request, message)
        return redirect(request.path)
    context = {"link": link, "form": form, "is_sent": link.has_live_code, "minutes": CODE_MINUTES, **words}
    return render(request, TEMPLATE, context)


def _why_not(link: Link) -> str:
    if link.has_live_code:
        return "Check the code in the email. That one does not match."
    return "Ask for a new code. That one no longer works."
