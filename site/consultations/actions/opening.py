"""A clinician opens a case that they are not on (R9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from changes.log import record
from consultations import emails
from consultations.models import Consultation

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def note_opening(consultation: Consultation, *, by: User, reason: str = "") -> None:
    """Log who opened it and why. With a reason, which means that they are not on it, its lead is told."""
    record(consultation, "consultation.opened", by=by, reason=reason)
    if reason:
        emails.opened(consultation, by)
