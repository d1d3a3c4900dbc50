"""Finding the date by asking the network."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from changes.refusals import Refused
from consultations.actions.meeting import book_meeting
from consultations.models import Consultation, ConsultationSettings
from meetings.actions import Invitee
from meetings.actions import poll as polls
from meetings.models import Meeting, Poll, Slot

if TYPE_CHECKING:
    from accounts.models import User
    from meetings.models import Resource


def missing_for_poll(consultation: Consultation) -> list[str]:
    """What keeps dates from being offered. Funding does not: it is asked for when one is booked (R3)."""
    if consultation.status != Consultation.Status.ACCEPTED:
        return ["Accept the referral before offering dates."]
    if consultation.meeting is not None:
        return ["A meeting stands already. Move it, or cancel it first."]
    if Poll.objects.of(consultation.reference).open().exists():
        return ["A date poll is open already."]
    return []


def missing_for_choice(consultation: Consultation) -> list[str]:
    """What keeps an offered date from being booked (R3)."""
    if consultation.status != Consultation.Status.ACCEPTED:
        return [f"This case is {consultation.get_status_display().lower()}, so no meeting can be booked."]
    if consultation.meeting is not None:
        return ["A meeting stands already. Move it, or cancel it first."]
    return consultation.missing_for_meeting(before_funding=ConsultationSettings.load().book_before_funding)


@transaction.atomic
def offer_dates(
    consultation: Consultation,
    *,
    slots: Sequence[tuple[datetime, datetime]],
    closes_at: datetime,
    people: Sequence[Invitee],
    by: User,
    resources: Sequence[Resource] = (),
    **where: str,
) -> Poll:
    """Ask the network which dates suit. `where`: place, video_url, dial_in, joining, as for the meeting.

    Raises Refused while the case takes no meeting, or when `offer` says no.
    """
    locked = Consultation.locked(consultation.pk)
    if missing := missing_for_poll(locked):
        raise Refused(*missing)
    return polls.offer(
        title=locked.title,
        about=locked.reference,
        slots=slots,
        closes_at=closes_at,
        people=people,
        resources=resources,
        by=by,
        **where,
    )


def choose_date(
    consultation: Consultation, poll: Poll, slot: Slot, *, by: User, despite: str = ""
) -> Meeting:
    """Book the meeting for the slot, by the rules of booking one. Raises Refused, and then nothing changed."""

    def book(choice: polls.Choice) -> Meeting:
        return book_meeting(consultation, by=by, despite=despite, **choice.details())

    return polls.settle(poll, slot, by=by, book=book)
