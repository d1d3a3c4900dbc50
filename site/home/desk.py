"""What needs the signed-in member of staff: one list by role, the oldest promise first, one next act each.

A function for each door gives its own; the desk puts them together. A new door adds a function to DOORS.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from accounts.models import User
from billing.models import Order
from consultations.batch_stages import stage_of_batch
from consultations.models import Batch, Consultation
from consultations.staff import access
from consultations.staff.batch import access as batch_access
from consultations.staff.batch.acts import sessions_to_mark
from consultations.staff.batch.listing import longest_waiting_first
from consultations.staff.listing import cases_for_desk, oldest_promise_first
from consultations.stages import stage_of
from engagements.stages import Stage, Whose
from meetings.models import Proposal
from training.models import Booking
from training.staff_acts import BY_NAME
from training.stages import stage_of as stage_of_booking

LOOKED_AT = 300  # open cases read for one desk: the oldest
SHOWN = 30


@dataclass(frozen=True)
class Need:
    """One thing to do. `what` and `reference` never say anything of a case (R8)."""

    reference: str
    what: str
    since: datetime
    label: str
    href: str = ""
    who: str = ""
    is_age: bool = False  # `since` says how long the whole commission has been open, not how long this waits

    @property
    def days(self) -> int:
        return (timezone.localdate() - timezone.localtime(self.since).date()).days


def consultation_needs(user: User) -> Iterator[Need]:
    """Cases whose turn is this person's. Finance hears of them by order, without the case (R9)."""
    reads, invoices = user.has_perm(access.VIEW), user.has_perm(access.INVOICE)
    if not reads and not invoices:
        return
    for case in oldest_promise_first(cases_for_desk().free_of_conflict(user)).open()[:LOOKED_AT]:
        stage = stage_of(case)
        if invoices and stage.whose == Whose.FINANCE and case.order is not None:
            href = _link("orders:inspect", case.order.pk)
            yield Need(
                case.order.reference,
                f"{case.title}: ready to invoice",
                _since(case),
                "Issue the invoice",
                href,
                is_age=True,
            )
        if reads:
            yield from _of_case(user, case, stage)


def _of_case(user: User, case: Consultation, stage: Stage) -> Iterator[Need]:
    href = reverse("consultation:inspect", args=[case.pk])
    who = str(case.organisation)
    if _is_turn_of(user, case, stage):
        words = stage.for_staff.rstrip(".")
        yield Need(case.reference, stage.name, _since(case), words, href, who, is_age=True)
    elif case.accepted_at and case.lead_consultant is None and user.has_perm(access.ALLOCATE):
        allocate = reverse("consultation:allocate", args=[case.pk])
        yield Need(
            case.reference,
            "Nobody leads it yet",
            _since(case),
            "Name the lead consultant",
            allocate,
            who,
            is_age=True,
        )


def _is_turn_of(user: User, case: Consultation, stage: Stage) -> bool:
    if stage.whose == Whose.COORDINATOR:
        return user.has_perm(access.TRIAGE) and not user.has_perm(access.SIGN_OFF)
    if stage.whose == Whose.CONSULTANT:
        report = case.report
        writer = case.lead_consultant_id if report is None else report.author_id
        return user.has_perm(access.WRITE) and writer == user.pk
    if stage.whose == Whose.LEAD:
        report = case.report
        return user.has_perm(access.SIGN_OFF) and report is not None and report.author_id != user.pk
    return False


def _since(case: Consultation) -> datetime:
    return case.submitted_at or case.created_at


def batch_needs(user: User) -> Iterator[Need]:
    """Batches whose turn is this person's. Finance hears of them by order, without the batch (R9)."""
    reads, invoices = user.has_perm(batch_access.VIEW), user.has_perm(batch_access.INVOICE)
    if not reads and not invoices:
        return
    for batch in longest_waiting_first(batch_access.batches_for_list()).open()[:LOOKED_AT]:
        stage = stage_of_batch(batch)
        if invoices and stage.whose == Whose.FINANCE and batch.order is not None:
            href = _link("orders:inspect", batch.order.pk)
            what = f"{batch.title}: ready to invoice"
            yield Need(
                batch.order.reference, what, _batch_since(batch), "Issue the invoice", href, is_age=True
            )
        if reads:
            yield from _of_batch(user, batch, stage)


def _of_batch(user: User, batch: Batch, stage: Stage) -> Iterator[Need]:
    """A session to mark waits for the coordinator and for whoever leads; its note for whoever leads."""
    page, who = reverse("batch:inspect", args=[batch.pk]), str(batch.organisation)
    leads = batch.lead_consultant_id == user.pk
    coordinates = user.has_perm(batch_access.TRIAGE) and not user.has_perm(access.SIGN_OFF)
    to_mark = sessions_to_mark(batch)
    if to_mark and (leads or coordinates):
        begun = min(s.meeting.starts_at for s in to_mark if s.meeting is not None)
        yield Need(batch.reference, "A session to mark", begun, "Mark it held, or say it is off", page, who)
    elif coordinates and stage.whose == Whose.COORDINATOR:
        words = stage.for_staff.rstrip(".")
        yield Need(batch.reference, stage.name, _batch_since(batch), words, page, who, is_age=True)
    if leads:
        for session in batch.sessions.all():
            if session.status == session.Status.HELD and session.note_by_id is None:
                href = reverse("batch:session", args=[batch.pk, session.number])
                held = session.meeting.starts_at if session.meeting else _batch_since(batch)
                yield Need(
                    batch.reference, f"Note of {str(session).lower()}", held, "Write the note", href, who
                )


def _batch_since(batch: Batch) -> datetime:
    return batch.accepted_at or batch.requested_at or batch.created_at


def booking_needs(user: User) -> Iterator[Need]:
    """Bookings whose next step is this person's, as the permission of the step's act says."""
    if not user.has_perm("training.view_booking"):
        return
    open_ones = Booking.objects.for_stages().open().order_by("created_at")
    for booking in open_ones[:LOOKED_AT]:
        stage = stage_of_booking(booking)
        act = BY_NAME.get(stage.act)
        if act is None or stage.whose not in (Whose.COORDINATOR, Whose.FINANCE):
            continue
        is_theirs = user.has_perm(act.permission)
        if stage.whose == Whose.COORDINATOR:  # the clinical lead may, in need; the turn is the coordinator's
            is_theirs = is_theirs and user.has_perm(access.TRIAGE) and not user.has_perm(access.SIGN_OFF)
        if is_theirs:
            yield Need(
                booking.reference,
                f"{stage.name}: {booking.package_title}",
                booking.delivered_at or booking.accepted_at or booking.created_at,
                stage.for_staff.rstrip("."),
                reverse("booking:inspect", args=[booking.pk]),
                str(booking.organisation),
            )


def money_needs(user: User) -> Iterator[Need]:
    """Invoices past their day and money we owe, for those who record payments."""
    if not user.has_perm("billing.record_payment"):
        return
    owed_back = Order.objects.standing("owed_back").select_related("organisation")  # type: ignore[attr-defined]
    for order in owed_back.prefetch_related("credit_notes")[:LOOKED_AT]:
        notes = [note.issued_on for note in order.credit_notes.all()]
        yield Need(
            order.reference,
            f"We owe £{-order.balance:,.2f} back",
            timezone.make_aware(datetime.combine(max(notes, default=timezone.localdate()), time())),
            "Send the money back and record it",
            _link("orders:inspect", order.pk),
            str(order.organisation),
        )
    overdue = Order.objects.with_facts().filter(is_overdue=True)  # type: ignore[attr-defined,misc]
    for order in overdue.select_related("organisation").prefetch_related("invoices")[:LOOKED_AT]:
        due_on = min(invoice.due_on for invoice in order.invoices.all())
        since = timezone.make_aware(datetime.combine(due_on, time()))
        yield Need(
            order.reference,
            f"Overdue: £{order.balance:,.2f} left to pay",
            since,
            "Chase or record the payment",
            _link("orders:inspect", order.pk),
            str(order.organisation),
        )


def meeting_needs(user: User) -> Iterator[Need]:
    """Other times that people propose for meetings, for those who keep the diary."""
    if not user.has_perm("meetings.change_meeting"):
        return
    for proposal in Proposal.objects.waiting()[:LOOKED_AT]:
        meeting = proposal.attendee.meeting
        if proposal.is_current:
            yield Need(
                meeting.about,
                f"Another time is proposed: {proposal.when}",
                proposal.received_at,
                "Accept or decline the time",
                reverse("meeting:inspect", args=[meeting.pk]),
                proposal.attendee.name,
            )


DOORS: tuple[Callable[[User], Iterator[Need]], ...] = (
    consultation_needs,
    batch_needs,
    booking_needs,
    meeting_needs,
    money_needs,
)


def needs_of(user: User) -> list[Need]:
    return sorted((need for door in DOORS for need in door(user)), key=lambda need: need.since)


def _link(name: str, *args: Any) -> str:
    """The page of a neighbour's noun, or nothing where it has none."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
