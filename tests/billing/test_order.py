"""Opening an order, its lines and its facts."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError
from django.utils import timezone
from wagtail.log_actions import registry

from billing import actions
from billing.actions import order as order_actions
from billing.models import Order, OrderLine, Product
from changes.refusals import Refused, Stale
from provider.models import MoneySettings
from tests.factories import billing as make

pytestmark = pytest.mark.django_db
AMOUNTS = ["net", "vat", "total", "invoiced", "credited", "paid", "balance"]
WHETHER = ["is_quoted", "is_funded", "is_invoiced", "is_paid", "is_overdue", "is_credited", "is_owed_back"]
FACTS = [*AMOUNTS, *WHETHER]


def logged(instance) -> list[str]:
    return [entry.action for entry in registry.get_logs_for_instance(instance).order_by("pk")]


def test_open_order_gives_a_reference_and_logs_who(council, coordinator):
    order = actions.open_order(organisation=council, title="Consultation C-26-7K4M", by=coordinator)
    assert re.fullmatch(r"O-\d\d-[2-9A-Z]{4}", order.reference)
    assert (order.status, order.organisation, order.funder) == ("open", council, None)
    entry = registry.get_logs_for_instance(order).get()
    assert (entry.action, entry.user) == ("order.opened", coordinator)


def test_open_order_tries_another_reference_when_one_is_taken(council, monkeypatch):
    taken = make.order(council, lines=0).reference
    offered = iter([taken, taken, "O-26-ZZZZ"])
    monkeypatch.setattr(order_actions, "new_reference", lambda prefix: next(offered))
    assert actions.open_order(organisation=council, title="x", by=None).reference == "O-26-ZZZZ"


def test_add_line_keeps_what_it_will_print(council, coordinator):
    """R12: 1.5 days at £333.33 is £500.00 (499.995 rounded up), VAT £100.00."""
    order = make.order(council, lines=0)
    product = make.product(unit="day", unit_price=Decimal("333.33"), description="A training day")
    line = actions.add_line(order, product=product, quantity=Decimal("1.5"), by=coordinator)
    assert (line.position, line.description, line.unit) == (1, "A training day", "day")
    assert (line.net, line.vat, line.vat_rate) == (Decimal("500.00"), Decimal("100.00"), Decimal("20.00"))
    assert order.total == Decimal("600.00")
    assert logged(order) == ["order.opened", "order.line_added"]


def test_a_changed_price_does_not_reach_a_line_that_is_there(council):
    order = make.order(council)
    Product.objects.update(unit_price=Decimal("1.00"))
    assert order.total == Decimal("1500.00")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"quantity": 0}, "Enter a quantity above 0"),
        ({"quantity": -1}, "Enter a quantity above 0"),
        ({"quantity": Decimal("0.001")}, "no more than two decimal places"),
        ({"quantity": 1, "unit_price": Decimal("-1")}, "Enter a price of £0 or more"),
    ],
)
def test_add_line_refuses_what_cannot_be_bought(council, given, said):
    order = make.order(council, lines=0)
    with pytest.raises(Refused, match=said):
        actions.add_line(order, product=make.product(), by=None, **given)
    assert not order.lines.exists()


def test_add_line_refuses_what_is_no_longer_sold(council):
    order, product = make.order(council, lines=0), make.product(is_active=False)
    with pytest.raises(Refused, match="no longer sold"):
        actions.add_line(order, product=product, quantity=1, by=None)


def in_state(council, state: str) -> Order:
    if state == "quoted":
        return make.quote(council).order
    if state == "funded":
        return make.accepted(council).order
    if state == "invoiced":
        return make.invoice(council).order
    order = make.order(council)
    actions.cancel_order(order, reason="Not needed", by=None)
    return order


@pytest.mark.parametrize("state", ["quoted", "funded", "invoiced", "cancelled"])
def test_lines_stand_once_a_quote_is_out(council, state):
    """R4, R7: so that what was agreed is what is invoiced."""
    order = in_state(council, state)
    product, line = make.product(), order.lines.get()
    with pytest.raises(Refused):
        actions.add_line(order, product=product, quantity=1, by=None)
    with pytest.raises(Refused):
        actions.remove_line(line, by=None)
    assert order.lines.count() == 1


def test_remove_line_leaves_the_others_and_a_repeat_is_stale(council):
    """R7."""
    order = make.order(council, lines=2)
    first = order.lines.all()[0]
    same = OrderLine.objects.get(pk=first.pk)
    actions.remove_line(first, by=None)
    assert order.lines.count() == 1
    with pytest.raises(Stale):
        actions.remove_line(same, by=None)


def test_cancel_order_withdraws_the_quote_that_is_out(council, coordinator):
    quote = make.quote(council)
    actions.cancel_order(quote.order, reason="Referral withdrawn", by=coordinator)
    quote.refresh_from_db()
    order = Order.objects.get()
    assert (order.status, quote.status) == ("cancelled", "withdrawn")
    assert order.cancelled_at is not None
    with pytest.raises(Stale):
        actions.cancel_order(order, reason="again", by=coordinator)


def test_cancel_order_refuses_an_invoiced_one(council):
    order = make.invoice(council).order
    with pytest.raises(Refused, match="can be credited but not cancelled"):
        actions.cancel_order(order, reason="x", by=None)
    assert Order.objects.get().status == "open"


def pay(invoice, amount: str) -> None:
    actions.record_payment(
        invoice,
        amount=Decimal(amount),
        method="bank",
        received_on=timezone.localdate(),
        bank_reference=f"ref {amount}",
        by=None,
    )


def overdue(council, at) -> None:
    MoneySettings.load()
    MoneySettings.objects.update(payment_days=0)
    at(timezone.now() - timedelta(days=2))
    make.invoice(council)
    at(None)
    MoneySettings.objects.update(payment_days=30)


def test_facts_of_many_equal_facts_of_one(council, time_machine_at):
    """Idea 2: annotations and properties say the same, in every state an order can be in."""
    overdue(council, time_machine_at)
    make.order(council, lines=0)
    make.order(council, lines=3)
    for state in ["quoted", "funded", "invoiced", "cancelled"]:
        in_state(council, state)
    in_part, in_full = make.invoice(council), make.invoice(council)
    for part in ("0.10", "0.20"):
        pay(in_part, part)
        pay(in_full, part)
    pay(in_full, "1499.70")
    for paid in (False, True):
        for quantity in ("0.10", "0.20"):
            credited = make.invoice(council)
            if paid:
                pay(credited, "1500.00")
            make.credit_note(credited, quantity)
        make.credit_note(credited, "0.80")
    actions.record_refund(
        credited,
        amount=Decimal("1500.00"),
        sent_on=timezone.localdate(),
        bank_reference="Back",
        by=None,
    )

    annotated = {o.pk: {f: o.__dict__[f] for f in FACTS} for o in Order.objects.with_facts()}
    assert annotated == {o.pk: {f: getattr(o, f) for f in FACTS} for o in Order.objects.all()}
    assert [
        sum(bool(f[name]) for f in annotated.values()) for name in ("is_paid", "is_credited", "is_owed_back")
    ] == [4, 2, 1]
    assert sum(f["is_overdue"] for f in annotated.values()) == 1


def test_facts_of_many_cost_one_query(council, django_assert_num_queries):
    for _ in range(3):
        make.quote(council)
    with django_assert_num_queries(1):
        assert [o.is_quoted and o.total for o in Order.objects.with_facts()] == [Decimal("1500.00")] * 3


def test_a_line_of_nothing_is_refused_by_the_database_too(council):
    line = make.order(council).lines.get()
    line.quantity = Decimal(0)
    with pytest.raises(IntegrityError):
        line.save()


def test_set_purchase_order_logs_what_it_was(council, coordinator):
    order = make.accepted(council).order
    actions.set_purchase_order(order, number=" 4500-2 ", by=coordinator)
    assert Order.objects.get().purchase_order_number == "4500-2"
    entry = registry.get_logs_for_instance(order).get(action="order.purchase_order")
    assert (entry.data["was"], entry.user) == ("PO-1", coordinator)


@pytest.mark.parametrize(("state", "number"), [("funded", ""), ("invoiced", "X"), ("cancelled", "X")])
def test_set_purchase_order_refuses_in_the_wrong_state(council, state, number):
    """R4, R7: what an invoice printed stays; what a local authority needs is not taken away."""
    order = in_state(council, state)
    was = order.purchase_order_number
    with pytest.raises(Refused):
        actions.set_purchase_order(order, number=number, by=None)
    assert Order.objects.get().purchase_order_number == was
