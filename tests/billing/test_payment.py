"""Payments that finance records."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.utils import timezone

from billing import actions
from billing.actions import payment as payment_actions
from billing.models import Invoice, Order, Payment
from changes.refusals import Refused, Stale
from mail.models import Message
from organisations.models import Organisation
from tests.factories import billing as make


def pay(
    invoice: Invoice, amount: str = "1500.00", *, days: int = 0, ref: str = "BACS 77", by=None
) -> Payment:
    return actions.record_payment(
        invoice,
        amount=Decimal(amount),
        method="bank",
        received_on=timezone.localdate() + timedelta(days=days),
        bank_reference=ref,
        by=by,
    )


@pytest.mark.django_db
def test_record_payment_in_full_pays_the_order(council, finance, letters, follow_ups):
    invoice = make.invoice(council)
    payment = pay(invoice, by=finance)
    assert (payment.recorded_by, invoice.balance, invoice.is_paid) == (finance, Decimal("0.00"), True)
    assert Order.objects.get().is_paid
    assert letters()[-1] == ("billing/payment_received", invoice.quote.funder.email)
    assert follow_ups()[-1] == ("order_paid", (invoice.order_id,))
    assert "paid in full" in Message.objects.order_by("pk").reverse()[0].text


@pytest.mark.django_db
def test_a_part_payment_leaves_a_balance(council, follow_ups):
    invoice = make.invoice(council)
    pay(invoice, "500.00")
    assert (invoice.balance, invoice.is_paid) == (Decimal("1000.00"), False)
    assert "order_paid" not in [event for event, _ in follow_ups()]
    assert "£1,000.00" in Message.objects.order_by("pk").reverse()[0].text
    pay(invoice, "1000.00")
    assert [event for event, _ in follow_ups()].count("order_paid") == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("amount", "days", "said"),
    [
        ("0", 0, "above £0"),
        ("-5", 0, "above £0"),
        ("1.005", 0, "pounds and pence"),
        ("1500.01", 0, "more than the £1,500.00 left to pay"),
        ("10", 2, "today or earlier"),
    ],
)
def test_record_payment_refuses_what_cannot_be_right(council, amount, days, said):
    invoice = make.invoice(council)
    with pytest.raises(Refused, match=said):
        pay(invoice, amount, days=days)
    assert not Payment.objects.exists()


@pytest.mark.django_db
def test_the_same_payment_again_is_stale(council):
    """R10."""
    invoice = make.invoice(council)
    pay(invoice, "500.00")
    with pytest.raises(Stale, match="already recorded"):
        pay(invoice, "500.00")
    assert invoice.balance == Decimal("1000.00")


@pytest.mark.django_db
def test_a_paid_invoice_takes_no_more(council):
    """R7."""
    invoice = make.invoice(council)
    pay(invoice)
    with pytest.raises(Refused, match="paid in full"):
        pay(invoice, "1.00", ref="other")


@pytest.mark.django_db
def test_record_payment_is_all_or_nothing(council, monkeypatch):
    """R10."""
    invoice = make.invoice(council)
    before = Message.objects.count()
    monkeypatch.setattr(payment_actions, "announce", lambda *a: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        pay(invoice)
    assert (Payment.objects.count(), Message.objects.count()) == (0, before)


@pytest.mark.django_db(transaction=True)
def test_eight_payments_at_once_never_pay_twice(postgres, at_once):
    """R10, R7: eight payments of half; two are taken and six are refused."""
    invoice = make.invoice(Organisation.objects.create(name="Race Council"))
    results = at_once([partial(pay, invoice, "750.00", ref=f"BACS {n}") for n in range(8)])
    assert sum(isinstance(r, Payment) for r in results) == 2
    assert sum(isinstance(r, Refused) for r in results) == 6
    assert invoice.is_paid
