"""A phone call that becomes a referral: a coordinator types it, the referrer completes and sends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from accounts.people import proved_addresses
from changes.log import record
from changes.refusals import Refused, Stale
from consultations import emails
from consultations.models import Consultation, Referral
from organisations.actions import contact_for, note_contact

if TYPE_CHECKING:
    from accounts.models import User
    from organisations.models import Organisation


@transaction.atomic
def take_enquiry(
    organisation: Organisation, *, name: str, email: str, answers: dict[str, object], by: User
) -> Consultation:
    """Open a draft for the caller with what they said, and mail them the way to it.

    The draft is theirs alone from then on, like any other; its link asks for an account with that address.
    """
    contact = note_contact(organisation, name=name, email=email)
    consultation = Consultation(organisation=organisation, contact=contact, created_by=by)
    consultation.save()
    Referral.objects.create(consultation=consultation, **answers)
    record(consultation, "consultation.enquiry_taken", by=by)
    emails.enquiry_taken(consultation)
    return consultation


@transaction.atomic
def send_enquiry_again(consultation: Consultation, *, by: User) -> None:
    """The same link once more, to the same mailbox. Raises Stale once the referral was taken up or ended."""
    locked = Consultation.locked(consultation.pk)
    if locked.status != Consultation.Status.DRAFT or locked.contact.user_id:
        raise Stale("The caller has taken this referral up, or it has ended. Nothing was sent.")
    record(locked, "consultation.enquiry_sent_again", by=by)
    emails.enquiry_taken(locked)


@transaction.atomic
def take_up(consultation: Consultation, *, by: User) -> None:
    """Make a phone enquiry one's own: by an account that has proved the caller's mailbox. Twice is once.

    Raises Refused for any other account.
    """
    locked = Consultation.locked(consultation.pk)
    contact = locked.contact
    if contact.user_id == by.pk:
        return
    is_caller = contact.email.lower() == by.email.lower() and by.email.lower() in proved_addresses(by)
    if contact.user_id is not None or not is_caller:
        raise Refused("This referral was taken down for somebody else.")
    contact_for(by, locked.organisation)
    record(locked, "consultation.taken_up", by=by)
