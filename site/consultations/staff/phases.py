"""Where cases stand, for lists and filters over any number of them: what `stages.py` says of one, said in SQL.

A test holds both to the same answer for every state a case can be in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, Subquery, TextChoices, Value, When

from billing.models import Order, Quote
from consultations.models import BatchSession, Consultation, DocumentRequest, Pause, Recommendations
from consultations.models.consultation import ConsultationQuerySet
from engagements.stages import Whose
from meetings.models import Meeting

Status = Consultation.Status
Report = Recommendations.Status


class Phase(TextChoices):
    """Several stages in one word, to filter by."""

    TRIAGE = "triage", "Triage"
    PAUSED = "paused", "Paused"
    FUNDING = "funding", "Funding"
    DOCUMENTS = "documents", "Documents"
    MEETING = "meeting", "Meeting"
    REPORT = "report", "Recommendations"
    MONEY = "money", "Invoice and payment"
    CLOSING = "closing", "Ready to close"
    ENDED = "ended", "Ended"


class Facts:
    """What the conditions below ask of the rows of a case, each as a question to the database."""

    def __init__(self) -> None:
        case, order = {"consultation": OuterRef("pk")}, {"order": OuterRef("order")}
        pauses = Pause.objects.filter(**case, status=Pause.Status.STANDING)
        lines = DocumentRequest.objects.filter(**case, asked_at__isnull=False)  # not while only planned
        orders: Any = Order.objects.with_facts().filter(pk=OuterRef("order"))  # type: ignore[attr-defined]
        self.paused = Q(Exists(pauses))
        self.waits_for_referrer = Q(
            Exists(pauses.filter(why__in=(Pause.Why.SOCIAL_WORKER, Pause.Why.REFERRER)))
        )
        drawn = Q(Exists(BatchSession.objects.filter(**case)))  # a batch pays for it
        self.funded = drawn | Q(Exists(Quote.objects.filter(**order, status=Quote.Status.ACCEPTED)))
        self.quoted = Q(Exists(Quote.objects.filter(**order, status=Quote.Status.ISSUED)))
        self.unsettled = Q(Exists(lines.filter(is_required=True, status__in=DocumentRequest.OPEN)))
        asked = Q(Exists(lines))
        self.documented = asked & ~self.unsettled
        received = Q(Exists(lines.filter(status=DocumentRequest.Status.RECEIVED)))
        unanswered = Q(Exists(lines.filter(is_required=True, status__in=DocumentRequest.UNANSWERED)))
        self.ours_to_look = ~asked | received | unanswered
        self.issued = Q(Exists(Recommendations.objects.filter(**case, issued_at__isnull=False)))
        self.invoiced = drawn | Q(Exists(orders.filter(is_invoiced=True)))
        self.paid = drawn | Q(Exists(orders.filter(is_paid=True)))


@dataclass(frozen=True)
class Standing:
    """The name and the turn that `stage_of` gives, the phase, and when it is so: the first that holds counts."""

    stage: str
    whose: Whose
    phase: Phase
    when: Callable[[Facts], Q]

    @property
    def turn(self) -> str:
        return "" if self.whose == Whose.NOBODY else str(self.whose).capitalize()


OURS, THEIRS = Whose.COORDINATOR, Whose.REFERRER
STANDINGS: tuple[Standing, ...] = (
    Standing("Declined", Whose.NOBODY, Phase.ENDED, lambda _: Q(status=Status.DECLINED)),
    Standing("Withdrawn", Whose.NOBODY, Phase.ENDED, lambda _: Q(status=Status.WITHDRAWN)),
    Standing("Closed", Whose.NOBODY, Phase.ENDED, lambda _: Q(status=Status.CLOSED)),
    Standing("Waiting for triage", OURS, Phase.TRIAGE, lambda _: Q(status=Status.SUBMITTED)),
    Standing("More asked", THEIRS, Phase.TRIAGE, lambda _: Q(status=Status.QUESTIONED)),
    Standing("Paused", THEIRS, Phase.PAUSED, lambda case: ~case.issued & case.waits_for_referrer),
    Standing("Paused", OURS, Phase.PAUSED, lambda case: ~case.issued & case.paused),
    Standing("Preparing the quote", OURS, Phase.FUNDING, lambda case: ~case.funded & ~case.quoted),
    Standing("Waiting for funding", Whose.FUNDER, Phase.FUNDING, lambda case: ~case.funded),
    Standing(
        "Collecting documents", OURS, Phase.DOCUMENTS, lambda case: ~case.documented & case.ours_to_look
    ),
    Standing("Collecting documents", THEIRS, Phase.DOCUMENTS, lambda case: ~case.documented),
    Standing("Booking the meeting", OURS, Phase.MEETING, lambda _: Q(meeting_now=None)),
    Standing(
        "Meeting booked", Whose.CONSULTANT, Phase.MEETING, lambda _: ~Q(meeting_now=Meeting.Status.HELD)
    ),
    Standing(
        "Writing",
        Whose.CONSULTANT,
        Phase.REPORT,
        lambda case: ~case.issued & (Q(report_now=None) | Q(report_now=Report.DRAFT)),
    ),
    Standing(
        "In review",
        Whose.LEAD,
        Phase.REPORT,
        lambda case: ~case.issued & Q(report_now__in=Recommendations.UNDER_REVIEW),
    ),
    Standing("Signed off", OURS, Phase.REPORT, lambda case: ~case.issued),
    Standing("Ready to invoice", Whose.FINANCE, Phase.MONEY, lambda case: ~case.invoiced),
    Standing("Waiting for payment", Whose.FUNDER, Phase.MONEY, lambda case: ~case.paid),
    # A new version of the report, begun after the invoice was paid.
    Standing("Writing", Whose.CONSULTANT, Phase.REPORT, lambda _: Q(report_now=Report.DRAFT)),
    Standing("In review", Whose.LEAD, Phase.REPORT, lambda _: Q(report_now__in=Recommendations.UNDER_REVIEW)),
    Standing("Signed off", OURS, Phase.REPORT, lambda _: Q(report_now=Report.SIGNED_OFF)),
    Standing("Ready to close", OURS, Phase.CLOSING, lambda _: Q(pk__isnull=False)),
)


def with_standing(cases: ConsultationQuerySet) -> ConsultationQuerySet:
    """Each case that was sent, annotated with its place in STANDINGS: all in the one query."""
    meetings = Meeting.objects.filter(consultations=OuterRef("pk")).exclude(status=Meeting.Status.CANCELLED)
    reports = Recommendations.objects.filter(consultation=OuterRef("pk"))
    facts = Facts()
    return cases.alias(
        meeting_now=Subquery(meetings.order_by("-pk").values("status")[:1]),
        report_now=Subquery(reports.order_by("-version").values("status")[:1]),
    ).annotate(
        standing=Case(
            *(When(one.when(facts), then=Value(place)) for place, one in enumerate(STANDINGS)),
            output_field=IntegerField(),
        )
    )


def standing_of(case: Any) -> Standing:
    """Of a row that `with_standing` gave."""
    return STANDINGS[case.standing]


def in_phases(cases: ConsultationQuerySet, phases: list[str]) -> ConsultationQuerySet:
    """Those of `with_standing` that are in one of these phases."""
    return cases.filter(standing__in=[n for n, one in enumerate(STANDINGS) if one.phase in phases])
