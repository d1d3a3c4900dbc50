"""What people need to take part, the agenda, and running late. None of it is a calendar update."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from changes.log import record
from changes.refusals import Refused, Stale
from meetings.actions import revisions
from meetings.emails import joining as emails
from meetings.models import AccessNeeds, Attendee, LateNote, Meeting, takes_late_notes

MOST_NOTES = 5  # from one person about one meeting: each is a mail to us


def _listed(attendee: Attendee) -> tuple[Meeting, Attendee]:
    """Both rows locked, the meeting ahead or on, the person on its list. Raises Stale otherwise (R7)."""
    meeting = Meeting.locked(attendee.meeting_id)
    now_there = Attendee.objects.select_for_update().get(pk=attendee.pk)
    if meeting.status != Meeting.Status.CONFIRMED or meeting.is_over:
        raise Stale("This meeting is over or called off, so there is nothing to tell us any more.")
    if now_there.uninvited_at is not None:
        raise Stale("You are no longer on the list for this meeting.")
    return meeting, now_there


@transaction.atomic
def tell_needs(attendee: Attendee, text: str) -> None:
    """Keep what one attendee needs, in place of what they said before; an empty text takes it back."""
    meeting, now_there = _listed(attendee)
    if text.strip():
        AccessNeeds.objects.update_or_create(
            attendee=now_there, defaults={"text": text.strip(), "told_at": timezone.now()}
        )
    elif not AccessNeeds.objects.filter(attendee=now_there).delete()[0]:
        return
    record(meeting, "meeting.needs_told", by=now_there)


@transaction.atomic
def tell_late(attendee: Attendee, *, minutes: int, note: str = "") -> None:
    """An attendee is late: on the meeting's page at once, and mailed to us once (R10), without the note (R8).

    Stale outside the hours around the start; Refused after five notes. The same again changes nothing.
    """
    meeting, now_there = _listed(attendee)
    _refuse_too_early(meeting)
    before = list(LateNote.objects.filter(attendee=now_there))
    if before and (before[0].minutes, before[0].note) == (minutes, note):
        return
    if len(before) >= MOST_NOTES:
        raise Refused("You have told us several times. Please call us instead.")
    told = LateNote.objects.create(meeting=meeting, attendee=now_there, minutes=minutes, note=note)
    record(meeting, "meeting.late", by=now_there, answer=f"{minutes} minutes")
    emails.late(told)


@transaction.atomic
def tell_everybody_late(meeting: Meeting, *, minutes: int, note: str, by: User) -> None:
    """We are late: a mail to each who is invited and has not said no. `note` is mailed: references only (R8)."""
    now_there = revisions.opened(meeting)
    _refuse_too_early(now_there)
    told = LateNote.objects.create(meeting=now_there, told_by=by, minutes=minutes, note=note)
    record(now_there, "meeting.late", by=by, answer=f"{minutes} minutes")
    for attendee in now_there.invited:
        if attendee.partstat != Attendee.Partstat.DECLINED:
            emails.we_are_late(told, attendee)


@transaction.atomic
def set_agenda(meeting: Meeting, agenda: str, *, by: object) -> None:
    """Shown on the meeting's pages. No calendar holds it, so it is no revision. Stale when not confirmed."""
    now_there = revisions.opened(meeting)
    if now_there.agenda != agenda:
        now_there.agenda = agenda
        now_there.save(update_fields=["agenda"])
        record(now_there, "meeting.agenda", by=by)
    revisions.shown(meeting)


def _refuse_too_early(meeting: Meeting) -> None:
    if not takes_late_notes(meeting):
        raise Stale("This can be told from two hours before the meeting until its end. Nothing was sent.")
