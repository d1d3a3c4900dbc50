"""Asking for a batch, what a coordinator decides about it, and its end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction

from billing import actions as billing
from changes.log import record
from changes.refusals import Refused, Stale
from consultations.actions.sessions import call_off
from consultations.batch_sections import unfinished_sections
from consultations.emails import batch as emails
from consultations.models import Batch, BatchSession
from organisations.actions import contact_for

if TYPE_CHECKING:
    from accounts.models import User
    from organisations.models import Organisation

# What the next batch of the same team starts from.
CARRIED_OVER = (
    "team",
    "people",
    "roles",
    "purpose",
    "aims",
    "sessions_wanted",
    "how_often",
    "minutes",
    "mode",
    "place",
    "arrangement",
    "partnership",
    "funder_name",
    "funder_email",
)


@transaction.atomic
def begin(organisation: Organisation, *, by: User) -> Batch:
    """Open a draft request for a member of `organisation`. Raises Refused for anybody else."""
    if not organisation.memberships.filter(user=by).exists():
        raise Refused(f"You do not belong to {organisation}. Choose an organisation of yours.")
    batch = Batch(organisation=organisation, contact=contact_for(by, organisation), created_by=by)
    batch.save()
    record(batch, "batch.begun", by=by)
    return batch


@transaction.atomic
def renew(batch: Batch, *, by: User) -> Batch:
    """A draft of the next batch, with the answers of this one to look over. One that is begun is taken up again."""
    locked = Batch.locked(batch.pk)
    if not locked.is_funded:
        raise Refused("This batch has not gone ahead, so there is nothing to renew. Ask for a new one.")
    own = locked.renewals.filter(status=Batch.Status.DRAFT, contact__user=by).first()
    if own is not None:
        return own
    following = begin(locked.organisation, by=by)
    following.renews = locked
    for name in CARRIED_OVER:
        setattr(following, name, getattr(locked, name))
    following.save()
    return following


@transaction.atomic
def save_answers(batch: Batch, answers: Mapping[str, Any], *, by: User) -> None:
    """Keep the answers of one step. Raises Stale once the request has been sent."""
    locked = Batch.locked(batch.pk)
    if locked.status != Batch.Status.DRAFT:
        raise Stale("This request has been sent, so it no longer changes here. Call us, and we change it.")
    for name, value in answers.items():
        setattr(locked, name, value)
    locked.save(update_fields=[*answers, "updated_at"])


@transaction.atomic
def request(batch: Batch, *, by: User) -> None:
    """Send the request. Raises Refused naming every unfinished step, Stale if it was sent already."""
    locked = Batch.locked(batch.pk)
    if locked.can_move_to(Batch.Status.REQUESTED):
        missing = [f"Finish “{section.title}”." for section in unfinished_sections(locked)]
        if missing:
            raise Refused(*missing)
    batch.move_to(Batch.Status.REQUESTED, by=by)
    emails.request_received(batch)
    emails.request_to_office(batch)


@transaction.atomic
def accept(batch: Batch, *, by: User) -> None:
    """We can do this; the quote is next. Raises Stale if it does not wait for an answer."""
    batch.move_to(Batch.Status.ACCEPTED, by=by)
    emails.accepted(batch)


@transaction.atomic
def decline(batch: Batch, *, reason: str, alternative: str, by: User) -> None:
    """Say no, why, and what to try instead: both are required."""
    missing = []
    if not reason.strip():
        missing.append("Write why we cannot take this on.")
    if not alternative.strip():
        missing.append("Write what the team could try instead.")
    if missing:
        raise Refused(*missing)
    batch.move_to(
        Batch.Status.DECLINED, by=by, decline_reason=reason.strip(), alternative=alternative.strip()
    )
    emails.declined(batch)


@transaction.atomic
def name_lead(batch: Batch, consultant: User, *, by: User) -> None:
    """Who holds the sessions: invited to those booked from now on, and their diary is reserved."""
    locked = Batch.locked(batch.pk)
    if locked.status in Batch.ENDED:
        raise Stale(f"{locked.reference} has ended, so nobody is named any more.")
    if not consultant.has_perm("consultations.write_recommendations"):
        raise Refused(f"{consultant} is no clinician. Choose a consultant or a clinical lead.")
    if locked.lead_consultant_id == consultant.pk:
        return
    Batch.objects.filter(pk=locked.pk).update(lead_consultant=consultant)
    batch.lead_consultant = consultant
    record(locked, "batch.lead_named", by=by, consultant=str(consultant))


@transaction.atomic
def withdraw(batch: Batch, *, reason: str, by: User) -> None:
    """Take the batch back: what is booked is cancelled, and the order, if there is one, too.

    Raises Refused when the booker tries that online once the cost is agreed, when a session has been used or the
    invoice issued; Stale when it is past withdrawing.
    """
    locked = Batch.locked(batch.pk)
    if locked.can_move_to(Batch.Status.WITHDRAWN) and (missing := locked.missing_for_withdrawal(by)):
        raise Refused(*missing)
    why = f"{locked.title} has been withdrawn."
    for session in locked.sessions.filter(status=BatchSession.Status.BOOKED):
        call_off(session, BatchSession.Status.CANCELLED, reason=why, by=by)
    batch.move_to(Batch.Status.WITHDRAWN, by=by, reason=reason)
    if locked.order is not None and locked.order.can_move_to("cancelled"):
        billing.cancel_order(locked.order, reason=why, by=by)
    if locked.requested_at:
        emails.withdrawn(batch)


@transaction.atomic
def close(batch: Batch, *, by: User) -> None:
    """Close a batch whose sessions are settled and whose invoice is paid; all that is missing is told at once."""
    locked = Batch.locked(batch.pk)
    if locked.can_move_to(Batch.Status.CLOSED) and (missing := locked.missing_for_closing()):
        raise Refused(*missing)
    batch.move_to(Batch.Status.CLOSED, by=by)
    emails.closed(batch)
