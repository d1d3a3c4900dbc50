"""Who of the staff may open which case (R9).

Coordinators and clinical leads open any that was sent to us. A consultant opens their own; for another's they
give a reason first, which is kept, and holds for an hour of that session. Everybody else gets a 404.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from consultations.actions import note_opening
from consultations.models import Consultation
from consultations.models.consultation import ConsultationQuerySet
from design import kept

VIEW = "consultations.view_consultation"
TRIAGE = "consultations.triage_consultation"
OVERRIDE = "consultations.override_eligibility"
ALLOCATE = "consultations.allocate_consultation"
REVIEW_DOCUMENT = "consultations.review_document"
READ_DOCUMENT = "consultations.view_casedocument"
READ_REPORT = "consultations.view_recommendations"
WRITE = "consultations.write_recommendations"
SIGN_OFF = "consultations.sign_off_recommendations"
HOLD = "consultations.hold_records"
BOOK = "meetings.add_meeting"
CHANGE_MEETING = "meetings.change_meeting"
QUOTE = "billing.issue_quote"
INVOICE = "billing.issue_invoice"

OPENED = "cases_opened"  # in the session: case → until when, in seconds since 1970
AN_HOUR = 60 * 60
View = Callable[..., HttpResponseBase]


def case_of(request: HttpRequest, pk: int, cases: ConsultationQuerySet | None = None) -> Consultation:
    """A case that was sent to us, for staff who read cases. Raises Http404 for everybody else.

    Who declared a conflict of interest in it is everybody else.
    """
    if not request.user.has_perm(VIEW):
        raise Http404("Not yours to see.")
    every = Consultation.objects.all() if cases is None else cases
    return get_object_or_404(
        every.sent()
        .free_of_conflict(request.user)
        .select_related(
            "referral", "organisation", "contact__user", "order", "lead_consultant", "second_consultant"
        ),
        pk=pk,
    )


def is_on(user: Any, consultation: Consultation) -> bool:
    return user.pk in {consultation.lead_consultant_id, consultation.second_consultant_id}


def needs_reason(request: HttpRequest, consultation: Consultation) -> bool:
    user = request.user
    return not (user.has_perm(TRIAGE) or is_on(user, consultation) or _is_open(request, consultation))


def _is_open(request: HttpRequest, consultation: Consultation) -> bool:
    return request.session.get(OPENED, {}).get(str(consultation.pk), 0) > time.time()


def open_case(request: HttpRequest, consultation: Consultation, *, reason: str = "") -> None:
    """Log that somebody who is not on the case opened it, with why, and let them in for an hour."""
    user: Any = request.user  # who has the permission to see cases is somebody
    note_opening(consultation, by=user, reason=reason)
    now = time.time()
    still = {pk: until for pk, until in request.session.get(OPENED, {}).items() if until > now}
    request.session[OPENED] = {**still, str(consultation.pk): now + AN_HOUR}


def on_case(
    *permissions: str, cases: Callable[[], ConsultationQuerySet] | None = None
) -> Callable[[View], View]:
    """Wrap a view: it gets `consultation=` instead of `pk`, once whoever asks may open it and may do this.

    Any one of `permissions` is enough. A POST that first has to give a reason keeps what was typed (R13).
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponseBase:
            consultation = case_of(request, pk, cases() if cases else None)
            if permissions and not any(request.user.has_perm(name) for name in permissions):
                raise Http404("Not yours to do.")
            if needs_reason(request, consultation):
                page = request.get_full_path()
                if request.method == "POST":
                    page = kept.page_of(request)
                    kept.keep(request, page)
                opening = reverse("consultation:open", args=[pk])
                return redirect(f"{opening}?{urlencode({'next': page})}")
            passes_by = request.user.has_perm(WRITE) and not is_on(request.user, consultation)
            if passes_by and not _is_open(request, consultation):
                open_case(request, consultation)
            return view(request, consultation=consultation, **kwargs)

        return guarded

    return decorate


def next_page(request: HttpRequest, consultation: Consultation) -> str:
    """Where the reader was going, if it is ours; else the case."""
    there = request.GET.get("next", "")
    if url_has_allowed_host_and_scheme(there, {request.get_host()}, require_https=request.is_secure()):
        return there
    return reverse("consultation:inspect", args=[consultation.pk])
