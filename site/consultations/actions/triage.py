"""What a coordinator decides about a referral."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from changes.log import record
from changes.refusals import Refused
from consultations import emails
from consultations.models import Consultation, Referral

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def accept_referral(consultation: Consultation, *, by: User, override_reason: str = "") -> None:
    """Take the case on (R2): with the safeguards in place, or by a clinical lead's override with a reason.

    Raises Refused with everything that blocks acceptance, Stale if it is not waiting for triage.
    """
    locked = Consultation.locked(consultation.pk)
    override_reason = override_reason.strip()
    if locked.can_move_to(Consultation.Status.ACCEPTED):
        blocks = locked.referral.blocks_acceptance()
        if blocks and override_reason and not by.has_perm("consultations.override_eligibility"):
            raise Refused("Only a clinical lead may accept a referral without these safeguards.", *blocks)
        if blocks and not override_reason:
            raise Refused(*blocks)
        if not blocks:
            override_reason = ""  # nothing was overridden, so nothing says so
    consultation.move_to(
        Consultation.Status.ACCEPTED,
        by=by,
        reason=override_reason,
        accepted_at=timezone.now(),
        override_reason=override_reason,
    )
    emails.referral_accepted(consultation)


@transaction.atomic
def ask_for_more(consultation: Consultation, *, question: str, by: User) -> None:
    """Send the referral back with a question. The question may speak of the case, so it stays off the mail."""
    if not question.strip():
        raise Refused("Write what you need to know.")
    consultation.move_to(Consultation.Status.QUESTIONED, by=by)
    Referral.objects.filter(consultation=consultation).update(asked=question.strip(), answer="")
    emails.more_asked(consultation)


@transaction.atomic
def decline_referral(consultation: Consultation, *, reason: str, alternative: str, by: User) -> None:
    """Say no, why, and what to try instead: both are required."""
    missing = []
    if not reason.strip():
        missing.append("Write why we cannot take this on.")
    if not alternative.strip():
        missing.append("Write what the referrer could try instead.")
    if missing:
        raise Refused(*missing)
    consultation.move_to(Consultation.Status.DECLINED, by=by)
    Referral.objects.filter(consultation=consultation).update(
        asked=f"{reason.strip()}\n\n{alternative.strip()}"
    )
    emails.referral_declined(consultation)


@transaction.atomic
def allocate(consultation: Consultation, *, consultant: User, by: User) -> None:
    """Name the lead consultant: a clinician who writes recommendations. Naming the same one changes nothing."""
    locked = Consultation.locked(consultation.pk)
    if locked.status in Consultation.ENDED:
        raise Refused("This consultation has ended, so nobody can be allocated to it.")
    if not consultant.has_perm("consultations.write_recommendations"):
        raise Refused(f"{consultant} is not a clinician who writes recommendations.")
    if locked.lead_consultant_id == consultant.pk:
        return
    Consultation.objects.filter(pk=locked.pk).update(lead_consultant=consultant)
    consultation.lead_consultant = consultant
    record(consultation, "consultation.allocated", by=by, consultant=str(consultant))
