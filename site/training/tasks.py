"""Follow-ups, as settings.FOLLOW_UPS lists them: primitives in, fetch, call an action. Safe to run twice."""

from __future__ import annotations

from training import actions
from training.models import Booking


def quote_accepted(order_id: int) -> None:
    """Funding is agreed: the booker hears that we look for a date."""
    for booking in Booking.objects.of_order(order_id).filter(status=Booking.Status.ACCEPTED):
        actions.quote_accepted(booking)


def quote_declined(order_id: int) -> None:
    """The funder said no: the booker hears of it."""
    for booking in Booking.objects.of_order(order_id).filter(status=Booking.Status.ACCEPTED):
        actions.quote_declined(booking)
