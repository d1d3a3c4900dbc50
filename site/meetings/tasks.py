"""Background jobs of the diary: primitives in, fetch, call an action. Safe to run twice."""

from __future__ import annotations

from django.conf import settings

from meetings import actions
from meetings.actions import poll as polls
from meetings.actions import reminder
from meetings.models import OutsideCalendar
from meetings.replies import read_replies as read_mailbox


def read_outside(pk: int) -> None:
    if calendar := OutsideCalendar.objects.filter(pk=pk).first():
        actions.read(calendar)


def read_outside_due() -> int:
    return actions.read_due()


def look_after_polls() -> None:
    """Remind those who have not answered; close what ran out of time."""
    polls.remind_due()
    polls.expire()


def send_reminders() -> None:
    reminder.send_due()


def read_replies() -> None:
    """Answers to invites that came by mail. Fails, and is seen to fail, when the mailbox cannot be read."""
    for _ in read_mailbox(settings.REPLIES_URL):
        pass
