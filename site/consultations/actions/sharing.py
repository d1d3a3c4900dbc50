"""Who of the referrer's organisation sees the case beside them."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from changes.log import record
from changes.refusals import Refused
from consultations import emails
from consultations.models import Colleague, Consultation


@transaction.atomic
def let_in(consultation: Consultation, *, email: str, by: User) -> Colleague:
    """Let a colleague of the same organisation see the case as the referrer does, and tell them.

    Raises Refused when nobody there has that address, when they are in already, or when the case has ended.
    """
    locked = Consultation.locked(consultation.pk)
    organisation, email = locked.organisation, email.strip()
    _only_the_referrer(locked, by)
    if locked.status in Consultation.ENDED:
        raise Refused("This consultation has ended, so nobody else can be let in.")
    members = User.objects.filter(memberships__organisation=organisation, is_active=True)
    user = members.filter(email__iexact=email).first()
    if user is None:
        raise Refused(
            f"Nobody at {organisation} has an account here with the address {email}. "
            f"Ask them to create one and to join {organisation}, then let them in."
        )
    if user.pk == by.pk:
        raise Refused("That is your own address. Enter your colleague’s.")
    colleague, is_new = Colleague.objects.get_or_create(consultation=locked, user=user)
    if not is_new:
        raise Refused(f"{user} sees this consultation already.")
    record(locked, "consultation.shared", by=by, colleague=str(user))
    emails.let_in(locked, user, by)
    return colleague


@transaction.atomic
def let_out(colleague: Colleague, *, by: User) -> None:
    """End a colleague's access: the referrer does, or they do themselves. Raises Refused to anybody else."""
    locked = Consultation.locked(colleague.consultation_id)
    if by.pk != colleague.user_id:
        _only_the_referrer(locked, by)
    gone, _ = Colleague.objects.filter(pk=colleague.pk).delete()
    if gone:
        record(locked, "consultation.unshared", by=by, colleague=str(colleague.user))


def _only_the_referrer(consultation: Consultation, by: User) -> None:
    if consultation.contact.user_id != by.pk:
        raise Refused(f"Only {consultation.contact.name}, who made the referral, decides who else sees it.")
