"""Invoices: numbered without gap or repeat, frozen, once an order."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.db import transaction
from django.utils import timezone

from billing import actions, pdf
from billing.actions import invoice as invoice_actions
from billing.models import Counter, Invoice
from changes.refusals import Refused, Stale
from mail.models import Message
from organisations.models import Organisation
from provider.models import MoneySettings
from tests.factories import billing as make
from vault import storage
from vault.models import Frozen


@pytest.mark.django_db
def test_issue_invoice_numbers_freezes_mails_and_announces(council, finance, letters, follow_ups):
    quote = make.accepted(council)
    invoice = actions.issue_invoice(quote.order, by=finance)
    today = timezone.localdate()
    assert (invoice.number, invoice.purchase_order_number) == ("INV-000001", "PO-1")
    assert (invoice.issued_on, invoice.due_on) == (today, today + timedelta(days=30))
    assert (invoice.net, invoice.vat) == (Decimal("1250.00"), Decimal("250.00"))
    assert invoice.total == Decimal("1500.00")
    assert (invoice.issued_by, invoice.quote) == (finance, quote)
    assert b"".join(storage.read(invoice.storage_key, invoice.wrapped_key)) == pdf.render(invoice.snapshot)
    assert letters()[-1] == ("billing/invoice_issued", quote.funder.email)
    assert follow_ups()[-1] == ("invoice_issued", (quote.order_id,))


@pytest.mark.django_db
def test_the_snapshot_holds_all_an_invoice_must_say(council):
    """R4, R12: who, for what, VAT with its wording, the purchase order, the bank and the day."""
    council.address = "County Hall\nEL1 1AA"
    council.save()
    order = make.order(council)
    care = make.product(vat_treatment="exempt", unit_price=Decimal("33.33"))
    actions.add_line(order, product=care, quantity=Decimal("0.50"), by=None)
    quote = actions.issue_quote(order, funder=make.funder_of(council), by=None)
    actions.accept_quote(quote, purchase_order_number="4500", by=quote.funder)
    said = actions.issue_invoice(order, by=None).snapshot
    assert said["to"] == {
        "organisation": "Elmshire Council",
        "address": "County Hall\nEL1 1AA",
        "name": "Morgan Field",
    }
    assert [(v["wording"], v["net"], v["vat"]) for v in said["vat_lines"]] == [
        ("VAT at 20%", "1250.00", "250.00"),
        ("Exempt from VAT.", "16.67", "0.00"),
    ]
    assert said["total"] == "1516.67"
    assert said["bank"]["reference"] == "INV-000001"
    assert (said["purchase_order_number"], said["quote"]) == ("4500", quote.reference)


@pytest.mark.django_db
def test_issue_invoice_tells_everything_that_is_missing(council):
    """R1: at once; and no number is spent (R5)."""
    order = make.order(council)
    with pytest.raises(Refused) as no:
        actions.issue_invoice(order, by=None)
    assert len(no.value.messages) == 2
    assert not Counter.objects.exists()


@pytest.mark.django_db
def test_a_second_invoice_is_stale(council):
    """R7, R10: and no number is spent on it."""
    invoice = make.invoice(council)
    with pytest.raises(Stale):
        actions.issue_invoice(invoice.order, by=None)
    assert (Invoice.objects.count(), Counter.objects.get().last) == (1, 1)


@pytest.mark.django_db
def test_a_cancelled_order_is_not_invoiced(council):
    """R7."""
    order = make.accepted(council).order
    actions.cancel_order(order, reason="x", by=None)
    with pytest.raises(Stale):
        actions.issue_invoice(order, by=None)


@pytest.mark.django_db
def test_an_invoice_of_nothing_is_paid_as_it_is_issued(council, follow_ups):
    order = make.order(council, lines=0)
    actions.add_line(order, product=make.product(unit_price=Decimal(0)), quantity=1, by=None)
    quote = actions.issue_quote(order, funder=make.funder_of(council), by=None)
    actions.accept_quote(quote, purchase_order_number="PO", by=None)
    assert actions.issue_invoice(order, by=None).is_paid
    assert follow_ups()[-1] == ("order_paid", (order.pk,))


@pytest.mark.django_db
def test_an_issued_invoice_never_changes(council):
    """R4: by no door."""
    invoice = make.invoice(council)
    invoice.due_on += timedelta(days=1)
    with pytest.raises(Frozen):
        invoice.save()
    with pytest.raises(Frozen):
        Invoice.objects.update(purchase_order_number="other")
    with pytest.raises(Frozen):
        Invoice.objects.all().delete()
    with pytest.raises(Frozen):
        invoice.delete()


@pytest.mark.django_db
def test_a_rolled_back_number_is_given_again(council, monkeypatch):
    """R5: no gap. R4, R10: nothing is left of the failed one."""
    first, second = make.accepted(council).order, make.accepted(council).order
    before = Message.objects.count()
    with monkeypatch.context() as broken:
        broken.setattr(invoice_actions, "announce", lambda *a: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            actions.issue_invoice(first, by=None)
    assert (Invoice.objects.count(), Message.objects.count()) == (0, before)
    assert actions.issue_invoice(second, by=None).number == "INV-000001"
    assert actions.issue_invoice(first, by=None).number == "INV-000002"


@pytest.mark.django_db
def test_the_prefix_is_a_setting(council):
    settings = MoneySettings.load()
    settings.invoice_prefix = "FP"
    settings.save()
    assert make.invoice(council).number == "FP-000001"


@pytest.mark.django_db
def test_facts_of_many_invoices_equal_facts_of_one(council):
    """Idea 2."""
    facts = ["credited", "paid", "balance", "is_paid", "is_overdue", "is_credited", "is_owed_back"]
    make.invoice(council)
    paid = make.invoice(council)
    for part in ("0.10", "0.20", "1499.70"):
        actions.record_payment(
            paid,
            amount=Decimal(part),
            method="bank",
            received_on=timezone.localdate(),
            bank_reference=part,
            by=None,
        )
    make.credit_note(paid, "0.07")
    credited = make.invoice(council)
    for _ in range(10):
        make.credit_note(credited, "0.10")
    annotated = {i.pk: {f: i.__dict__[f] for f in facts} for i in Invoice.objects.with_facts()}
    assert annotated == {i.pk: {f: getattr(i, f) for f in facts} for i in Invoice.objects.all()}
    assert sorted((f["is_paid"], f["is_credited"]) for f in annotated.values()) == [
        (False, False),
        (True, False),
        (True, True),
    ]


def race_council() -> Organisation:
    return Organisation.objects.create(name="Race Council", kind="local_authority")


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_get_eight_numbers_in_a_row(postgres, at_once):
    """R5: consecutive, no repeat, no gap; with one of them rolled back on the way."""
    council = race_council()
    orders = [make.accepted(council).order for _ in range(8)]

    def failing() -> None:
        with transaction.atomic():
            actions.issue_invoice(orders[7], by=None)
            raise ZeroDivisionError

    acts: list[Callable] = [partial(actions.issue_invoice, order, by=None) for order in orders[:7]]
    results = at_once([*acts, failing])
    assert [type(r) for r in results] == [Invoice] * 7 + [ZeroDivisionError]
    numbers = sorted(Invoice.objects.values_list("number", flat=True))
    assert numbers == [f"INV-{n:06d}" for n in range(1, 8)]
    assert actions.issue_invoice(orders[7], by=None).number == "INV-000008"


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_the_same_race_repeats_numbers(postgres, at_once):
    """R5's negative control: the race is real, so it is the locked row that wins it."""
    Counter.objects.create(name="unlocked")
    barrier = threading.Barrier(8)

    def unlocked() -> int:
        with transaction.atomic():
            counter = Counter.objects.get(name="unlocked")
            barrier.wait(timeout=20)
            counter.last += 1
            counter.save(update_fields=["last"])
            return counter.last

    assert at_once([unlocked] * 8) == [1] * 8


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_leave_one_invoice_of_an_order(postgres, at_once):
    """R10, R7: one invoice, seven clear refusals, one email."""
    order = make.accepted(race_council()).order
    before = Message.objects.count()
    results = at_once([partial(actions.issue_invoice, order, by=None)] * 8)
    assert sum(isinstance(r, Invoice) for r in results) == 1
    assert sum(isinstance(r, Stale) for r in results) == 7
    assert (Invoice.objects.count(), Counter.objects.get().last) == (1, 1)
    assert Message.objects.count() == before + 1
