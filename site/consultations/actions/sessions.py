"""Drawing sessions down: booking, holding, calling off, giving to a case. Each under a lock on its batch (R6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from billing import actions as billing
from changes.log import record
from changes.refusals import Refused, Stale
from consultations.actions.checklist import request_documents
from consultations.emails import batch as emails
from consultations.models import Batch, BatchSession, BatchSettings, Consultation
from meetings import actions as meetings
from meetings.models import Meeting

if TYPE_CHECKING:
    from accounts.models import User
    from meetings.models import Resource

Status = BatchSession.Status


@dataclass(frozen=True)
class Booked:
    """What was booked; and of a series, the days left out, with why."""

    sessions: list[BatchSession]
    skipped: dict[date, str] = field(default_factory=dict)


@transaction.atomic
def book_sessions(
    batch: Batch,
    *,
    starts_at: datetime,
    ends_at: datetime,
    purpose: str,
    by: User,
    count: int = 1,
    repeats: str = "",
    focus: str = "",
    invitees: Sequence[meetings.Invitee] | None = None,
    resources: Sequence[Resource] = (),
    place: str = "",
    video_url: str = "",
    dial_in: str = "",
    joining: str = "",
    despite: str = "",
) -> Booked:
    """Book one session, or `count` that repeat "weekly", "fortnightly" or "monthly", all or none.

    With no `invitees`, whoever asked and the lead consultant. Raises Refused when funding is not agreed, so
    many are not left (R6), the last would fall after the batch runs out, or with every clash (R3).
    """
    if count < 1:
        raise Refused("Enter how many sessions to book: at least 1.")
    locked = Batch.locked(batch.pk)
    if missing := locked.missing_for_session(count):
        raise Refused(*missing)
    details = {
        "title": locked.title,
        "about": locked.reference,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "invitees": default_invitees(locked) if invitees is None else list(invitees),
        "resources": list(resources),
        "place": place,
        "video_url": video_url,
        "dial_in": dial_in,
        "joining": joining,
        "despite": despite,
        "by": by,
    }
    skipped: dict[date, str] = {}
    if count > 1:
        series = meetings.book_series(**details, repeats=repeats, count=count)  # type: ignore[arg-type]
        skipped = series.skipped
        made = sorted(series.meetings.all(), key=lambda one: one.starts_at)
    else:
        made = [meetings.book(**details)]  # type: ignore[arg-type]
    last_on = timezone.localdate(made[-1].starts_at)
    if missing := locked.missing_for_session(count, last_on=last_on):
        raise Refused(*missing)
    first = _next_number(locked)
    sessions = [
        BatchSession(
            batch=locked, number=first + place_, meeting=meeting, purpose=purpose, focus=focus.strip()
        )
        for place_, meeting in enumerate(made)
    ]
    BatchSession.objects.bulk_create(sessions)
    locked.meetings.add(*made)
    record(locked, "batch.sessions_booked", by=by, when=_told(sessions))
    emails.sessions_booked(locked, sessions)
    return Booked(sessions, skipped)


def try_booking(batch: Batch, **details: Any) -> Booked:
    """What `book_sessions` would make of it, to be looked at first: refused like it, and nothing stays."""
    with transaction.atomic():
        booked = book_sessions(batch, **details)
        transaction.set_rollback(True)
    return booked


def _told(sessions: list[BatchSession]) -> str:
    """Session 4, Tuesday 24 November 2026; or sessions 4 to 8, the first on that day."""
    first = sessions[0]
    when = first.meeting.when if first.meeting else ""
    if len(sessions) == 1:
        return f"{first}, {when}"
    return f"Sessions {first.number} to {sessions[-1].number}, the first {when}"


def _next_number(batch: Batch) -> int:
    return (batch.sessions.aggregate(last=Max("number"))["last"] or 0) + 1


def default_invitees(batch: Batch) -> list[meetings.Invitee]:
    """Whoever asked, and the lead consultant."""
    contact, lead = batch.contact, batch.lead_consultant
    people = [
        meetings.Invitee(contact.name, contact.email, contact=contact, user=contact.user, role="Booker")
    ]
    if lead is not None and lead.email.lower() != contact.email.lower():
        people.append(meetings.Invitee(str(lead), lead.email, user=lead, role="Consultant"))
    return people


@transaction.atomic
def describe(session: BatchSession, *, purpose: str, focus: str, by: User) -> None:
    """Say what a session that is still to come is for. Raises Stale once it is held or called off."""
    now_there = _standing(session)
    now_there.purpose, now_there.focus = purpose, focus.strip()
    now_there.save(update_fields=["purpose", "focus", "updated_at"])
    record(now_there, "batchsession.described", by=by)


@transaction.atomic
def hold(session: BatchSession, *, by: User | None) -> None:
    """The session took place: it is used. Refused before it starts, Stale when it was called off or held."""
    now_there = _standing(session)
    if missing := now_there.missing_for_holding():
        raise Refused(*missing)
    session.move_to(Status.HELD, by=by)
    meeting = now_there.meeting
    if meeting is not None and meeting.status == Meeting.Status.CONFIRMED:
        meetings.record_held(meeting, by=by)
    _after_use(now_there.batch)


@transaction.atomic
def cancel(session: BatchSession, *, reason: str, by: User, by_team: bool, give_back: str = "") -> None:
    """Call one session off. Late notice by the team uses it; `give_back`, a reason of staff, overrides that.

    `reason` stays with us: the mail to everybody invited says only which session is off (R8).
    """
    now_there = _standing(session)
    is_late = by_team and now_there.is_late_notice(BatchSettings.load().late_notice_days)
    if give_back and not by.has_perm("consultations.schedule_batch"):
        raise Refused("Only our staff can give a session back.")
    is_used = is_late and not give_back.strip()
    call_off(
        session, Status.LATE if is_used else Status.CANCELLED, reason=reason, by=by, given_back=give_back
    )
    emails.session_cancelled(session, is_used=is_used)
    if is_used:
        _after_use(now_there.batch)


def call_off(session: BatchSession, status: str, *, reason: str, by: object, given_back: str = "") -> None:
    """Move a booked session to its end and cancel its meeting, within the caller's transaction."""
    session.move_to(status, by=by, reason=" ".join(filter(None, [reason.strip(), given_back.strip()])))
    meeting = session.meeting
    if meeting is not None and meeting.status == Meeting.Status.CONFIRMED:
        meetings.cancel(meeting, by=by, reason=f"{session.title} is off.")


@transaction.atomic
def give_back(session: BatchSession, *, reason: str, by: User) -> None:
    """What was used by late notice counts as left again, or what paid for a case that was withdrawn.

    Raises Refused without a reason and while the case goes on, Stale for a session that was not used so.
    """
    now_there = _opened(session)
    if now_there.status not in BatchSession.RETURNABLE:
        raise Stale(f"{now_there} is {now_there.get_status_display().lower()}, so nothing was changed.")
    if not reason.strip():
        raise Refused("Write why the session is given back.")
    case = now_there.consultation
    if case is not None and case.status != Consultation.Status.WITHDRAWN:
        raise Refused(f"It pays for {case.reference}. Withdraw that case first.")
    session.move_to(Status.CANCELLED, by=by, reason=reason.strip(), consultation=None)
    emails.session_given_back(session)


@transaction.atomic
def give_to_case(
    batch: Batch, consultation: Consultation, *, by: User, session: BatchSession | None = None
) -> BatchSession:
    """Let a session pay for a one-off consultation of the same organisation: one booked, or one that is left (R6).

    A quote of the case that is out falls away with its order; the case's documents are asked for. Raises Refused
    when none is left, or the case is not accepted, not theirs, or funded already.
    """
    locked = Batch.locked(batch.pk)
    case = Consultation.locked(consultation.pk)
    missing = _missing_for_case(locked, case)
    if session is None:
        missing += locked.missing_for_session()
    elif session.batch_id != locked.pk:
        missing.append(f"{session} is not of {locked.reference}.")
    if missing:
        raise Refused(*missing)
    if session is None:
        session = BatchSession.objects.create(
            batch=locked,
            number=_next_number(locked),
            status=Status.TRANSFERRED,
            consultation=case,
            purpose=Batch.Purpose.CASE_DISCUSSION,
        )
        record(session, "batchsession.transferred", by=by, case=case.reference)
    else:
        _standing(session)
        session.move_to(Status.TRANSFERRED, by=by, reason=case.reference, consultation=case)
        meeting = session.meeting
        if meeting is not None and meeting.status == Meeting.Status.CONFIRMED:
            meetings.cancel(meeting, by=by, reason=f"{session.title} is off.")
    if case.order is not None and case.order.can_move_to("cancelled"):
        billing.cancel_order(case.order, reason=f"{locked.reference} pays for it.", by=by)
    record(case, "consultation.drawn", by=by, batch=locked.reference)
    request_documents(case, by=by)
    emails.session_given(session)
    _after_use(locked)
    return session


def _missing_for_case(batch: Batch, case: Consultation) -> list[str]:
    missing = []
    if case.organisation_id != batch.organisation_id:
        missing.append(f"{case.reference} is not a case of {batch.organisation}.")
    if case.status != Consultation.Status.ACCEPTED:
        missing.append(f"{case.reference} is not accepted, so no session can pay for it.")
    elif case.is_funded:
        missing.append(f"The cost of {case.reference} is agreed already.")
    return missing


@transaction.atomic
def meeting_cancelled(session: BatchSession) -> None:
    """The meeting was called off in the diary, by us: the session counts as left again. Safe to run twice."""
    now_there = _opened(session)
    if now_there.status == Status.BOOKED:
        now_there.move_to(Status.CANCELLED, by=None)
        emails.session_cancelled(now_there, is_used=False)


@transaction.atomic
def meeting_held(session: BatchSession) -> None:
    """The meeting was marked held in the diary. Safe to run twice."""
    now_there = _opened(session)
    if now_there.status == Status.BOOKED:
        now_there.move_to(Status.HELD, by=None)
        _after_use(now_there.batch)


def _opened(session: BatchSession) -> BatchSession:
    """The session as it is now, its batch locked: every draw-down of one batch comes after the other."""
    Batch.locked(session.batch_id)
    return BatchSession.locked(session.pk)


def _standing(session: BatchSession) -> BatchSession:
    """The same, of what can only be done to a session that is still to come. Raises Stale."""
    now_there = _opened(session)
    if not now_there.is_booked:
        raise Stale(f"{now_there} is {now_there.get_status_display().lower()}, so nothing was changed.")
    return now_there


def _after_use(batch: Batch) -> None:
    """Before the last one: the moment to offer the next batch, once."""
    now_there = Batch.objects.get(pk=batch.pk)
    if now_there.is_at_its_last and not now_there.renewals.exists():
        emails.renewal_offered(now_there)
