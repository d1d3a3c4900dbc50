"""Crediting and sending money back on the staff's page; what the funder sees of it."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from billing import actions
from billing.models import CreditNote, Invoice, Order, Payment
from tests.billing.test_credit_note import credit, lined, pay
from tests.billing.test_funder_page import by_link, finance_contact
from tests.billing.test_staff import _any_token, _one_factor, act, as_, page_of  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture
def invoice(council) -> Invoice:
    """Six sessions at £1,250.00 and VAT, and one more thing."""
    return lined(council, "6", "1")


@pytest.fixture
def order(invoice) -> Order:
    return invoice.order


def asked(order: Order, *quantities: str, reason: str = "Sessions not used") -> dict[str, str]:
    lines = order.lines.all()
    return {f"line_{line.pk}": q for line, q in zip(lines, quantities, strict=False)} | {"reason": reason}


def sent_on(check: Any) -> dict[str, str]:
    """What the check page sends on when its button is pressed."""
    hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', check.content.decode())
    return {name: value for name, value in hidden if name != "csrfmiddlewaretoken"}


def test_finance_credits_after_a_look_at_what_it_comes_to(order, finance):
    """R12: the check says what the paper will; nothing is issued before."""
    client = as_(finance)
    check = act(client, order, "issue_credit_note", **asked(order, "2"))
    text = check.content.decode()
    for said in ("£500.00 on £2,500.00", "£3,000.00", "Sessions not used", "£7,500.00", "Morgan Field"):
        assert said in text
    assert not CreditNote.objects.exists()
    address = f"/admin/order-acts/{order.pk}/issue_credit_note/"
    for _ in range(2):  # R10: pressed twice
        answer = client.post(address, {**sent_on(check), "issue": "1"})
        assert answer.headers["Location"] == page_of(order)
    note = CreditNote.objects.get()
    assert (note.total, note.issued_by, note.reason) == (Decimal("3000.00"), finance, "Sessions not used")
    page = client.get(page_of(order)).content.decode()
    for said in ("CN-000001", "off invoice INV-000001", "2 credited", "£7,500.00", "Credit note issued"):
        assert said in page


def test_changing_it_keeps_what_was_typed(order, finance):
    """R13."""
    client = as_(finance)
    check = act(client, order, "issue_credit_note", **asked(order, "2", reason="Two not used"))
    address = f"/admin/order-acts/{order.pk}/issue_credit_note/"
    text = client.post(address, {**sent_on(check), "edit": "1"}).content.decode()
    assert 'value="2"' in text
    assert 'value="Two not used"' in text
    assert not CreditNote.objects.exists()


@pytest.mark.parametrize(
    ("quantities", "reason", "said"),
    [
        (["", ""], "x", "at least one line"),
        (["7"], "x", "more than the 6 left"),
        (["-1"], "x", "above 0"),
        (["1.555"], "x", "no more than two decimal places"),
        (["two"], "x", "as a number"),
        (["1"], " ", "Say why"),
        (["1"], "x" * 501, "500 characters at most"),
        (["99999999999"], "x", "smaller number"),
    ],
)
def test_a_wrong_credit_says_what_to_do_and_keeps_what_was_typed(order, finance, quantities, reason, said):
    """R13."""
    text = act(
        as_(finance), order, "issue_credit_note", issue="1", **asked(order, *quantities, reason=reason)
    ).content.decode()
    assert said in text
    assert f'value="{quantities[0]}"' in text or not quantities[0]
    assert not CreditNote.objects.exists()


def test_what_somebody_else_credited_meanwhile_is_told(order, invoice, finance):
    """R7: between the check and the button."""
    client = as_(finance)
    check = act(client, order, "issue_credit_note", **asked(order, "6"))
    credit(invoice, "1")
    answer = client.post(f"/admin/order-acts/{order.pk}/issue_credit_note/", {**sent_on(check), "issue": "1"})
    assert "6 is more than the 5 left to credit" in answer.content.decode()
    assert CreditNote.objects.count() == 1


def test_a_line_with_nothing_left_is_not_offered(order, invoice, finance):
    credit(invoice, "1", "1")
    first, second = order.lines.all()
    text = as_(finance).get(page_of(order)).content.decode()
    assert f'name="line_{first.pk}"' in text
    assert f'name="line_{second.pk}"' not in text
    credit(invoice, "5")
    assert "The invoice is credited in full." in as_(finance).get(page_of(order)).content.decode()


@pytest.mark.parametrize("who", ["coordinator", "lead", "consultant", "referrer", "outsider"])
def test_others_neither_credit_nor_send_back(request, who, order, invoice):
    """R9: staff who see the order are told who may; for anybody else it is not there."""
    pay(invoice, "10500.00")
    pay_back = {"amount": "1", "sent_on": timezone.localdate().isoformat(), "bank_reference": "x"}
    credit(invoice, "1", None)
    user = request.getfixturevalue(who)
    client = as_(user)
    token = _any_token(client)
    for name, data in (
        ("issue_credit_note", {**asked(order, "1"), "issue": "1"}),
        ("record_refund", pay_back),
    ):
        answer = client.post(f"/admin/order-acts/{order.pk}/{name}/", {"once": token, **data})
        assert answer.status_code == 404 if user.is_staff else answer.status_code in (302, 404)
    assert CreditNote.objects.count() == 1
    assert not Payment.objects.filter(amount__lt=0).exists()
    if who in ("coordinator", "lead"):
        assert "Your role does not issue credit notes." in client.get(page_of(order)).content.decode()


def test_anonymous_is_sent_to_sign_in(order):
    """R9."""
    answer = Client().post(f"/admin/order-acts/{order.pk}/issue_credit_note/", asked(order, "1"))
    assert answer.status_code == 302
    assert "login" in answer.headers["Location"]


def test_finance_records_money_sent_back_while_we_owe(order, invoice, finance):
    client = as_(finance)
    assert "Record money sent back" not in client.get(page_of(order)).content.decode()
    pay(invoice, "10500.00")
    credit(invoice, "1", None)
    page = client.get(page_of(order)).content.decode()
    assert "Record money sent back" in page
    assert 'value="1500.00"' in page
    today = timezone.localdate().isoformat()
    text = act(
        client, order, "record_refund", amount="1500.01", sent_on=today, bank_reference="OUT 1"
    ).content.decode()
    assert "more than the £1,500.00 we owe" in text
    assert 'value="1500.01"' in text  # R13
    act(client, order, "record_refund", amount="1500.00", sent_on=today, bank_reference="OUT 1")
    assert (Payment.objects.filter(recorded_by=finance).count(), order.owed_back) == (1, 0)
    page = client.get(page_of(order)).content.decode()
    assert "£1,500.00 sent back by bank transfer" in page
    assert "Record money sent back" not in page


@pytest.mark.parametrize(
    ("state", "sentence", "sums"),
    [
        ("part", "Please pay £7,500.00 for invoice INV-000001.", ["Left to pay", "£7,500.00"]),
        (
            "whole",
            "Invoice INV-000001 is credited in full. There is nothing to pay.",
            ["Left to pay", "£0.00"],
        ),
        ("owed", "We owe you £3,000.00 for invoice INV-000001.", ["We owe you", "£3,000.00"]),
        ("returned", "Invoice INV-000001 is paid. Thank you", ["Sent back by bank transfer", "£3,000.00"]),
    ],
)
def test_the_funder_sees_the_credit_and_whose_turn_it_is(council, invoice, order, state, sentence, sums):
    """What is settled without a payment is never called paid."""
    if state in ("owed", "returned"):
        pay(invoice, "10500.00")
    credit(invoice, "6", "1") if state == "whole" else credit(invoice, "2")
    if state == "returned":
        actions.record_refund(
            invoice, amount=Decimal(3000), sent_on=timezone.localdate(), bank_reference="OUT", by=None
        )
    text = as_(finance_contact(council)).get(order.get_absolute_url()).content.decode()
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))
    assert sentence in text
    assert "Credited (CN-000001)" in text
    assert "Download credit note CN-000001 (PDF)" in text
    assert all(said in text for said in sums)
    assert ("is paid" in text) == (state == "returned")
    assert ("Pay by bank transfer" in text) == (state == "part")


def pdf_of(note: CreditNote) -> str:
    return note.get_absolute_url()


def test_the_pdf_is_the_one_issued_for_the_purse_holder_and_the_link(council, invoice, order):
    """R4, R8, R9: byte for byte, named by its number."""
    note = credit(invoice, "1")
    for client in (as_(finance_contact(council)), by_link(order)):
        answer = client.get(pdf_of(note))
        assert b"".join(answer).startswith(b"%PDF")  # type: ignore[call-overload]
        assert 'filename="CN-000001.pdf"' in answer.headers["Content-Disposition"]


@pytest.mark.parametrize("who", ["referrer", "colleague", "outsider", "consultant", "editor"])
def test_others_get_no_credit_note(request, who, invoice):
    """R9."""
    note = credit(invoice, "1")
    assert as_(request.getfixturevalue(who)).get(pdf_of(note)).status_code == 404


def test_anonymous_gets_no_credit_note(invoice):
    """R9."""
    answer = Client().get(pdf_of(credit(invoice, "1")))
    assert b"%PDF" not in answer.content
    assert "Email a new link" in answer.content.decode()


def test_a_credit_note_of_another_order_is_not_there(council, invoice, order):
    """R9: the number alone opens nothing."""
    note = credit(lined(council, "1"), "1")
    here = pdf_of(note).replace(note.order.reference, order.reference)
    assert as_(finance_contact(council)).get(here).status_code == 404


def test_the_pages_cost_the_same_for_one_credit_note_and_six(
    council, finance, invoice, order, django_assert_max_num_queries
):
    purse, staff = as_(finance_contact(council)), as_(finance)
    counts = []
    for notes in (1, 5):
        for _ in range(notes):
            credit(invoice, "0.5", "0.1")
        for client, page in ((purse, order.get_absolute_url()), (staff, page_of(order))):
            client.get(page)
            with django_assert_max_num_queries(100) as counted:
                assert client.get(page).status_code == 200
            counts.append(len(counted))
    assert counts[:2] == counts[2:]
