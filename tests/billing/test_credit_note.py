"""Credit notes: what they come to, numbered without gap, frozen, never more than the line."""

from __future__ import annotations

import threading
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from billing import actions, money, pdf
from billing.actions import credit as credit_actions
from billing.models import Counter, CreditNote, CreditNoteLine, Invoice, Order, OrderLine
from changes.refusals import Refused, Stale
from mail.models import Message
from organisations.models import Organisation
from provider.models import MoneySettings
from tests.billing.test_money import amounts, quantities, rates
from tests.factories import billing as make
from vault import storage
from vault.models import Frozen


def lined(
    organisation: Organisation, *quantities: str, price: str = "1250.00", vat: str = "standard"
) -> Invoice:
    """An invoice with a line of each quantity."""
    order = make.order(organisation, lines=0)
    for quantity in quantities:
        product = make.product(unit_price=Decimal(price), vat_treatment=vat, unit="session")
        actions.add_line(order, product=product, quantity=Decimal(quantity), by=None)
    quote = actions.issue_quote(order, funder=make.funder_of(organisation), by=None)
    actions.accept_quote(quote, purchase_order_number="PO-1", by=quote.funder)
    return actions.issue_invoice(order, by=None)


def credit(invoice: Invoice, *quantities: str | None, reason: str = "Sessions not used", by: Any = None):
    """Credit so much of the invoice's lines, in their order; None leaves one out."""
    lines = invoice.order.lines.all()
    asked = {line.pk: Decimal(q) for line, q in zip(lines, quantities, strict=False) if q is not None}
    return actions.issue_credit_note(invoice, quantities=asked, reason=reason, by=by)


def pay(invoice: Invoice, amount: str) -> None:
    actions.record_payment(
        invoice,
        amount=Decimal(amount),
        method="bank",
        received_on=timezone.localdate(),
        bank_reference=f"BACS {amount}",
        by=None,
    )


@pytest.mark.django_db
def test_issue_credit_note_numbers_freezes_logs_mails_and_announces(council, finance, letters, follow_ups):
    """R4, R5, R10, R12."""
    invoice = lined(council, "6", "1")
    note = credit(invoice, "2", reason=" Two sessions not used ", by=finance)
    assert (note.number, note.reason, note.issued_on) == (
        "CN-000001",
        "Two sessions not used",
        timezone.localdate(),
    )
    assert (note.net, note.vat, note.total) == (Decimal("2500.00"), Decimal("500.00"), Decimal("3000.00"))
    assert (note.order, note.invoice, note.issued_by) == (invoice.order, invoice, finance)
    part = note.lines.get()
    assert (part.line.position, part.quantity, part.net, part.vat) == (1, 2, 2500, 500)
    assert part.line.left == money.Left(Decimal(4), Decimal("5000.00"), Decimal("1000.00"))
    assert b"".join(storage.read(note.storage_key, note.wrapped_key)) == pdf.render(note.snapshot)
    assert letters()[-1] == ("billing/credit_note_issued", invoice.quote.funder.email)
    assert follow_ups()[-1] == ("credit_note_issued", (invoice.order_id,))
    assert (invoice.credited, invoice.balance) == (Decimal("3000.00"), Decimal("7500.00"))


@pytest.mark.django_db
def test_the_snapshot_holds_all_a_credit_note_must_say(council):
    """R4, R12; regulation 15C of the VAT Regulations 1995."""
    invoice = lined(council, "3", "1")
    said = credit(invoice, "1.5", "1").snapshot
    assert said["title"] == "Credit note CN-000001"
    assert said["invoice"] == {"number": invoice.number, "issued_on": invoice.issued_on.isoformat()}
    assert (said["reason"], said["purchase_order_number"]) == ("Sessions not used", "PO-1")
    assert [(part["quantity"], part["net"], part["vat"]) for part in said["lines"]] == [
        ("1.5", "1875.00", "375.00"),
        ("1", "1250.00", "250.00"),
    ]
    assert [(v["wording"], v["net"], v["vat"]) for v in said["vat_lines"]] == [
        ("VAT at 20%", "3125.00", "625.00")
    ]
    assert said["total"] == "3750.00"


@pytest.mark.django_db
def test_a_credit_keeps_the_rate_that_was_invoiced(council):
    """R4: whatever the rate is by now."""
    invoice = lined(council, "2")
    MoneySettings.objects.update(vat_rate=Decimal("25.00"))
    assert credit(invoice, "1").vat == Decimal("250.00")


@pytest.mark.django_db
def test_everything_wrong_is_told_at_once(council):
    """R1; and no number is spent (R5)."""
    invoice = lined(council, "2", "2", "2")
    elsewhere = lined(council, "1").order.lines.get()
    first, second, third = invoice.order.lines.all()
    asked = {
        first.pk: Decimal("2.01"),
        second.pk: Decimal(0),
        third.pk: Decimal("0.005"),
        elsewhere.pk: Decimal(1),
    }
    with pytest.raises(Refused) as no:
        actions.issue_credit_note(invoice, quantities=asked, reason=" ", by=None)
    for said in ("Say why", "more than the 2 left", "above 0", "two decimal places", "not on the invoice"):
        assert said in str(no.value)
    assert len(no.value.messages) == 5
    assert not Counter.objects.filter(name="credit_note").exists()
    with pytest.raises(Refused, match="at least one line"):
        credit(invoice)


@pytest.mark.django_db
def test_a_credit_of_nothing_is_no_credit_note(council):
    invoice = lined(council, "2", price="0.00")
    with pytest.raises(Refused, match="nothing to credit"):
        credit(invoice, "1")
    assert not CreditNote.objects.exists()


@pytest.mark.django_db
def test_what_is_credited_is_not_credited_again(council):
    """R7."""
    invoice = lined(council, "2", "1")
    credit(invoice, "1.5")
    with pytest.raises(Refused, match=r"1 is more than the 0\.5 left"):
        credit(invoice, "1")
    credit(invoice, "0.5", "1")
    with pytest.raises(Stale, match="credited in full already"):
        credit(invoice, "1")
    assert (CreditNote.objects.count(), Counter.objects.get(name="credit_note").last) == (2, 2)


@pytest.mark.django_db
def test_an_issued_credit_note_never_changes(council):
    """R4: by no door, nor do its lines."""
    note = credit(lined(council, "2"), "1")
    part = note.lines.get()
    note.reason, part.quantity = "Another", Decimal(2)
    for change in (
        note.save,
        note.delete,
        part.save,
        part.delete,
        partial(CreditNote.objects.update, reason="Another"),
        CreditNote.objects.all().delete,
        partial(note.lines.update, quantity=2),
        CreditNoteLine.objects.all().delete,
    ):
        with pytest.raises(Frozen):
            change()


@pytest.mark.django_db
def test_the_database_refuses_a_credit_of_nothing_and_a_line_twice(council):
    note = credit(lined(council, "2"), "1")
    line = note.lines.get().line
    for quantity in (0, 1):
        with pytest.raises(IntegrityError), transaction.atomic():
            CreditNoteLine.objects.create(credit_note=note, line=line, quantity=quantity, net=0, vat=0)


@pytest.mark.django_db
def test_a_rolled_back_number_is_given_again(council, monkeypatch):
    """R5: no gap. R4, R10: nothing is left of the failed one."""
    invoice = lined(council, "3")
    before = Message.objects.count()
    with monkeypatch.context() as broken:
        broken.setattr(credit_actions, "announce", lambda *a: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            credit(invoice, "1")
    assert (CreditNote.objects.count(), CreditNoteLine.objects.count()) == (0, 0)
    assert (Message.objects.count(), invoice.balance) == (before, invoice.total)
    assert credit(invoice, "1").number == "CN-000001"
    assert credit(invoice, "1").number == "CN-000002"


@pytest.mark.django_db
def test_the_prefix_is_a_setting_and_the_numbers_are_its_own(council):
    """R5: invoices and credit notes are counted apart."""
    MoneySettings.load()
    MoneySettings.objects.update(credit_note_prefix="FPC")
    first, second = lined(council, "1"), lined(council, "1")
    assert (credit(first, "1").number, credit(second, "1").number) == ("FPC-000001", "FPC-000002")
    assert second.number == "INV-000002"


@pytest.mark.django_db
def test_the_last_credit_settles_the_order_once(council, follow_ups):
    """R10: paid in part and credited for the rest is paid; and it is said once."""
    invoice = lined(council, "2")
    pay(invoice, "1500.00")
    assert "order_paid" not in [event for event, _ in follow_ups()]
    credit(invoice, "0.5")
    credit(invoice, "0.5")
    credit(invoice, "0.5")
    assert [event for event, _ in follow_ups()].count("order_paid") == 1
    assert (invoice.is_paid, invoice.is_credited, invoice.owed_back) == (True, False, Decimal("750.00"))
    assert invoice.money_standing == "owed_back"


@pytest.mark.django_db
def test_credited_in_full_is_settled_and_not_paid(council, follow_ups):
    """What waits for the money goes on; nothing says that it was paid."""
    invoice = lined(council, "1", "2")
    credit(invoice, "1", "2")
    assert (invoice.balance, invoice.is_paid, invoice.is_credited) == (Decimal("0.00"), True, True)
    assert (invoice.money_standing, invoice.order.standing) == ("credited", "credited")
    assert follow_ups()[-1] == ("order_paid", (invoice.order_id,))
    text = Message.objects.order_by("pk").reverse()[0].text
    assert "Left to pay: £0.00" in text
    assert "paid in full" not in text
    with pytest.raises(Refused, match="credited in full"):
        pay(invoice, "1.00")


@pytest.mark.django_db
def test_the_mail_says_what_is_left_and_nothing_of_the_reason(council):
    """R8: the reason is typed by a person, so it is on the paper alone."""
    invoice = lined(council, "2")
    credit(invoice, "1", reason="Somebody typed a name here")
    letter = Message.objects.order_by("pk").reverse()[0]
    assert letter.subject == "Credit note CN-000001 for invoice INV-000001"
    assert f"Left to pay: £1,500.00 by {invoice.due_on.day} " in letter.text
    for body in (letter.text, letter.html):
        assert "Somebody typed" not in body
        assert f"/orders/{invoice.order.reference}/open/" in body


ONCE = st.tuples(quantities, amounts, rates, st.lists(quantities, max_size=12))


@given(ONCE)
def test_the_parts_of_a_line_come_to_exactly_the_line(sold):
    """R12: however it is cut up; and each part is rounded as a line of its own while there is enough left."""
    whole, price, rate, cuts = sold
    net = money.net_of(whole, price)
    line = OrderLine(quantity=whole, unit_price=price, vat_rate=rate, net=net, vat=money.vat_on(net, rate))
    left = money.Left(line.quantity, line.net, line.vat)
    parts = []
    for cut in [*cuts, whole]:
        quantity = min(cut, left.quantity)
        if not quantity:
            break
        net, vat = money.part_of(line, quantity, left)
        assert 0 <= net <= left.net
        assert 0 <= vat <= left.vat
        if quantity < left.quantity:
            assert net == min(money.net_of(quantity, price), left.net)
        parts.append((net, vat))
        left = money.Left(left.quantity - quantity, left.net - net, left.vat - vat)
    assert left == money.Left(Decimal(0), Decimal(0), Decimal(0))
    assert sum(net for net, _ in parts) == line.net
    assert sum(vat for _, vat in parts) == line.vat


@pytest.mark.django_db
def test_credit_notes_of_thirds_come_to_exactly_the_invoice(council):
    """R12: £33.33 three times is £20.00 of VAT, in parts 6.67, 6.67 and 6.66; totals are what is printed."""
    invoice = lined(council, "3", price="33.33")
    assert invoice.vat == Decimal("20.00")
    notes = [credit(invoice, "1") for _ in range(3)]
    assert [str(note.vat) for note in notes] == ["6.67", "6.67", "6.66"]
    assert sum(note.total for note in notes) == invoice.total
    assert invoice.balance == 0
    for note in notes:
        printed = note.snapshot
        assert Decimal(printed["total"]) == sum(
            Decimal(part["net"]) + Decimal(part["vat"]) for part in printed["lines"]
        )


def race_invoice(quantity: str = "1") -> Invoice:
    council = Organisation.objects.create(name="Race Council", kind="local_authority")
    return lined(council, quantity)


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_leave_one_credit_of_the_last_quantity(postgres, at_once):
    """R5, R7, R10: one credit note and one email, seven refusals, no number lost; then the next number."""
    invoice = race_invoice("2")
    credit(invoice, "1")
    before = Message.objects.count()
    results = at_once([partial(credit, invoice, "1")] * 8)
    assert sum(isinstance(r, CreditNote) for r in results) == 1
    assert sum(isinstance(r, Stale) for r in results) == 7
    assert invoice.credited == invoice.total
    assert Message.objects.count() == before + 1
    assert Counter.objects.get(name="credit_note").last == 2


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_the_same_race_credits_eight_times(postgres, at_once):
    """The negative control: what is left is looked at by all before anybody has written."""
    invoice = race_invoice()
    notes = [credit(race, "1") for race in [lined(invoice.order.organisation, "1") for _ in range(8)]]
    line = invoice.order.lines.get()
    barrier = threading.Barrier(8)

    def unlocked(note: CreditNote) -> str:
        with transaction.atomic():
            seen = OrderLine.objects.get(pk=line.pk)
            part = CreditNoteLine.of(seen, seen.left.quantity)
            barrier.wait(timeout=20)
            part.credit_note = note
            part.save()
            return "credited"

    assert at_once([partial(unlocked, note) for note in notes]) == ["credited"] * 8
    assert line.left.quantity == -7


@pytest.mark.django_db(transaction=True)
def test_eight_orders_at_once_get_numbers_in_a_row(postgres, at_once):
    """R5: consecutive, no repeat, no gap; with one of them rolled back on the way."""
    council = Organisation.objects.create(name="Race Council", kind="local_authority")
    invoices = [lined(council, "1") for _ in range(8)]

    def failing() -> None:
        with transaction.atomic():
            credit(invoices[7], "1")
            raise ZeroDivisionError

    results = at_once([*[partial(credit, invoice, "1") for invoice in invoices[:7]], failing])
    assert [type(r) for r in results] == [CreditNote] * 7 + [ZeroDivisionError]
    numbers = sorted(CreditNote.objects.values_list("number", flat=True))
    assert numbers == [f"CN-{n:06d}" for n in range(1, 8)]
    assert credit(invoices[7], "1").number == "CN-000008"


@pytest.mark.django_db(transaction=True)
def test_a_payment_and_a_credit_at_once_see_each_other(postgres, at_once, follow_ups):
    """R10: whoever is second finds nothing left to pay, so the order is announced paid, and once."""
    invoice = race_invoice("2")
    results = at_once([partial(pay, invoice, "1500.00"), partial(credit, invoice, "1")])
    assert [isinstance(r, Exception) for r in results] == [False, False]
    assert Order.objects.get().balance == 0
    assert [event for event, _ in follow_ups()].count("order_paid") == 1
