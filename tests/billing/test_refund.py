"""Money sent back: never more than we owe, recorded once."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError
from django.utils import timezone

from billing import actions
from billing.actions import payment as payment_actions
from billing.models import Invoice, Payment
from changes.refusals import Refused, Stale
from mail.models import Message
from organisations.models import Organisation
from tests.factories import billing as make


def paid_and_credited(organisation: Organisation, quantity: str = "0.50") -> Invoice:
    """£1,500.00 paid, and so much of it credited: half is £750.00 that we owe."""
    invoice = make.invoice(organisation)
    actions.record_payment(
        invoice,
        amount=invoice.total,
        method="bank",
        received_on=timezone.localdate(),
        bank_reference="BACS 1",
        by=None,
    )
    make.credit_note(invoice, quantity)
    return invoice


def send_back(
    invoice: Invoice, amount: str = "750.00", *, days: int = 0, ref: str = "BACS OUT 1", by: Any = None
) -> Payment:
    return actions.record_refund(
        invoice,
        amount=Decimal(amount),
        sent_on=timezone.localdate() + timedelta(days=days),
        bank_reference=ref,
        by=by,
    )


@pytest.mark.django_db
def test_record_refund_settles_what_we_owe(council, finance, letters, follow_ups):
    invoice = paid_and_credited(council)
    assert (invoice.balance, invoice.owed_back) == (Decimal("-750.00"), Decimal("750.00"))
    assert invoice.money_standing == invoice.order.standing == "owed_back"
    told = [event for event, _ in follow_ups()]
    refund = send_back(invoice, by=finance)
    assert (refund.amount, refund.method, refund.is_refund) == (Decimal("-750.00"), "bank", True)
    assert (refund.recorded_by, refund.bank_reference) == (finance, "BACS OUT 1")
    assert (invoice.paid, invoice.balance) == (Decimal("750.00"), Decimal("0.00"))
    assert invoice.order.standing == "paid"
    assert letters()[-1] == ("billing/refund_sent", invoice.quote.funder.email)
    assert [event for event, _ in follow_ups()] == told  # it was paid before


@pytest.mark.django_db
def test_all_of_it_sent_back_is_credited_in_full(council):
    invoice = paid_and_credited(council, "1")
    send_back(invoice, "1500.00")
    assert (invoice.paid, invoice.balance, invoice.order.standing) == (0, 0, "credited")


@pytest.mark.django_db
def test_the_mail_says_what_went_back_and_what_is_still_owed(council):
    invoice = paid_and_credited(council)
    for amount, said in (("500.00", "We still owe you"), ("250.00", "That is all we owed you")):
        send_back(invoice, amount)
        letter = Message.objects.order_by("pk").reverse()[0]
        assert letter.subject == f"We have sent back £{amount} for invoice {invoice.number}"
        for body in (letter.text, letter.html):
            assert f"£{amount}" in body
            assert said in body


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("amount", "days", "ref", "said"),
    [
        ("0", 0, "x", "above £0"),
        ("-5", 0, "x", "above £0"),
        ("1.005", 0, "x", "pounds and pence"),
        ("750.01", 0, "x", "more than the £750.00 we owe"),
        ("10", 2, "x", "today or earlier"),
        ("10", 0, " ", "reference on the bank statement"),
    ],
)
def test_record_refund_refuses_what_cannot_be_right(council, amount, days, ref, said):
    invoice = paid_and_credited(council)
    with pytest.raises(Refused, match=said):
        send_back(invoice, amount, days=days, ref=ref)
    assert invoice.balance == Decimal("-750.00")


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["unpaid", "credited", "settled"])
def test_nothing_goes_back_where_we_owe_nothing(council, state):
    """R7."""
    invoice = paid_and_credited(council) if state == "settled" else make.invoice(council)
    if state == "settled":
        send_back(invoice)
    if state == "credited":
        make.credit_note(invoice)
    with pytest.raises(Refused, match="We owe nothing"):
        send_back(invoice, "1.00", ref="other")


@pytest.mark.django_db
def test_the_same_refund_again_is_stale(council):
    """R10."""
    invoice = paid_and_credited(council)
    send_back(invoice, "300.00")
    with pytest.raises(Stale, match="already recorded"):
        send_back(invoice, "300.00")
    assert invoice.owed_back == Decimal("450.00")


@pytest.mark.django_db
def test_what_a_card_paid_too_much_goes_back_the_same_way(council):
    invoice = make.invoice(council)
    for ref in ("a", "b"):
        payment_actions.add_payment(
            invoice,
            amount=invoice.total,
            method="card",
            received_on=timezone.localdate(),
            bank_reference=ref,
            by=None,
        )
    send_back(invoice, "1500.00")
    assert invoice.order.standing == "paid"


@pytest.mark.django_db
def test_record_refund_is_all_or_nothing(council, monkeypatch):
    """R10."""
    invoice = paid_and_credited(council)
    before = Message.objects.count()
    monkeypatch.setattr(payment_actions, "record", lambda *a, **k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        send_back(invoice)
    assert (invoice.owed_back, Message.objects.count()) == (Decimal("750.00"), before)


@pytest.mark.django_db
def test_a_payment_of_nothing_is_refused_by_the_database(council):
    with pytest.raises(IntegrityError):
        Payment.objects.create(
            invoice=make.invoice(council), amount=0, method="bank", received_on=timezone.localdate()
        )


@pytest.mark.django_db(transaction=True)
def test_eight_refunds_at_once_never_send_too_much(postgres, at_once):
    """R10, R7: eight of half; two are taken and six are refused."""
    invoice = paid_and_credited(Organisation.objects.create(name="Race Council"))
    results = at_once([partial(send_back, invoice, "375.00", ref=f"OUT {n}") for n in range(8)])
    assert sum(isinstance(r, Payment) for r in results) == 2
    assert sum(isinstance(r, Refused) for r in results) == 6
    assert invoice.balance == 0
