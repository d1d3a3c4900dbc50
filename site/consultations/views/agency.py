"""The pages of an agency's upload link: its own list, and nothing else of the case (R9).

Whoever has not shown a code from the link's mailbox within two hours, or whose link was ended or has run
out, is told the same as somebody who made the address up.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers

from accounts import links
from accounts.link_views import open_link
from consultations.models import AgencyLink, Consultation, DocumentRequest
from consultations.views import uploads
from consultations.views.documents import by_when, tone_of
from design import kept
from design.once import once


def opening(request: HttpRequest, token: str) -> HttpResponse:
    """The link as it was mailed: it sends a code to the mailbox and takes the code."""
    return open_link(
        request,
        AgencyLink,
        token,
        lambda link: reverse("consultations:agency", args=[link.pk]),
        lead="Colleagues around a case asked us to get documents from your agency.",
    )


def for_agency(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The view gets the link. A closed one answers 404; what was typed before it closed is kept (R13)."""

    @wraps(view)
    def guarded(request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
        link = links.verified(request, AgencyLink, pk)
        if link is None or link.consultation.status != Consultation.Status.ACCEPTED:
            if request.method == "POST":
                kept.keep(request, kept.page_of(request))
            response = render(request, "consultations/agency_closed.html", status=404)
        else:
            with kept.putting_back(request):
                response = view(request, link, **kwargs)
        add_never_cache_headers(response)
        return response

    return guarded


def _lines(link: AgencyLink) -> list[DocumentRequest]:
    return list(link.lines.prefetch_related("files"))


def _state(link: AgencyLink, line: DocumentRequest) -> tuple[str, str]:
    """Word and tone of a line as this agency may know it: of what others sent, only that it is here."""
    if line.status == DocumentRequest.Status.WAIVED:
        return "No longer needed", "slate"
    newest = line.newest
    is_theirs = newest is None or newest.sent_by_link_id == link.pk
    if is_theirs or line.status in DocumentRequest.UNANSWERED:
        return line.state, tone_of(line)
    if line.status == DocumentRequest.Status.RETURNED:
        return "Requested", "clay"
    return "We have it", "hedge"


@for_agency
def page(request: HttpRequest, link: AgencyLink) -> HttpResponse:
    rows = []
    for line in _lines(link):
        word, tone = _state(link, line)
        rows.append(
            {
                "title": line.title,
                "href": reverse("consultations:agency_document", args=[link.pk, line.number]),
                "hint": f"{by_when(line)} {line.guidance}".strip(),
                "status": word,
                "tone": tone,
            }
        )
    return render(request, "consultations/agency.html", {"link": link, "tasks": rows})


@for_agency
def document(request: HttpRequest, link: AgencyLink, number: int) -> HttpResponse:
    """One line: what this agency sent for it, and a form to send more."""
    line = get_object_or_404(link.lines.prefetch_related("files"), number=number)
    here = reverse("consultations:agency_document", args=[link.pk, number])
    form, answer = uploads.take(request, line, by=link, here=here)
    if answer is not None:
        return answer
    word, tone = _state(link, line)
    files = [file for file in line.files.all() if file.sent_by_link_id == link.pk]
    newest = line.newest
    return render(
        request,
        "consultations/document.html",
        {
            "consultation": link.consultation,
            "link": link,
            "line": line,
            "state": word,
            "tone": tone,
            "is_returned": newest is not None and newest.sent_by_link_id == link.pk,
            "files": [{"file": file, "may_read": False} for file in files],
            "may_send": line.takes_files,
            "form": form,
            "most": uploads.most_megabytes(),
            "decline_href": reverse("consultations:agency_decline", args=[link.pk, number]),
            "back_href": reverse("consultations:agency", args=[link.pk]),
        },
        status=422 if form.errors else 200,
    )


@for_agency
@once
def decline(request: HttpRequest, link: AgencyLink, number: int) -> HttpResponse:
    line = get_object_or_404(link.lines.prefetch_related("files"), number=number)
    here = reverse("consultations:agency_document", args=[link.pk, number])
    return uploads.decline(request, line, by=link, here=here)
