"""The referrer's side of opening a case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from changes.log import record
from changes.refusals import Refused, Stale
from consultations import emails
from consultations.actions.amending import keep_answers
from consultations.models import Consultation, Referral
from consultations.sections import unfinished_sections
from meetings.actions import poll as polls
from organisations.actions import contact_for

if TYPE_CHECKING:
    from accounts.models import User
    from organisations.models import Organisation

WHILE_ANSWERING = "Changed while answering our question."
OPEN_TO_REFERRER = (Consultation.Status.DRAFT, Consultation.Status.QUESTIONED)


@transaction.atomic
def begin(organisation: Organisation, *, by: User) -> Consultation:
    """Open a draft referral for a member of `organisation`."""
    contact = contact_for(by, organisation)
    consultation = Consultation(organisation=organisation, contact=contact, created_by=by)
    consultation.save()
    Referral.objects.create(consultation=consultation, phone=contact.phone, job_title=contact.job_title)
    record(consultation, "consultation.begun", by=by)
    return consultation


def _still_open(consultation: Consultation) -> Consultation:
    locked = Consultation.locked(consultation.pk)
    if locked.status not in OPEN_TO_REFERRER:
        raise Stale(
            "This referral has been sent, so it is changed on the page of its answers now, with a reason."
        )
    return locked


@transaction.atomic
def save_step(consultation: Consultation, answers: dict[str, object], *, by: User) -> None:
    """Keep the answers of one step of the referral. Raises Stale once it has been sent."""
    locked = _still_open(consultation)
    if locked.submitted_at is not None:  # we asked, and they may change more than they answer
        keep_answers(locked, answers, reason=WHILE_ANSWERING, by=by)
        return
    referral = Referral.objects.select_for_update().get(consultation=locked)
    for name, value in answers.items():
        setattr(referral, name, value)
    referral.save(update_fields=[*answers, "updated_at"])


@transaction.atomic
def refer(consultation: Consultation, *, by: User) -> None:
    """Send the referral, or send it again with the answer to what triage asked.

    Raises Refused naming every unfinished step, Stale if it was sent already.
    """
    locked = Consultation.locked(consultation.pk)
    again = locked.status == Consultation.Status.QUESTIONED
    if locked.can_move_to(Consultation.Status.SUBMITTED):
        missing = [f"Finish “{section.title}”." for section in unfinished_sections(locked)]
        if again and not locked.referral.answer.strip():
            missing.append("Answer our question first.")
        if missing:
            raise Refused(*missing)
    consultation.move_to(Consultation.Status.SUBMITTED, by=by, submitted_at=timezone.now())
    emails.referral_received(consultation)
    emails.referral_to_triage(consultation)


@transaction.atomic
def withdraw(consultation: Consultation, *, reason: str, by: User) -> None:
    """Take the case back. Documents and money that exist stay as they are, for staff to settle."""
    consultation.move_to(Consultation.Status.WITHDRAWN, by=by, reason=reason)
    polls.drop(consultation.reference, by=by, reason=f"{consultation.title} has been withdrawn.")
    if consultation.submitted_at:
        emails.withdrawn(consultation)
