"""Who is invited to a meeting, what they answered, and what became of the last mail to them."""

from __future__ import annotations

from mail.models import Message
from meetings import emails
from meetings.models import Attendee, Meeting


def with_mails(meeting: Meeting | None) -> list[tuple[Attendee, Message | None]]:
    """Those invited now, each with the last mail to them: two queries, however many they are."""
    if meeting is None:
        return []
    mails = emails.latest(meeting)
    return [(attendee, mails.get(attendee.pk)) for attendee in meeting.invited]
