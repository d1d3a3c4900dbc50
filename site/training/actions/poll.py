"""Finding the day by asking the booker and whoever else has to be there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from changes.refusals import Refused
from meetings.actions import Invitee
from meetings.actions import poll as polls
from meetings.models import Meeting, Poll, Resource, Slot
from training.actions.meeting import confirm_date
from training.models import Booking

if TYPE_CHECKING:
    from accounts.models import User

NOBODY_TRAINS = "Tick the trainer among the people to hold: their diary is booked with the date."


def missing_for_poll(booking: Booking) -> list[str]:
    """What keeps dates from being offered. Funding does not: it is asked for when one is confirmed (R3)."""
    if booking.status != Booking.Status.ACCEPTED:
        return [f"This booking is {booking.get_status_display().lower()}, so no dates can be offered."]
    if booking.is_confirmed:
        return ["A date is confirmed already. Move that meeting, or cancel it first."]
    if Poll.objects.of(booking.reference).open().exists():
        return ["A date poll is open already."]
    return []


@transaction.atomic
def offer_dates(
    booking: Booking,
    *,
    slots: Sequence[tuple[datetime, datetime]],
    closes_at: datetime,
    people: Sequence[Invitee],
    resources: Sequence[Resource],
    by: User,
    **where: str,
) -> Poll:
    """Ask which dates suit, holding the trainer's diary among `resources`. Raises Refused as `offer` does too."""
    locked = Booking.locked(booking.pk)
    missing = missing_for_poll(locked)
    if not any(resource.user_id for resource in resources):
        missing.append(NOBODY_TRAINS)
    if missing:
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


def choose_date(booking: Booking, poll: Poll, slot: Slot, *, by: User, despite: str = "") -> Meeting:
    """Confirm the slot's date by the rules of confirming one. Raises Refused, and then nothing changed."""

    def confirm(choice: polls.Choice) -> Meeting:
        trainer = next((r.user for r in choice.resources if r.user is not None), None)
        if trainer is None:
            raise Refused(NOBODY_TRAINS)
        already = {booking.contact.email.lower(), trainer.email.lower()}
        return confirm_date(
            booking,
            starts_at=choice.starts_at,
            ends_at=choice.ends_at,
            trainer=trainer,
            rooms=[r for r in choice.resources if r.user_id != trainer.pk],
            delegates=[(p.name, p.email) for p in choice.invitees if p.email.lower() not in already],
            place=choice.place,
            video_url=choice.video_url,
            dial_in=choice.dial_in,
            joining=choice.joining,
            despite=despite,
            by=by,
        )

    return polls.settle(poll, slot, by=by, book=confirm)
