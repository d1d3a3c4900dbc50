"""Mails about running late: from an attendee to us, and from us to everybody."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from mail.actions import send
from mail.models import Message
from meetings.emails.meeting import context_of, threading
from meetings.models import Attendee, LateNote
from provider.models import Provider


def late(told: LateNote) -> Message:
    """To the organiser's mailbox. What they wrote is on the meeting's page, not in the mail (R8)."""
    return send(
        "meetings/late",
        to=Provider.load().email,
        context={
            "told": told,
            "meeting": told.meeting,
            "page": settings.BASE_URL + reverse("meeting:inspect", args=[told.meeting_id]),
        },
        key=f"late:{told.pk}",
        about=told.meeting.about,
    )


def we_are_late(told: LateNote, attendee: Attendee) -> Message:
    return send(
        "meetings/we_are_late",
        to=attendee.email,
        name=attendee.name,
        context={**context_of(told.meeting, attendee), "told": told},
        key=f"late:{told.pk}:{attendee.pk}",
        headers=threading(attendee),
        about=told.meeting.about,
    )
