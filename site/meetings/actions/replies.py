"""Answers that come by mail, and the times that people propose in them.

Each mail has its effect once however often it is handed in: an answer is ordered by SEQUENCE and DTSTAMP
(RFC 5546 section 2.1.5) against the one kept, and the same proposal is one row (R10).
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from changes.follow_ups import announce
from changes.log import record
from changes.refusals import Refused, Stale
from meetings import emails
from meetings.actions import meeting as meetings
from meetings.actions import revisions
from meetings.actions.people import keep_answer, refuse_other_answers
from meetings.actions.revisions import Partstat
from meetings.itip import Answer
from meetings.models import Attendee, Meeting, Proposal
from meetings.received import Received

logger = logging.getLogger(__name__)
PROPOSAL_IS_OLD = "This proposal has been decided, or is out of date. Nothing was done."
CLOCKS_APART = timedelta(days=1)  # a DTSTAMP further ahead is no clock's mistake


@dataclass(frozen=True)
class Outcome:
    """What became of one answer, in a sentence that names no person (R8).

    `is_done`: it was kept, or came too late to be. What is about no meeting of ours, or from somebody who is
    not on the list, is for the people who share the mailbox to look at.
    """

    said: str
    is_done: bool


def take_in(received: Received) -> list[Outcome]:
    """Keep every answer in one mail. Never raises for what is in it: other people's programs wrote it."""
    outcomes = [_outcome(answer, received.sender) for answer in received.answers]
    for outcome in outcomes:
        logger.info("A reply by mail. %s", outcome.said)
    return outcomes


def _outcome(answer: Answer, sender: str) -> Outcome:
    try:
        return Outcome(_take(answer, sender), is_done=True)
    except Refused as no:
        return Outcome(f"Not kept: {no}", is_done=isinstance(no, Stale))


@transaction.atomic
def _take(answer: Answer, sender: str) -> str:
    if not sender or sender not in (answer.attendee, answer.sent_by):
        raise Refused("It was not sent by the person whose answer it is.")
    if answer.stamp > timezone.now() + CLOCKS_APART:
        raise Refused("It is dated in the future.")
    rows = _rows(answer)
    if all(answer.sequence > row.meeting.sequence for row in rows):
        raise Refused("It answers a revision that was never sent.")
    if answer.method == "COUNTER":
        return _propose(rows, answer)
    if answer.partstat != Partstat.DELEGATED:
        refuse_other_answers(answer.partstat)
    kept, told = 0, Refused("There is nothing to answer any more.")
    for row in rows:
        instead = answer.delegated_to if answer.partstat == Partstat.DELEGATED else ""
        try:
            keep_answer(row, answer.partstat, sequence=answer.sequence, stamp=answer.stamp, instead=instead)
            kept += 1
        except Stale as stale:
            told = stale
    if not kept:
        raise told
    return (
        f"Kept for {rows[0].meeting.title}: {Partstat(answer.partstat).label.lower()}, {kept} of {len(rows)}."
    )


def _rows(answer: Answer) -> list[Attendee]:
    """The attendee's rows that it is about: of the meeting, of one of a series, or of all still to come."""
    known = Meeting.objects.filter(uid=answer.uid)
    if answer.recurrence_id is not None:
        known = known.filter(recurrence_id=answer.recurrence_id)
    if not known.exists():
        raise Refused("It is about no meeting of ours.")
    found = Attendee.objects.filter(meeting__in=known, email__iexact=answer.attendee)
    rows = list(found.select_related("meeting").order_by("meeting__starts_at", "meeting_id"))
    if not rows:
        raise Refused("It comes from somebody who is not on the list.")
    standing = [r for r in rows if r.meeting.status == Meeting.Status.CONFIRMED and r.uninvited_at is None]
    return standing or rows


def _propose(rows: list[Attendee], answer: Answer) -> str:
    """Another time, for staff to decide. Raises Refused when it proposes none that can be."""
    attendee = rows[0]
    if len(rows) > 1:
        raise Refused("It proposes one time for a whole series.")
    meeting = Meeting.locked(attendee.meeting_id)
    if meeting.status != Meeting.Status.CONFIRMED or meeting.is_over or attendee.uninvited_at is not None:
        raise Stale("The meeting is over or called off, or they are off its list.")
    if answer.sequence < meeting.timed_sequence:
        raise Stale("The time has changed since.")
    start = answer.starts_at or meeting.starts_at
    if not timezone.now() < start < timezone.now() + timedelta(days=731):
        raise Refused("The time that it proposes is past, or years away.")
    end = answer.ends_at or start + (meeting.ends_at - meeting.starts_at)
    revisions.refuse_odd_times(start, end)
    if (start, end) == (meeting.starts_at, meeting.ends_at):
        raise Refused("It proposes no other time.")
    proposal, is_new = Proposal.objects.get_or_create(
        attendee=attendee,
        sequence=answer.sequence,
        stamp=answer.stamp,
        defaults={"starts_at": start, "ends_at": end, "comment": answer.comment},
    )
    if is_new:
        record(meeting, "meeting.time_proposed", by=attendee, when=proposal.when)
        emails.time_proposed(meeting, proposal)
        announce("time_proposed", meeting.pk, proposal.pk)
    return f"{'Kept' if is_new else 'Known already'} for {meeting.title}: another time is proposed."


def _current(proposal: Proposal) -> Proposal:
    meeting = Meeting.locked(proposal.attendee.meeting_id)
    now_there = Proposal.locked(proposal.pk)
    now_there.attendee.meeting = meeting
    if not now_there.is_current:
        raise Stale(PROPOSAL_IS_OLD)
    return now_there


@transaction.atomic
def accept_proposal(proposal: Proposal, *, by: object, despite: str = "") -> Meeting:
    """Move the meeting to the proposed time, which everybody is asked about. Raises what `move` raises (R3).

    `despite`: why all the same, where hours, leave or an outside calendar speak against it.
    """
    now_there = _current(proposal)
    now_there.move_to(Proposal.Status.ACCEPTED, by=by)
    return meetings.move(
        now_there.attendee.meeting,
        starts_at=now_there.starts_at,
        ends_at=now_there.ends_at,
        despite=despite,
        by=by,
    )


@transaction.atomic
def decline_proposal(proposal: Proposal, *, by: object) -> None:
    """Keep the time, and tell the proposer, in their calendar's words too (RFC 5546 section 3.2.8)."""
    now_there = _current(proposal)
    now_there.move_to(Proposal.Status.DECLINED, by=by)
    attendee = now_there.attendee
    record(attendee.meeting, "meeting.time_declined", by=by, people=attendee.name, when=now_there.when)
    emails.proposal_declined(attendee.meeting, attendee, now_there)
