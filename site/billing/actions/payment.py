"""Money that came in, and what we send back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from billing import emails, money
from billing.models import Checkout, Invoice, Payment
from changes.follow_ups import announce
from changes.log import record
from changes.refusals import Refused, Stale


def locked(invoice: Invoice) -> Invoice:
    """The invoice's row, locked: two payments at once are added up one after the other."""
    return Invoice._base_manager.select_for_update(of=("self",)).get(pk=invoice.pk)


@transaction.atomic
def record_payment(
    invoice: Invoice, *, amount: Decimal, method: str, received_on: date, bank_reference: str, by: object
) -> Payment:
    """What finance saw arrive. The same amount, day and reference again is Stale; too much is Refused."""
    invoice = locked(invoice)
    bank_reference = bank_reference.strip()
    same = invoice.payments.filter(
        amount=amount, method=method, received_on=received_on, bank_reference=bank_reference
    )
    if same.exists():
        raise Stale(
            f"This payment of £{amount:,.2f} for {invoice.number} is already recorded. Nothing was added."
        )
    wrong = []
    if amount <= 0 or amount != money.pounds(amount):
        wrong.append("Enter an amount above £0, in pounds and pence.")
    elif invoice.is_paid:
        settled = "credited" if invoice.is_credited else "paid"
        wrong.append(
            f"Invoice {invoice.number} is {settled} in full. Check which invoice this payment is for."
        )
    elif amount > invoice.balance:
        wrong.append(
            f"£{amount:,.2f} is more than the £{invoice.balance:,.2f} left to pay on {invoice.number}. "
            "Record what is owed here, and return the rest or record it on its own invoice."
        )
    if received_on > timezone.localdate():
        wrong.append("Enter the date the money arrived: today or earlier.")
    if wrong:
        raise Refused(*wrong)
    return add_payment(
        invoice, amount=amount, method=method, received_on=received_on, bank_reference=bank_reference, by=by
    )


def add_payment(
    invoice: Invoice,
    *,
    amount: Decimal,
    method: str,
    received_on: date,
    bank_reference: str,
    by: object,
    checkout: Checkout | None = None,
) -> Payment:
    """Write down a payment on a locked invoice, tell the funder, and announce the order paid once it is."""
    was_paid = invoice.is_paid
    payment = Payment.objects.create(
        invoice=invoice,
        amount=amount,
        method=method,
        received_on=received_on,
        bank_reference=bank_reference,
        checkout=checkout,
        recorded_by=by if isinstance(by, get_user_model()) else None,
    )
    told = {"invoice": invoice.number, "amount": str(amount), "method": method}
    record(invoice.order, "order.payment_recorded", by=by, **told)
    emails.payment_received(payment)
    tell_if_paid(invoice, was_paid=was_paid, by=by)
    return payment


def tell_if_paid(invoice: Invoice, *, was_paid: bool, by: object) -> None:
    """Announce the order paid once nothing is left to pay. One that is credited in full was not paid."""
    if was_paid or not invoice.is_paid:
        return
    if not invoice.is_credited:
        record(invoice.order, "order.paid", by=by, invoice=invoice.number)
    announce("order_paid", invoice.order_id)


@transaction.atomic
def record_refund(
    invoice: Invoice, *, amount: Decimal, sent_on: date, bank_reference: str, by: object
) -> Payment:
    """What finance sent back by bank transfer, in pounds above nothing; kept as a payment below nothing.

    The same amount, day and reference again is Stale; more than we owe is Refused.
    """
    invoice = locked(invoice)
    bank_reference = bank_reference.strip()
    sent = {"amount": -amount, "received_on": sent_on, "bank_reference": bank_reference}
    if invoice.payments.filter(**sent).exists():
        raise Stale(f"That we sent £{amount:,.2f} back for {invoice.number} is already recorded.")
    wrong = []
    if amount <= 0 or amount != money.pounds(amount):
        wrong.append("Enter an amount above £0, in pounds and pence.")
    elif not invoice.is_owed_back:
        wrong.append(f"We owe nothing on invoice {invoice.number}. Credit it first if it asked too much.")
    elif amount > invoice.owed_back:
        wrong.append(
            f"£{amount:,.2f} is more than the £{invoice.owed_back:,.2f} we owe on {invoice.number}. "
            "Credit the invoice first if more is to go back."
        )
    if sent_on > timezone.localdate():
        wrong.append("Enter the date the money was sent: today or earlier.")
    if not bank_reference:
        wrong.append("Enter the reference on the bank statement.")
    if wrong:
        raise Refused(*wrong)
    refund = Payment.objects.create(
        invoice=invoice,
        method=Payment.Method.BANK,
        recorded_by=by if isinstance(by, get_user_model()) else None,
        **sent,
    )
    record(invoice.order, "order.refunded", by=by, invoice=invoice.number, amount=str(amount))
    emails.refund_sent(refund)
    return refund
