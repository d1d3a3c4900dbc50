"""The staff side: lists, the page of an order, and its acts."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth import get_user
from django.test import Client
from django.utils import timezone

from accounts.models import User
from billing import actions
from billing.models import CreditNote, Invoice, Order, Payment, Product, Quote, Standing
from design import tokens
from tests.factories import billing as make

pytestmark = pytest.mark.django_db
ROWS = ["orders", "quotes", "invoices", "credit-notes", "payments"]
LISTS = [*ROWS, "products"]


@pytest.fixture(autouse=True)
def _one_factor(settings):
    settings.STAFF_SECOND_FACTOR = False  # proved in tests/accounts


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page_of(order: Order) -> str:
    return f"/admin/orders/inspect/{order.pk}/"


def act(client: Client, order: Order, name: str, /, **data: Any) -> Any:
    page = client.get(page_of(order)).content.decode()
    once = re.search(r'name="once" value="([^"]+)"', page)
    token = once[1] if once else _any_token(client)
    return client.post(f"/admin/order-acts/{order.pk}/{name}/", {"once": token, **data})


def _any_token(client: Client) -> str:
    request: Any = type("Request", (), {"session": client.session})()
    return tokens.new(get_user(request))


def paid(council) -> Order:
    invoice = make.invoice(council)
    actions.record_payment(
        invoice,
        amount=invoice.total,
        method="bank",
        received_on=timezone.localdate(),
        bank_reference="BACS 1",
        by=None,
    )
    return invoice.order


def credited(council, quantity: str = "1") -> Order:
    invoice = make.invoice(council)
    make.credit_note(invoice, quantity)
    return invoice.order


def owed_back(council) -> Order:
    """Paid, and a part of it credited: there is a row of it in every list."""
    order = paid(council)
    make.credit_note(order.invoices.get(), "0.10")
    return order


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("who", ["coordinator", "finance", "lead"])
def test_money_people_see_the_lists(request, council, name, who):
    order = owed_back(council)
    answer = as_(request.getfixturevalue(who)).get(f"/admin/{name}/")
    assert answer.status_code == 200
    if name != "products":
        assert order.organisation.name in answer.content.decode()


@pytest.mark.parametrize("who", ["consultant", "editor", "referrer", "outsider"])
def test_others_do_not(request, council, who):
    """R9."""
    order = make.order(council)
    client = as_(request.getfixturevalue(who))
    for path in [*(f"/admin/{name}/" for name in LISTS), page_of(order)]:
        assert client.get(path).status_code != 200
    assert act(client, order, "cancel_order", reason="x").status_code in (302, 404)
    assert Order.objects.get().status == "open"


@pytest.mark.parametrize("name", ROWS)
def test_nothing_of_money_is_edited_added_or_deleted(council, finance, name):
    """R4, R7: a status is never an editable field; there is no edit page at all."""
    order = owed_back(council)
    pks = {
        "orders": order.pk,
        "quotes": Quote.objects.get().pk,
        "invoices": Invoice.objects.get().pk,
        "credit-notes": CreditNote.objects.get().pk,
        "payments": Payment.objects.get().pk,
    }
    client = as_(finance)
    for path in (f"edit/{pks[name]}/", f"delete/{pks[name]}/", "new/"):
        assert client.get(f"/admin/{name}/{path}").status_code != 200


def test_the_page_of_an_order_shows_everything(council, finance):
    order = paid(council)
    text = as_(finance).get(page_of(order)).content.decode()
    for said in (order.reference, "Quote", "INV-000001", "BACS 1", "Paid in full", "PO-1", "£1,500.00"):
        assert said in text


def in_state(council, standing: str) -> Order:
    if standing == "draft":
        return make.order(council)
    if standing == "quoted":
        return make.quote(council).order
    if standing == "agreed":
        return make.accepted(council).order
    if standing == "invoiced":
        return make.invoice(council).order
    if standing in ("paid", "credited", "owed_back"):
        return {"paid": paid, "credited": credited, "owed_back": owed_back}[standing](council)
    order = make.order(council)
    actions.cancel_order(order, reason="x", by=None)
    return order


STATES = ["draft", "quoted", "agreed", "invoiced", "paid", "credited", "owed_back", "cancelled"]
ONCE_INVOICED = ["invoiced", "paid", "credited", "owed_back"]


def test_standing_of_many_equals_standing_of_one(council):
    for state in STATES:
        in_state(council, state)
    for word in Standing.values:
        asked = {o.pk for o in Order.objects.all().standing(word)}  # type: ignore[attr-defined]
        assert asked == {o.pk for o in Order.objects.all() if o.standing == word}


@pytest.mark.parametrize("state", STATES)
def test_the_orders_list_filters_by_where_it_stands(council, finance, state):
    orders = {one: in_state(council, one) for one in STATES}
    text = as_(finance).get(f"/admin/orders/?standing={state}").content.decode()
    shown = [one for one, order in orders.items() if order.reference in text]
    assert shown == [state]


@pytest.mark.parametrize("state", ONCE_INVOICED)
def test_the_invoices_list_filters_by_where_it_stands(council, finance, state):
    orders = {one: in_state(council, one) for one in STATES}
    text = as_(finance).get(f"/admin/invoices/?standing={state}").content.decode()
    shown = [one for one in ONCE_INVOICED if orders[one].reference in text]
    assert shown == [state]


def test_credit_notes_are_searched_by_number_invoice_and_organisation(council, finance):
    first, other = credited(council), credited(council)
    client = as_(finance)
    for words in ("CN-000001", "INV-000001", first.reference):
        text = client.get("/admin/credit-notes/", {"q": words}).content.decode()
        assert first.reference in text
        assert other.reference not in text
    assert other.reference in client.get("/admin/credit-notes/", {"q": "elmshire"}).content.decode()


def test_lists_are_searched_by_reference_organisation_and_purchase_order(council, finance):
    order = make.accepted(council).order
    other = make.order(council)
    client = as_(finance)
    for words in (order.reference, "PO-1"):
        text = client.get("/admin/orders/", {"q": words}).content.decode()
        assert order.reference in text
        assert other.reference not in text
    assert other.reference in client.get("/admin/orders/", {"q": "elmshire"}).content.decode()


@pytest.mark.parametrize("name", ROWS)
def test_lists_cost_the_same_at_one_row_and_fifty(council, finance, name, django_assert_max_num_queries):
    client = as_(finance)
    counts = []
    for rows in (1, 49):
        for _ in range(rows if rows == 1 else 12):
            owed_back(council)
        client.get(f"/admin/{name}/")
        with django_assert_max_num_queries(60) as counted:
            client.get(f"/admin/{name}/")
        counts.append(len(counted))
    assert counts[0] == counts[1]


def test_an_act_that_is_off_says_why(council, coordinator, finance):
    order = make.order(council, lines=0)
    text = as_(coordinator).get(page_of(order)).content.decode()
    assert "Add at least one line first." in text
    assert "The funder has not accepted a quote yet." not in text  # it is not theirs to begin with
    assert "Your role does not issue invoices. Ask the finance officer." in text
    assert "The funder has not accepted a quote yet." in as_(finance).get(page_of(order)).content.decode()


def test_a_coordinator_prices_and_sends_a_quote(council, coordinator):
    product = make.product()
    order = make.order(council, lines=0)
    client = as_(coordinator)
    act(client, order, "add_line", product=str(product.pk), quantity="1.5")
    assert order.lines.get().quantity == 1.5
    act(client, order, "issue_quote", name="Morgan Field", email="Morgan@example.gov.uk")
    quote = Quote.objects.get()
    assert (quote.issued_by, quote.funder.name) == (coordinator, "Morgan Field")
    assert order.organisation.contacts.get() == quote.funder


def test_sending_twice_sends_once(council, coordinator, funder):
    """R10."""
    order = make.order(council)
    client = as_(coordinator)
    once = re.search(r'name="once" value="([^"]+)"', client.get(page_of(order)).content.decode())
    assert once
    for _ in range(2):
        client.post(f"/admin/order-acts/{order.pk}/issue_quote/", {"once": once[1], "funder": str(funder.pk)})
    assert Quote.objects.count() == 1


def test_a_line_is_removed_and_another_orders_line_is_not(council, coordinator):
    order, other = make.order(council), make.order(council)
    client = as_(coordinator)
    assert act(client, order, "remove_line", line=str(other.lines.get().pk)).status_code == 404
    assert act(client, order, "remove_line", line="junk").status_code == 404
    act(client, order, "remove_line", line=str(order.lines.get().pk))
    assert (order.lines.count(), other.lines.count()) == (0, 1)


def test_a_coordinator_withdraws_with_a_reason(council, coordinator):
    order = make.quote(council).order
    client = as_(coordinator)
    assert "Say why" in act(client, order, "withdraw_quote", reason="").content.decode()
    act(client, order, "withdraw_quote", reason="Wrong price")
    assert Quote.objects.get().status == "withdrawn"


def test_finance_invoices_and_records_a_payment(council, finance):
    order = make.accepted(council).order
    client = as_(finance)
    act(client, order, "issue_invoice")
    today = timezone.localdate().isoformat()
    wrong = act(client, order, "record_payment", amount="9999", received_on=today, bank_reference="BACS 9")
    text = wrong.content.decode()
    assert "more than the £1,500.00 left to pay" in text
    assert 'value="9999"' in text  # R13: what was typed is still there
    act(client, order, "record_payment", amount="1500.00", received_on=today, bank_reference="BACS 9")
    payment = Payment.objects.get()
    assert (payment.recorded_by, order.is_paid) == (finance, True)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            {"amount": "", "received_on": "2026-11-01", "bank_reference": "x"},
            "Enter the amount that arrived.",
        ),
        ({"amount": "abc", "received_on": "2026-11-01", "bank_reference": "x"}, "pounds and pence"),
        ({"amount": "1", "received_on": "junk", "bank_reference": "x"}, "Enter the date as day"),
        ({"amount": "1", "received_on": "2199-01-01", "bank_reference": "x"}, "today or earlier"),
        ({"amount": "1", "received_on": "2001-01-01", "bank_reference": "x"}, "invoice was issued"),
        (
            {"amount": "1", "received_on": "2026-11-01", "bank_reference": ""},
            "on the bank statement.",
        ),
    ],
)
def test_a_wrong_payment_says_what_to_do(council, finance, given, said):
    order = make.invoice(council).order
    assert said in act(as_(finance), order, "record_payment", **given).content.decode()
    assert not Payment.objects.exists()


def test_a_coordinator_neither_invoices_nor_records_payments(council, coordinator):
    """R9."""
    order = make.accepted(council).order
    client = as_(coordinator)
    assert act(client, order, "issue_invoice").status_code == 404
    assert not Invoice.objects.exists()


def test_a_purchase_order_number_is_put_right_before_the_invoice_only(council, finance):
    order = make.accepted(council).order
    client = as_(finance)
    act(client, order, "set_purchase_order", purchase_order_number="4500-2")
    assert Order.objects.get().purchase_order_number == "4500-2"
    act(client, order, "set_purchase_order", purchase_order_number=" ")
    assert Order.objects.get().purchase_order_number == "4500-2"
    invoice = actions.issue_invoice(order, by=None)
    act(client, order, "set_purchase_order", purchase_order_number="4500-3")
    assert (Order.objects.get().purchase_order_number, invoice.purchase_order_number) == ("4500-2", "4500-2")


def test_an_act_is_a_post(council, finance):
    order = make.order(council)
    assert as_(finance).get(f"/admin/order-acts/{order.pk}/cancel_order/").status_code == 405


def test_finance_keeps_the_prices(finance):
    product = make.product()
    client = as_(finance)
    answer = client.post(
        f"/admin/products/edit/{product.pk}/",
        {
            "name": product.name,
            "unit": "day",
            "unit_price": "99.50",
            "vat_treatment": "exempt",
            "is_active": "on",
        },
    )
    assert answer.status_code == 302
    assert str(Product.objects.get().unit_price) == "99.50"
