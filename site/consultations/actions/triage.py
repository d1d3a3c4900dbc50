"""What a coordinator decides about a referral."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from changes.log import record
from changes.refusals import Refused, Stale
from consultations import emails
from consultations.actions.amending import note_change
from consultations.models import Consultation, ConsultationSettings, Referral
from provider.working_days import working_days_after

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def accept_referral(consultation: Consultation, *, by: User, override_reason: str = "") -> None:
    """Take the case on (R2): with the safeguards in place, or by a clinical lead's override with a reason.

    Raises Refused with everything that blocks acceptance, Stale if it is not waiting for triage.
    """
    locked = Consultation.locked(consultation.pk)
    override_reason = override_reason.strip()
    if locked.status == Consultation.Status.CLOSED:
        raise Stale("This case is closed, so its referral is not accepted again. Nothing was done.")
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
    _keep_last_question(consultation, by)
    consultation.move_to(Consultation.Status.QUESTIONED, by=by)
    answer_by = working_days_after(timezone.localdate(), ConsultationSettings.load().answer_days)
    Referral.objects.filter(consultation=consultation).update(
        asked=question.strip(), answer="", answer_by=answer_by
    )
    emails.more_asked(consultation, answer_by)


def _keep_last_question(consultation: Consultation, by: User) -> None:
    """Our next words take the place of the last; what was asked and answered stays with the amendments."""
    referral = Referral.objects.get(consultation=consultation)
    if referral.answer:
        old = f"{referral.asked}\n\n{referral.answer}"
        note_change(consultation, "asked", old, "", reason="Asked and answered.", by=by)


@transaction.atomic
def decline_referral(consultation: Consultation, *, reason: str, alternative: str, by: User) -> None:
    """Say no, why, and what to try instead: both are required. Access of the referrer's colleagues ends with it."""
    missing = []
    if not reason.strip():
        missing.append("Write why we cannot take this on.")
    if not alternative.strip():
        missing.append("Write what the referrer could try instead.")
    if missing:
        raise Refused(*missing)
    _keep_last_question(consultation, by)
    consultation.move_to(Consultation.Status.DECLINED, by=by)
    for colleague in consultation.colleagues.select_related("user"):
        record(consultation, "consultation.unshared", by=by, colleague=str(colleague.user))
        colleague.delete()
    Referral.objects.filter(consultation=consultation).update(
        asked=f"{reason.strip()}\n\n{alternative.strip()}"
    )
    emails.referral_declined(consultation)


@transaction.atomic
def mark_urgent(consultation: Consultation, *, urgent: bool, by: User) -> None:
    """Put a referral at the head of the queue, or back in its place. Raises Stale once it was decided."""
    locked = Consultation.locked(consultation.pk)
    if locked.status not in {Consultation.Status.SUBMITTED, Consultation.Status.QUESTIONED}:
        raise Stale("This referral has been decided already, so its place in the queue does not matter now.")
    if locked.is_urgent != urgent:
        Consultation.objects.filter(pk=locked.pk).update(is_urgent=urgent)
        record(locked, "consultation.urgent" if urgent else "consultation.not_urgent", by=by)
