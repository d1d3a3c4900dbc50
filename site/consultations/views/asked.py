"""What the case asks of whoever reads its page, beside whose turn it is: which dates suit, are you coming."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from consultations.models import Consultation
from meetings.models import Attendee, Meeting, Poll, Voter


@dataclass(frozen=True)
class Asked:
    """One question to this person alone, by the link that their own mail holds."""

    href: str
    is_answered: bool
    sentence: str
    label: str
    change: str
    until: datetime | None = None
    until_label: str = ""


def asked_of(consultation: Consultation, user: User) -> Asked | None:
    """The open date poll that asks them, or the meeting still to come that invites them."""
    if consultation.status != Consultation.Status.ACCEPTED:
        return None
    if consultation.meeting is None:
        return _dates(consultation, user)
    return invite_of(consultation.meeting, user)


def invite_of(meeting: Meeting, user: User) -> Asked | None:
    """Their own invite to a meeting still to come."""
    if meeting.status != Meeting.Status.CONFIRMED or meeting.ends_at <= timezone.now():
        return None
    invited = (one for one in meeting.attendees.all() if one.uninvited_at is None)
    attendee = next((one for one in invited if one.email.lower() == user.email.lower()), None)
    if attendee is None:
        return None
    return Asked(
        href=reverse("meetings:reply", args=[attendee.reply_token]),
        is_answered=attendee.partstat != Attendee.Partstat.NEEDS_ACTION,
        sentence="The meeting is booked. Say whether you are coming.",
        label="Answer the invite",
        change="Change your answer, or tell us what you need",
    )


def _dates(consultation: Consultation, user: User) -> Asked | None:
    polls = Poll.objects.of(consultation.reference).open().filter(closes_at__gt=timezone.now())
    voters = Voter.objects.filter(poll__in=polls, email__iexact=user.email, taken_off_at=None)
    voter = voters.select_related("poll").first()
    if voter is None:
        return None
    return Asked(
        href=reverse("meetings:poll", args=[voter.link_token]),
        is_answered=voter.answered_at is not None,
        sentence="We are looking for a date for the meeting. Say which of our dates suit you.",
        label="Say which dates suit",
        change="Change which dates suit you",
        until=voter.poll.closes_at,
        until_label="By the end of",
    )
