"""Inviting, taking off, answering: what happens to the people of a meeting."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from changes.follow_ups import announce
from changes.log import record
from changes.refusals import Refused, Stale
from meetings import emails
from meetings.actions import revisions
from meetings.actions.revisions import Invitee, Partstat
from meetings.models import Attendee, Meeting


@transaction.atomic
def invite(meeting: Meeting, invitees: Iterable[Invitee], *, by: object) -> list[Attendee]:
    """Invite more people. Those who are invited already are left as they are; returns the new ones."""
    now_there = revisions.opened(meeting)
    people = revisions.add(now_there, invitees)
    if people:
        revisions.revise(now_there)
        names = ", ".join(p.name for p in people)
        record(now_there, "meeting.invited", by=by, people=names)
        new = {p.pk for p in people}
        for attendee in people:
            revisions.send_invite(now_there, attendee)
        for attendee in now_there.invited:
            if attendee.pk not in new:
                emails.changed(now_there, attendee, what=f"Also invited now: {names}.")
    revisions.shown(meeting)
    return people


@transaction.atomic
def uninvite(attendee: Attendee, *, by: object) -> None:
    """Take one person off: a CANCEL to them alone, an update to the others. Stale when done before."""
    meeting = revisions.opened(attendee.meeting)
    now_there = Attendee.objects.select_for_update().get(pk=attendee.pk)
    if now_there.uninvited_at is not None:
        raise Stale(f"{now_there.name} has been taken off this meeting already. Nothing was done.")
    now_there.uninvited_at = revisions.now()
    now_there.save(update_fields=["uninvited_at"])
    revisions.revise(meeting)
    record(meeting, "meeting.uninvited", by=by, people=now_there.name)
    now_there.meeting = meeting
    emails.uninvited(meeting, now_there)
    for other in meeting.invited:
        emails.changed(meeting, other, what=f"No longer invited: {now_there.name}.")
    attendee.refresh_from_db()


@transaction.atomic
def reply(attendee: Attendee, partstat: str, *, sequence: int) -> Attendee:
    """Keep one person's answer to the revision `sequence` that they saw.

    Stale when the time has changed since, when they are off the list, or when the meeting is called off
    or over: then nothing is kept. The same answer again changes nothing.
    """
    refuse_other_answers(partstat)
    keep_answer(attendee, partstat, sequence=sequence)
    attendee.refresh_from_db()
    return attendee


@transaction.atomic
def reply_to_series(attendee: Attendee, partstat: str, *, sequences: Mapping[int, int]) -> int:
    """One answer for all that this person is invited to and is still to come. Returns how many it was kept for.

    `sequences`: of each meeting by pk, the revision that they saw; one they did not see is left alone.
    Raises what `reply` raises when it was kept for none.
    """
    refuse_other_answers(partstat)
    kept, told = 0, Stale("There is nothing to answer any more.")
    for row in attendee.of_series().filter(meeting__in=sequences):
        try:
            keep_answer(row, partstat, sequence=sequences[row.meeting_id])
            kept += 1
        except Stale as stale:
            told = stale
    if not kept:
        raise told
    attendee.refresh_from_db()
    return kept


def refuse_other_answers(partstat: str) -> None:
    if partstat not in (Partstat.ACCEPTED, Partstat.TENTATIVE, Partstat.DECLINED):
        raise Refused("Choose whether you are coming, perhaps coming, or not coming.")


def keep_answer(
    attendee: Attendee, partstat: str, *, sequence: int, stamp: datetime | None = None, instead: str = ""
) -> None:
    """Within the caller's transaction. `stamp`: DTSTAMP of an answer by mail, which may arrive late.

    Raises Stale, keeping nothing: see `reply`; also for a mailed answer that is older than the one kept.
    """
    meeting = Meeting.locked(attendee.meeting_id)
    now_there = Attendee.objects.select_for_update().get(pk=attendee.pk)
    if meeting.status != Meeting.Status.CONFIRMED or meeting.is_over:
        raise Stale("This meeting is over or called off, so there is nothing to answer any more.")
    if now_there.uninvited_at is not None:
        raise Stale("You are no longer on the list for this meeting, so there is nothing to answer.")
    if sequence < meeting.timed_sequence:
        raise Stale("The time has changed since you opened this page. Look at the new time and answer again.")
    if stamp is None:
        order = (meeting.sequence, revisions.now())
    else:
        order = (sequence, stamp)
        if now_there.replied_stamp and order < (now_there.replied_sequence, now_there.replied_stamp):
            raise Stale("A later answer of the same person is here already.")
    now_there.replied_sequence, now_there.replied_stamp = order
    fields = ["replied_sequence", "replied_stamp"]
    if (now_there.partstat, now_there.sends_instead) != (partstat, instead):
        now_there.partstat, now_there.sends_instead = partstat, instead
        now_there.rsvp_at = timezone.now()
        fields += ["partstat", "sends_instead", "rsvp_at"]
        record(
            meeting, "meeting.replied", by=now_there, answer=now_there.get_partstat_display(), people=instead
        )
        announce("attendee_replied", meeting.pk, now_there.pk)
    now_there.save(update_fields=fields)
