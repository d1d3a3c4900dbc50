"""Changing a referral after it was sent: the old answer stays, with the new one, why, and who."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from changes.log import record
from changes.refusals import Refused, Stale
from consultations import emails
from consultations.actions.pausing import mind_social_worker
from consultations.actions.roster import mailboxes, mind_roster
from consultations.models import Amendment, Consultation, Referral
from consultations.sections import BY_SLUG

if TYPE_CHECKING:
    from accounts.models import User

AMENDABLE = (Consultation.Status.SUBMITTED, Consultation.Status.ACCEPTED)


@transaction.atomic
def amend(
    consultation: Consultation, answers: dict[str, object], *, section: str, reason: str, by: User
) -> None:
    """Change answers of one step, by its slug, after the referral was sent; tell whoever reads it.

    What was said and why stays on the case. Without an allocated social worker an accepted case pauses; with a
    new one it goes on, and they are invited in the place of the one before. Raises Refused without a reason or
    a difference, Stale while the referral is open to its referrer anyway, or when the case has ended.
    """
    locked = Consultation.locked(consultation.pk)
    if locked.status not in AMENDABLE:
        raise Stale("This referral cannot be changed here any more. Look at where it stands now.")
    if not reason.strip():
        raise Refused("Write why it changes.")
    before = mailboxes(locked)
    if not keep_answers(locked, answers, reason=reason.strip(), by=by):
        raise Refused("These answers are the same as before, so nothing was changed.")
    tell_of_change(locked, section, by=by)
    mind_roster(locked, before, by=by)
    mind_social_worker(locked, by=by)


def tell_of_change(locked: Consultation, section: str, *, by: User) -> None:
    """On the timeline, the step alone (R8), and to whoever works on the case."""
    record(locked, "consultation.amended", by=by, section=BY_SLUG[section].title)
    emails.amended(locked)


def keep_answers(consultation: Consultation, answers: dict[str, object], *, reason: str, by: User) -> int:
    """Write the answers into the referral, each difference kept as an amendment. Returns how many there were."""
    referral = Referral.objects.select_for_update().get(consultation=consultation)
    before = {name: referral.said(name) for name in answers}
    for name, value in answers.items():
        setattr(referral, name, value)
    referral.save(update_fields=[*answers, "updated_at"])
    changed = [name for name in answers if referral.said(name) != before[name]]
    for name in changed:
        note_change(consultation, name, before[name], referral.said(name), reason=reason, by=by)
    return len(changed)


def note_change(consultation: Consultation, field: str, old: str, new: str, *, reason: str, by: User) -> None:
    Amendment.objects.create(
        consultation=consultation, field=field, old=old, new=new, reason=reason, amended_by=by
    )
