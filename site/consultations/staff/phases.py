"""How far cases have come, for filters over any number of them: the stages of `stages.py` in fewer words, in SQL.

A test holds both to the same answer for every state a case can be in.
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, Subquery, TextChoices

from billing.models import Order, Quote
from consultations.models import Consultation, DocumentRequest, Pause, Recommendations
from meetings.models import Meeting

Status = Consultation.Status


class Phase(TextChoices):
    TRIAGE = "triage", "Triage"
    PAUSED = "paused", "Paused"
    FUNDING = "funding", "Funding"
    DOCUMENTS = "documents", "Documents"
    MEETING = "meeting", "Meeting"
    REPORT = "report", "Recommendations"
    MONEY = "money", "Invoice and payment"
    CLOSING = "closing", "Ready to close"
    ENDED = "ended", "Ended"


# Each name that `stage_of` gives, with the phase it belongs to.
OF_STAGE: dict[str, Phase] = {
    "Waiting for triage": Phase.TRIAGE,
    "More asked": Phase.TRIAGE,
    "Paused": Phase.PAUSED,
    "Preparing the quote": Phase.FUNDING,
    "Waiting for funding": Phase.FUNDING,
    "Collecting documents": Phase.DOCUMENTS,
    "Booking the meeting": Phase.MEETING,
    "Meeting booked": Phase.MEETING,
    "Writing": Phase.REPORT,
    "In review": Phase.REPORT,
    "Signed off": Phase.REPORT,
    "Ready to invoice": Phase.MONEY,
    "Waiting for payment": Phase.MONEY,
    "Ready to close": Phase.CLOSING,
    "Declined": Phase.ENDED,
    "Withdrawn": Phase.ENDED,
    "Closed": Phase.ENDED,
}


def in_phase(phase: str) -> Q:
    """Cases in this phase. Raises KeyError for another word."""
    of_case = {"consultation": OuterRef("pk")}
    lines = DocumentRequest.objects.filter(**of_case)
    open_lines = lines.filter(is_required=True, status__in=DocumentRequest.OPEN)
    meetings = Meeting.objects.filter(consultations=OuterRef("pk")).exclude(status=Meeting.Status.CANCELLED)
    standing = meetings.order_by("-pk").values("status")[:1]

    paused = Exists(Pause.objects.filter(**of_case, status=Pause.Status.STANDING))
    funded = Exists(Quote.objects.filter(order=OuterRef("order"), status=Quote.Status.ACCEPTED))
    documented = Exists(lines) & ~Exists(open_lines)
    is_held = Exists(
        Consultation.objects.filter(pk=OuterRef("pk"))
        .alias(meeting_now=Subquery(standing))
        .filter(meeting_now=Meeting.Status.HELD)
    )
    issued = Exists(Recommendations.objects.filter(**of_case, issued_at__isnull=False))
    paid = Exists(Order.objects.with_facts().filter(pk=OuterRef("order"), is_paid=True))  # type: ignore[attr-defined,misc]

    accepted = Q(status=Status.ACCEPTED)
    working = accepted & ~Q(issued)
    going = working & ~Q(paused)
    return {
        Phase.TRIAGE: Q(status__in=(Status.SUBMITTED, Status.QUESTIONED)),
        Phase.PAUSED: working & Q(paused),
        Phase.FUNDING: going & ~Q(funded),
        Phase.DOCUMENTS: going & Q(funded) & ~Q(documented),
        Phase.MEETING: going & Q(funded) & Q(documented) & ~Q(is_held),
        Phase.REPORT: going & Q(funded) & Q(documented) & Q(is_held),
        Phase.MONEY: accepted & Q(issued) & ~Q(paid),
        Phase.CLOSING: accepted & Q(issued) & Q(paid),
        Phase.ENDED: Q(status__in=Consultation.ENDED),
    }[Phase(phase)]
