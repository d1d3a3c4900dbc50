"""What a batch costs, and until when it may be used."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.utils import timezone

from billing import actions as billing
from billing.emails import tell_finance
from changes.log import record
from changes.refusals import Refused, Stale
from consultations.emails import batch as emails
from consultations.models import Batch, BatchSettings
from engagements.actions import put_to_funder

if TYPE_CHECKING:
    from accounts.models import User
    from billing.models import CreditNote, Invoice, Product, Quote
    from organisations.models import Contact


@transaction.atomic
def ask_for_funding(
    batch: Batch,
    *,
    product: Product,
    sessions: int,
    funder: Contact,
    by: User,
    unit_price: Decimal | None = None,
) -> Quote:
    """Send the funder a quote for a number of sessions. A quote that is out is replaced by the new one.

    Raises Refused before acceptance, once funding is agreed, and for a number no batch has.
    """
    locked = Batch.locked(batch.pk)
    missing = locked.missing_for_quote()
    if not 1 <= sessions <= Batch.MOST_SESSIONS:
        missing.append(f"Enter how many sessions: from 1 to {Batch.MOST_SESSIONS}.")
    if missing:
        raise Refused(*missing)
    quote = put_to_funder(
        locked,
        title=locked.title,
        product=product,
        quantity=Decimal(sessions),
        unit_price=unit_price,
        funder=funder,
        by=by,
    )
    batch.order = locked.order
    return quote


@transaction.atomic
def funding_agreed(batch: Batch) -> None:
    """The cost is agreed: the sessions may be held from today, for as long as the settings say. Once (R10)."""
    locked = Batch.locked(batch.pk)
    if locked.status != Batch.Status.ACCEPTED or locked.expires_on is not None:
        return
    until = timezone.localdate() + relativedelta(months=BatchSettings.load().valid_months)
    Batch.objects.filter(pk=locked.pk).update(expires_on=until)
    locked.expires_on = batch.expires_on = until
    emails.funding_agreed(locked)


@transaction.atomic
def funding_declined(batch: Batch) -> None:
    """The funder said no: whoever asked, who knows them, hears of it. Safe to run twice for one quote (R10)."""
    quote = batch.order.current_quote if batch.order is not None else None
    if quote is not None and quote.status == "declined":
        emails.funding_declined(batch, quote)


@transaction.atomic
def issue_invoice(batch: Batch, *, by: User) -> Invoice:
    """Invoice the sessions bought, from the day the cost is agreed. Raises Refused with everything missing."""
    locked = Batch.locked(batch.pk)
    missing = locked.missing_for_invoice()
    if missing or locked.order is None:
        raise Refused(*missing)
    return billing.issue_invoice(locked.order, by=by)


@transaction.atomic
def refund_unused(batch: Batch, *, sessions: int, reason: str, by: User) -> CreditNote:
    """Credit sessions that nobody used or booked, also those that ran out; they cannot be booked any more (R4, R6).

    The lines of the order are credited from the last one up. Raises Refused with everything that is wrong.
    """
    locked = Batch.locked(batch.pk)
    missing = _missing_for_refund(locked, sessions)
    invoice = locked.order.invoice if locked.order is not None else None
    if missing or invoice is None:
        raise Refused(*missing)
    return billing.issue_credit_note(
        invoice, quantities=_from_the_end(locked, sessions), reason=reason, by=by
    )


def _missing_for_refund(batch: Batch, sessions: int) -> list[str]:
    missing = batch.missing_for_refund()
    if not missing and not 1 <= sessions <= batch.balance.unclaimed:
        missing.append(f"Enter how many sessions: from 1 to {batch.balance.unclaimed}.")
    return missing


@transaction.atomic
def ask_for_refund(batch: Batch, *, sessions: int, reason: str, by: User) -> None:
    """Whoever runs the batch asks finance to credit sessions that nobody used. Raises Refused as the refund would."""
    locked = Batch.locked(batch.pk)
    missing = _missing_for_refund(locked, sessions)
    if not reason.strip():
        missing.append("Write why they are refunded.")
    if missing or locked.order is None:
        raise Refused(*missing)
    record(locked, "batch.refund_asked", by=by, sessions=str(sessions), reason=reason.strip())
    tell_finance(
        "credit_asked", locked.order, key="", title=locked.title, sessions=sessions, reason=reason.strip()
    )


@transaction.atomic
def credited(batch: Batch) -> None:
    """A credit note took sessions off: whoever asked for the batch hears of it, once for each number (R10)."""
    now_there = Batch.objects.get(pk=batch.pk)
    if now_there.refunded:
        emails.refunded(now_there)


def _from_the_end(batch: Batch, sessions: int) -> dict[int, Decimal]:
    """So many sessions of the order, by the pk of its lines."""
    wanted: dict[int, Decimal] = {}
    left = Decimal(sessions)
    lines = batch.order.lines.order_by("-position") if batch.order is not None else []
    for line in lines:
        if (taken := min(line.left.quantity, left)) > 0:
            wanted[line.pk] = taken
            left -= taken
    return wanted


@transaction.atomic
def extend(batch: Batch, *, expires_on: date, reason: str, by: User) -> None:
    """Give the team longer, or sessions that ran out back to it. Raises Refused for a day that is no later."""
    locked = Batch.locked(batch.pk)
    if locked.status != Batch.Status.ACCEPTED or locked.expires_on is None:
        raise Stale(f"{locked.reference} has no sessions to hold, so it was not extended.")
    wrong = []
    if not reason.strip():
        wrong.append("Write why the batch is extended.")
    if expires_on <= locked.expires_on:
        wrong.append("Choose a later day than the one it has now.")
    if expires_on < timezone.localdate():
        wrong.append("Choose today or a day to come.")
    if wrong:
        raise Refused(*wrong)
    Batch.objects.filter(pk=locked.pk).update(expires_on=expires_on)
    locked.expires_on = batch.expires_on = expires_on
    record(locked, "batch.extended", by=by, until=f"{expires_on.day} {expires_on:%B %Y}", reason=reason)
    emails.extended(locked)
