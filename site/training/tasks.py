"""Follow-ups, as settings.FOLLOW_UPS lists them: primitives in, fetch, call an action. Safe to run twice."""

from __future__ import annotations

from engagements.polls import tell_asker
from meetings.models import Poll
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


def poll_waits(poll_id: int) -> None:
    """A date poll is complete or ran out: if it is ours, whoever asked hears where to choose."""
    poll = Poll.objects.select_related("asked_by").get(pk=poll_id)
    for booking in Booking.objects.filter(reference=poll.about):
        tell_asker("booking", booking, poll)
