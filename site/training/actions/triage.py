"""What a coordinator decides about a request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from changes.refusals import Refused
from training import emails
from training.models import Booking

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def accept_booking(booking: Booking, *, by: User) -> None:
    """We can do this; the quote is next. Raises Stale if it does not wait for an answer."""
    booking.move_to(Booking.Status.ACCEPTED, by=by, accepted_at=timezone.now())
    emails.accepted(booking)


@transaction.atomic
def decline_booking(booking: Booking, *, reason: str, alternative: str, by: User) -> None:
    """Say no, why, and what to try instead: both are required."""
    missing = []
    if not reason.strip():
        missing.append("Write why we cannot do this training.")
    if not alternative.strip():
        missing.append("Write what the team could try instead.")
    if missing:
        raise Refused(*missing)
    booking.move_to(
        Booking.Status.DECLINED, by=by, decline_reason=reason.strip(), alternative=alternative.strip()
    )
    emails.declined(booking)
