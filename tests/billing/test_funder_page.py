"""The funder's page: who may see it, what it says, what can be done on it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone

from accounts.models import User
from billing import actions
from billing.models import FunderLink, Invoice, Order, Quote
from mail.models import Message
from organisations.models import Membership
from tests.factories import billing as make
from tests.people import person

pytestmark = pytest.mark.django_db


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def newest_letter(template: str) -> Message:
    return Message.objects.filter(template=f"billing/{template}").order_by("pk").reverse()[0]


def token_of(page: Any) -> str:
    found = re.search(r'name="once" value="([^"]+)"', page.content.decode())
    assert found, "the page has no once-only token"
    return found[1]


def post(client: Client, page: str, **data: str) -> Any:
    """Fill in the form on `page` and send it, as a browser does; `to` is another address it posts to."""
    once = token_of(client.get(page))
    return client.post(
        data.pop("to", page), {"once": once, **data}, headers={"referer": f"http://testserver{page}"}
    )


def by_link(order: Order) -> Client:
    """A browser that followed the emailed link and typed the emailed code."""
    client = Client()
    address = re.search(r"http://testserver(/orders/\S+/open/\S+/)", newest_letter("quote_issued").text)
    assert address
    assert client.get(address[1]).status_code == 200
    assert post(client, address[1], send="1").status_code == 302
    code = re.search(r"\b(\d{6})\b", newest_letter("code").text)
    assert code
    answer = post(client, address[1], check="1", code=code[1])
    assert answer.headers["Location"] == order.get_absolute_url()
    return client


@pytest.fixture
def quote(council) -> Quote:
    return make.quote(council)


@pytest.fixture
def page(quote) -> str:
    return quote.order.get_absolute_url()


def finance_contact(council) -> User:
    user = person("purse@example.gov.uk", "Pat Purse")
    Membership.objects.create(organisation=council, user=user, role="finance")
    return user


def test_the_funder_opens_the_order_by_link_and_code(quote, page):
    """R9: no account needed, the mailbox proved."""
    answer = by_link(quote.order).get(page)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert quote.order.title in text
    assert "£1,500.00" in text
    assert "Accept the quote" in text


def test_opening_the_link_changes_nothing(quote):
    """R10: mail scanners follow links; only a POST sends the code."""
    before = Message.objects.count()
    address = re.search(r"http://testserver(\S+/open/\S+/)", newest_letter("quote_issued").text)
    assert address
    for _ in range(3):
        assert Client().get(address[1]).status_code == 200
    assert Message.objects.count() == before


def test_a_wrong_code_opens_nothing(quote, page):
    client = Client()
    address = re.search(r"http://testserver(\S+/open/\S+/)", newest_letter("quote_issued").text)
    assert address
    post(client, address[1], send="1")
    answer = post(client, address[1], check="1", code="00000x")
    assert "That code is not right" in answer.content.decode()
    assert "Accept the quote" not in client.get(page).content.decode()


def test_a_link_opens_its_own_order_alone(council, quote):
    """R9."""
    client = by_link(quote.order)
    other = make.quote(council).order
    assert other.title not in client.get(other.get_absolute_url()).content.decode()


def test_a_revoked_or_old_link_opens_nothing(quote, page):
    """R9: also where it was verified already."""
    client = by_link(quote.order)
    with time_machine.travel(timezone.now() + timedelta(hours=2, minutes=1)):
        assert "Email a new link" in client.get(page).content.decode()
    FunderLink.objects.update(revoked_at=timezone.now())
    assert "Email a new link" in client.get(page).content.decode()


def test_anonymous_is_told_the_same_of_any_reference(page, quote):
    """R9: neither the page nor asking for a link gives away which orders exist."""
    there, nowhere = Client().get(page), Client().get("/orders/O-26-ZZZZ/")
    strip = [
        re.sub(r'value="[^"]+"', "", a.content.decode()).replace("O-26-ZZZZ", quote.order.reference)
        for a in (there, nowhere)
    ]
    assert strip[0] == strip[1]
    assert quote.order.title not in strip[0]


def test_asking_for_a_new_link_mails_the_funder_and_says_the_same_to_all(page, quote, letters):
    client = Client()
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        for reference in (quote.order.reference, "O-26-ZZZZ"):
            here = f"/orders/{reference}/"
            answer = post(client, here, to=f"{here}link/")
            assert answer.headers["Location"] == here
            assert "If that order exists" in client.get(here).content.decode()
    assert letters()[-1] == ("billing/new_link", "funder@example.gov.uk")
    assert len(letters()) == 2


def test_purse_holders_of_the_organisation_see_it(council, page):
    """R9."""
    assert "Accept the quote" in as_(finance_contact(council)).get(page).content.decode()


def test_the_funders_own_account_sees_it_once_the_mailbox_is_proved(page):
    """R9: the same address unproved is a stranger's."""
    user = person("funder@example.gov.uk", "Morgan Field")
    assert as_(user).get(page).status_code == 404
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    assert as_(user).get(page).status_code == 200


@pytest.mark.parametrize("who", ["referrer", "colleague", "outsider", "consultant", "editor"])
def test_others_get_a_404(request, who, page, quote):
    """R9: also of every paper and act."""
    client = as_(request.getfixturevalue(who))
    for path in ("", "accept/", "decline/", "quotes/1.pdf"):
        assert client.get(f"{page}{path}").status_code == 404


@pytest.mark.parametrize("who", ["coordinator", "finance", "lead"])
def test_staff_see_but_cannot_answer(request, who, page):
    """R9."""
    client = as_(request.getfixturevalue(who))
    text = client.get(page).content.decode()
    assert "Only the funder can answer" in text
    assert "Accept the quote" not in text
    assert client.get(f"{page}accept/").status_code == 404


def test_anonymous_gets_no_paper(page):
    answer = Client().get(f"{page}quotes/1.pdf")
    assert b"%PDF" not in answer.content
    assert "Email a new link" in answer.content.decode()


def test_the_quote_pdf_is_the_one_issued(council, quote, page):
    """R4, R8: byte for byte, named by its reference."""
    answer = as_(finance_contact(council)).get(f"{page}quotes/1.pdf")
    body = b"".join(answer)  # type: ignore[call-overload]
    assert body.startswith(b"%PDF")
    assert f'filename="{quote.order.reference}-1.pdf"' in answer.headers["Content-Disposition"]


def test_accepting_takes_a_check_and_happens_once(council, quote, page):
    """R10, R13: fill in, check, accept; sent twice it is done once and told twice."""
    client = by_link(quote.order)
    given = {"purchase_order_number": "4500-99", "name": "Jo Budget", "agreed": "on"}
    check = post(client, f"{page}accept/", **given)
    assert "Check your answers" in check.content.decode()
    assert Quote.objects.get().status == "issued"
    sent = {"once": token_of(check), **given, "accept": "1"}
    answers = [client.post(f"{page}accept/", sent) for _ in range(2)]
    assert [a.headers["Location"] for a in answers] == [page, page]
    done = Quote.objects.get()
    assert (done.status, done.answered_name) == ("accepted", "Jo Budget")
    assert Order.objects.get().purchase_order_number == "4500-99"
    text = client.get(page).content.decode()
    assert "The cost is agreed" in text
    assert Message.objects.filter(template="billing/quote_accepted").count() == 1


def test_changing_the_answers_keeps_them(council, quote, page):
    """R13."""
    client = by_link(quote.order)
    given = {"purchase_order_number": "4500-99", "name": "Jo Budget", "agreed": "on"}
    text = post(client, f"{page}accept/", **given, edit="1").content.decode()
    assert 'value="4500-99"' in text
    assert 'value="Jo Budget"' in text


def test_errors_say_what_to_do_and_keep_what_was_typed(quote, page):
    """R13."""
    text = post(by_link(quote.order), f"{page}accept/", name="Jo Budget").content.decode()
    assert "Enter your purchase order number." in text
    assert "Tick the box to say that you may agree this cost." in text
    assert 'value="Jo Budget"' in text


def test_what_was_typed_outlives_the_two_hours(quote, page):
    """R13: the link's door closed meanwhile; after a new code the answers are back."""
    client = by_link(quote.order)
    here = f"{page}accept/"
    once = token_of(client.get(here))
    address = re.search(r"http://testserver(\S+/open/\S+/)", newest_letter("quote_issued").text)
    assert address
    with time_machine.travel(timezone.now() + timedelta(hours=3)):
        typed = {"once": once, "purchase_order_number": "4500-77", "name": "Jo", "agreed": "on"}
        answer = client.post(here, typed, headers={"referer": f"http://testserver{here}"})
        assert answer.headers["Location"] == page
        post(client, address[1], send="1")
        code = re.search(r"\b(\d{6})\b", newest_letter("code").text)
        assert code
        post(client, address[1], check="1", code=code[1])
        assert 'value="4500-77"' in client.get(here).content.decode()


def test_declining_wants_a_reason(quote, page):
    client = by_link(quote.order)
    assert "Say in a sentence why" in post(client, f"{page}decline/", reason=" ").content.decode()
    post(client, f"{page}decline/", reason="No budget")
    assert Quote.objects.get().answer_reason == "No budget"
    assert "The quote was declined" in client.get(page).content.decode()


def test_a_quote_that_ran_out_says_so(council, quote, page):
    user = finance_contact(council)
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        client = as_(user)
        text = client.get(page).content.decode()
        assert "Call or email us for a new one" in text
        assert "Accept the quote" not in text


def test_withdrawn_and_cancelled_say_so(council, quote, page):
    client = as_(finance_contact(council))
    actions.withdraw_quote(quote, reason="x", by=None)
    assert "We have taken this quote back" in client.get(page).content.decode()
    actions.cancel_order(quote.order, reason="x", by=None)
    assert "This order was cancelled" in client.get(page).content.decode()


@pytest.fixture
def invoice(council) -> Invoice:
    return make.invoice(council)


def test_an_invoice_shows_bank_details_and_no_card_button_without_keys(council, invoice):
    text = as_(finance_contact(council)).get(invoice.order.get_absolute_url()).content.decode()
    assert "Pay by bank transfer" in text
    assert invoice.number in text
    assert "Pay by card" not in text


def test_pay_by_card_is_a_404_without_keys(council, invoice):
    client = as_(finance_contact(council))
    here = invoice.order.get_absolute_url()
    make.quote(council)
    once = token_of(client.get("/orders/" + make.quote(council).order.reference + "/accept/"))
    assert client.post(f"{here}pay/", {"once": once}).status_code == 404


def test_a_get_never_pays(council, invoice):
    assert as_(finance_contact(council)).get(f"{invoice.order.get_absolute_url()}pay/").status_code == 405


def test_the_page_costs_the_same_for_one_line_and_fifty(council, django_assert_max_num_queries):
    client = as_(finance_contact(council))
    client.get("/orders/")  # what a running process remembers, such as the site, is remembered by then
    for lines in (1, 50):
        order = make.invoice(council, lines=lines).order
        with django_assert_max_num_queries(30) as counted:
            client.get(order.get_absolute_url())
        counts = {lines: len(counted)}
        if lines == 1:
            first = counts[1]
    assert len(counted) == first
