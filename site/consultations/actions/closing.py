"""The end of a case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from changes.refusals import Refused
from consultations import emails
from consultations.models import Consultation

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def close(consultation: Consultation, *, by: User) -> None:
    """Close a case whose recommendations are issued and whose invoice is paid; all that is missing is told at once."""
    locked = Consultation.locked(consultation.pk)
    if locked.can_move_to(Consultation.Status.CLOSED) and (missing := locked.missing_for_closing()):
        raise Refused(*missing)
    consultation.move_to(Consultation.Status.CLOSED, by=by, closed_at=timezone.now())
    emails.closed(consultation)
