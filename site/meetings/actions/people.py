"""Inviting, taking off, answering: what happens to the people of a meeting."""

from __future__ import annotations

from collections.abc import Iterable

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
    if partstat not in (Partstat.ACCEPTED, Partstat.TENTATIVE, Partstat.DECLINED):
        raise Refused("Choose whether you are coming, perhaps coming, or not coming.")
    meeting = Meeting.locked(attendee.meeting_id)
    now_there = Attendee.objects.select_for_update().get(pk=attendee.pk)
    if meeting.status != Meeting.Status.CONFIRMED or meeting.is_over:
        raise Stale("This meeting is over or called off, so there is nothing to answer any more.")
    if now_there.uninvited_at is not None:
        raise Stale("You are no longer on the list for this meeting, so there is nothing to answer.")
    if sequence < meeting.timed_sequence:
        raise Stale("The time has changed since you opened this page. Look at the new time and answer again.")
    if now_there.partstat != partstat:
        now_there.partstat = partstat
        now_there.rsvp_at = timezone.now()
        now_there.save(update_fields=["partstat", "rsvp_at"])
        record(meeting, "meeting.replied", by=now_there, answer=now_there.get_partstat_display())
        announce("attendee_replied", meeting.pk, now_there.pk)
    attendee.refresh_from_db()
    return attendee
