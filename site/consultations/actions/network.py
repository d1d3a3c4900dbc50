"""The professionals around the case: named, changed and taken off, with a reason once the referral was sent.

By the referrer, or for them by staff who were told on the phone: it is the same act and leaves the same trace.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from changes.refusals import Refused, Stale
from consultations.actions.amending import AMENDABLE, note_change, tell_of_change
from consultations.actions.referral import OPEN_TO_REFERRER, WHILE_ANSWERING
from consultations.actions.roster import mailboxes, mind_roster
from consultations.models import Consultation, NetworkMember, Referral

if TYPE_CHECKING:
    from accounts.models import User

LAST_ONE = "Add somebody else first: a consultation is a meeting with the professionals involved."


@transaction.atomic
def add_to_network(consultation: Consultation, member: NetworkMember, *, reason: str = "", by: User) -> None:
    """Name one more professional. After sending it is an amendment, and they are invited to what stands.

    Raises Stale when the list takes no changes, or none without a reason; Refused for an address that is there.
    """
    locked = _changeable(consultation, reason)
    _refuse_twice(locked, member)
    before = mailboxes(locked)
    member.consultation = locked
    member.save()
    _changed(locked, "", member.said, reason, by)
    mind_roster(locked, before, by=by)


@transaction.atomic
def change_in_network(member: NetworkMember, *, reason: str = "", by: User) -> None:
    """Keep what `member` says now. With another mailbox the invite and the links move to that one.

    Raises what `add_to_network` raises, and Refused when nothing is different.
    """
    locked = _changeable(member.consultation, reason)
    old = _still_there(locked, member).said
    if old == member.said:
        raise Refused("These details are the same as before, so nothing was changed.")
    _refuse_twice(locked, member)
    before = mailboxes(locked)
    member.save()
    _changed(locked, old, member.said, reason, by)
    mind_roster(locked, before, by=by)


@transaction.atomic
def remove_from_network(member: NetworkMember, *, reason: str = "", by: User) -> None:
    """Take somebody off. After sending their invite, their links and their reading of the report end with it.

    Raises what `add_to_network` raises, and Refused for the last one of a referral that is sent.
    """
    locked = _changeable(member.consultation, reason)
    old = _still_there(locked, member)
    if locked.status in AMENDABLE and locked.network.count() == 1:
        raise Refused(LAST_ONE)
    before = mailboxes(locked)
    old.delete()
    _changed(locked, old.said, "", reason, by)
    mind_roster(locked, before, by=by)


def _changeable(consultation: Consultation, reason: str) -> Consultation:
    locked = Consultation.locked(consultation.pk)
    if locked.status in OPEN_TO_REFERRER:
        return locked
    if locked.status not in AMENDABLE:
        raise Stale("This referral cannot be changed any more. Look at where it stands now.")
    if not reason.strip():
        raise Stale(
            "This referral has been sent, so it is changed on the page of its answers now, with a reason."
        )
    return locked


def _still_there(locked: Consultation, member: NetworkMember) -> NetworkMember:
    there = locked.network.filter(pk=member.pk).first()
    if there is None:
        raise Stale(f"{member.name} was taken off the list already. Nothing was done.")
    return there


def _refuse_twice(locked: Consultation, member: NetworkMember) -> None:
    if locked.network.filter(email__iexact=member.email).exclude(pk=member.pk).exists():
        raise Refused(f"{member.email} is on the list already.")


def _changed(locked: Consultation, old: str, new: str, reason: str, by: User) -> None:
    """Somebody new is a change of the draft, which keeps it; after sending it is an amendment too."""
    Referral.objects.filter(consultation=locked).update(updated_at=timezone.now())
    if locked.submitted_at is None:
        return
    note_change(locked, "network", old, new, reason=reason.strip() or WHILE_ANSWERING, by=by)
    if locked.status in AMENDABLE:
        tell_of_change(locked, "network", by=by)
