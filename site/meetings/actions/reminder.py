"""Reminders: planned with the meeting, in its transaction, and sent by the clock."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from meetings import times
from meetings.emails.meeting import reminder as remind
from meetings.models import Attendee, Meeting, MeetingSettings, Reminder


def plan(meeting: Meeting) -> None:
    """Make the reminders what the meeting's time and the settings ask for now; sent ones stay as they are.

    Called in the transaction that books, moves or ends the meeting. An hour that has passed is left out.
    """
    meeting.reminders.unsent().delete()
    if meeting.status != Meeting.Status.CONFIRMED:
        return
    kept = MeetingSettings.load()
    now = timezone.now()
    for days in {kept.first_reminder_days, kept.second_reminder_days} - {0}:
        due_at = times.days_before(meeting.starts_at, days)
        if due_at > now:
            Reminder.objects.get_or_create(meeting=meeting, due_at=due_at, defaults={"days": days})


def send_due() -> int:
    """The job: send what is due, each reminder in a transaction of its own. Returns how many were.

    After a long stop of the worker several of one meeting are due: the latest is sent, the others are done.
    """
    latest: dict[int, int] = dict(Reminder.objects.due().values_list("meeting_id", "pk"))
    return sum(_send(pk) for pk in latest.values())


@transaction.atomic
def _send(pk: int) -> bool:
    meeting_id = Reminder.objects.values_list("meeting_id", flat=True).filter(pk=pk).first()
    if meeting_id is None:
        return False  # the meeting was moved meanwhile
    meeting = Meeting.locked(meeting_id)
    due = list(Reminder.objects.due().filter(meeting=meeting))
    if pk not in {one.pk for one in due}:
        return False  # sent by another worker, or the meeting has begun
    for attendee in meeting.invited:
        if attendee.partstat != Attendee.Partstat.DECLINED:
            remind(meeting, attendee, days=due[-1].days)
    Reminder.objects.filter(pk__in=[one.pk for one in due]).update(sent_at=timezone.now())
    return True
