"""After the day: delivered, invoiced, closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from billing import actions as billing
from changes.refusals import Refused
from meetings import actions as meetings
from meetings.models import Meeting
from training import emails
from training.models import Booking

if TYPE_CHECKING:
    from accounts.models import User
    from billing.models import Invoice


@transaction.atomic
def record_delivered(booking: Booking, *, by: User) -> None:
    """The training took place: its meeting is held, and the invoice may go out. Refused before it starts."""
    locked = Booking.locked(booking.pk)
    if locked.can_move_to(Booking.Status.DELIVERED):
        if missing := locked.missing_for_delivery():
            raise Refused(*missing)
        meeting = locked.meeting
        if meeting is not None and meeting.status == Meeting.Status.CONFIRMED:
            meetings.record_held(meeting, by=by)
    booking.move_to(Booking.Status.DELIVERED, by=by, delivered_at=timezone.now())
    emails.delivered(booking)


@transaction.atomic
def issue_invoice(booking: Booking, *, by: User) -> Invoice:
    """Invoice a delivered booking. Raises Refused with everything that is missing, here or in billing."""
    locked = Booking.locked(booking.pk)
    missing = locked.missing_for_invoice()
    if missing or locked.order is None:
        raise Refused(*missing)
    return billing.issue_invoice(locked.order, by=by)


@transaction.atomic
def close(booking: Booking, *, by: User) -> None:
    """Close a booking that is delivered, invoiced and paid; all that is missing is told at once."""
    locked = Booking.locked(booking.pk)
    if locked.can_move_to(Booking.Status.CLOSED) and (missing := locked.missing_for_closing()):
        raise Refused(*missing)
    booking.move_to(Booking.Status.CLOSED, by=by, closed_at=timezone.now())
    emails.closed(booking)
