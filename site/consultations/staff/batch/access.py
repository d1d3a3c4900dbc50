"""Who of the staff may open batches, and do what: anybody else gets a 404 (R9)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db.models import Count, Prefetch
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404

from billing.models import Order
from consultations.models import Batch, BatchSession, Consultation
from consultations.models.batch import BatchQuerySet

VIEW = "consultations.view_batch"
TRIAGE = "consultations.triage_batch"
SCHEDULE = "consultations.schedule_batch"
CHANGE_MEETING = "meetings.change_meeting"
QUOTE = "billing.issue_quote"
INVOICE = "billing.issue_invoice"
CREDIT = "billing.issue_credit_note"

View = Callable[..., HttpResponseBase]


def batches_for_list() -> BatchQuerySet:
    """Sent batches, with all that a row of the list or the desk says: in a fixed number of queries, none decrypted."""
    orders = Order.objects.with_facts().select_related("funder").prefetch_related("lines__credits")  # type: ignore[attr-defined]
    sessions = BatchSession.objects.defer("note", "focus").select_related("meeting")
    found: BatchQuerySet = (
        Batch.objects.sent()
        .for_staff_list()
        .select_related("lead_consultant")
        .defer("aims")
        .prefetch_related(Prefetch("order", orders), Prefetch("sessions", sessions))
    )
    return found


def whole_batch() -> BatchQuerySet:
    """One batch with all that its page and its sessions' pages read."""
    orders = (
        Order.objects.with_facts()
        .select_related("funder")
        .prefetch_related(  # type: ignore[attr-defined]
            "lines__credits", "quotes", "invoices"
        )
    )
    sessions = (
        BatchSession.objects.defer("note", "focus")
        .select_related("meeting", "consultation", "note_by")
        .prefetch_related("meeting__attendees")
        .annotate(brought=Count("items"))
    )
    found: BatchQuerySet = (
        Batch.objects.sent()
        .for_staff_list()
        .select_related("contact__user", "lead_consultant", "renews")
        .prefetch_related(Prefetch("order", orders), Prefetch("sessions", sessions), "renewals", "meetings")
    )
    return found


def cases_to_pay_for(batch: Batch, user: Any) -> list[Consultation]:
    """Cases of the same organisation that a session may pay for: accepted, and their cost not agreed yet."""
    cases = (
        Consultation.objects.filter(organisation=batch.organisation_id, status=Consultation.Status.ACCEPTED)
        .free_of_conflict(user)  # type: ignore[attr-defined]
        .select_related("drawn")
        .prefetch_related(Prefetch("order", Order.objects.with_facts()))  # type: ignore[attr-defined]
        .order_by("reference")
    )
    return [case for case in cases if not case.is_funded]


def on_batch(*permissions: str) -> Callable[[View], View]:
    """Wrap a view: it gets `batch=` instead of `pk`, once whoever asks reads batches and may do this."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponseBase:
            if not all(request.user.has_perm(name) for name in (VIEW, *permissions)):
                raise Http404("Not yours to see.")
            return view(request, batch=get_object_or_404(whole_batch(), pk=pk), **kwargs)

        return guarded

    return decorate


def on_session(*permissions: str) -> Callable[[View], View]:
    """The same for one session: `session=` instead of `number`, and its batch is on it."""

    def decorate(view: View) -> View:
        @on_batch(*permissions)
        @wraps(view)
        def guarded(request: HttpRequest, batch: Batch, number: int, **kwargs: Any) -> HttpResponseBase:
            session = next((s for s in batch.sessions.all() if s.number == number), None)
            if session is None:
                raise Http404("No such session.")
            return view(request, session=session, **kwargs)

        return guarded

    return decorate
