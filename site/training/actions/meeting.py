"""The day itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from changes.refusals import Refused
from meetings import actions as meetings
from meetings.actions import poll as polls
from meetings.models import Meeting, Resource
from training.models import Booking

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def confirm_date(
    booking: Booking,
    *,
    starts_at: datetime,
    ends_at: datetime,
    trainer: User,
    by: User,
    delegates: Sequence[tuple[str, str]] = (),
    rooms: Sequence[Resource] = (),
    place: str = "",
    video_url: str = "",
    dial_in: str = "",
    joining: str = "",
    despite: str = "",
) -> Meeting:
    """Confirm the date: reserve the trainer and rooms, invite the booker, the trainer and the delegates (R3).

    `delegates` are pairs of name and email. Raises Refused with everything missing: funding is not agreed,
    a date stands already; or with the clash, when the trainer or a room is booked elsewhere then; or with
    the warning, when the trainer is away then, and `despite` gives no reason to go ahead.
    """
    locked = Booking.locked(booking.pk)
    if missing := locked.missing_for_date():
        raise Refused(*missing)
    contact = locked.contact
    people = [
        meetings.Invitee(contact.name, contact.email, contact=contact, user=contact.user, role="Booker"),
        meetings.Invitee(str(trainer), trainer.email, user=trainer, role="Trainer"),
        *(meetings.Invitee(name or email, email, role="Delegate") for name, email in delegates),
    ]
    meeting = meetings.book(
        title=locked.title,
        about=locked.reference,
        starts_at=starts_at,
        ends_at=ends_at,
        place=place,
        video_url=video_url,
        dial_in=dial_in,
        joining=joining,
        invitees=people,
        resources=[Resource.objects.of(trainer), *rooms],
        despite=despite,
        by=by,
    )
    locked.meetings.add(meeting)
    polls.drop(locked.reference, by=by, reason="A date was confirmed without it.")
    return meeting
