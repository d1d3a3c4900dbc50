"""Paying by card, against a Stripe of our own over real HTTP."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
import stripe as stripe_python
import time_machine
from django.db import transaction
from django.test import Client
from django.utils import timezone

from billing import actions, stripe
from billing.models import Checkout, Invoice, Order, Payment, StripeEvent
from changes.refusals import Refused, Stale
from organisations.models import Membership, Organisation
from tests.factories import billing as make
from tests.people import person
from tests.stripe_stand_in import StandIn, event, signed

SECRET = "whsec_of_the_tests"


@pytest.fixture
def stand_in(settings) -> Iterator[StandIn]:
    with StandIn(webhook="http://127.0.0.1:9/never", secret=SECRET) as server:
        settings.STRIPE_SECRET_KEY = "sk_test_of_the_tests"
        settings.STRIPE_WEBHOOK_SECRET = SECRET
        settings.STRIPE_API_BASE = server.url
        yield server


@pytest.fixture
def invoice(council) -> Invoice:
    return make.invoice(council)


def started(invoice: Invoice, stand_in: StandIn) -> dict[str, Any]:
    """The session Stripe holds after the funder pressed “Pay by card”."""
    url = actions.start_checkout(invoice, by=invoice.quote.funder)
    return stand_in.sessions[url.rsplit("/", 1)[-1]]


def tell(what: dict[str, Any], *, at: int | None = None, secret: str = SECRET) -> Any:
    """Call our webhook as Stripe would."""
    payload = json.dumps(what).encode()
    return Client().post(
        "/orders/stripe/",
        data=payload,
        content_type="application/json",
        headers={"Stripe-Signature": signed(payload, secret, at)},
    )


@pytest.mark.django_db
def test_start_checkout_asks_for_the_balance_in_pence(invoice, stand_in):
    """R12: £1,500.00 is 150000 pence, and pence are spoken nowhere else. R8: references only."""
    session = started(invoice, stand_in)
    assert (session["amount_total"], session["currency"]) == (150000, "gbp")
    assert session["client_reference_id"] == invoice.number
    assert session["metadata"] == {"checkout": str(Checkout.objects.get().key), "invoice": invoice.number}
    assert session["success_url"] == f"http://testserver/orders/{invoice.order.reference}/?card=paid"
    assert Checkout.objects.get().session_id == session["id"]


@pytest.mark.django_db
def test_start_checkout_asks_for_what_is_left_after_a_credit(invoice, stand_in):
    """R12; and the page that was opened before asks too much: what it brings is owed back."""
    before = started(invoice, stand_in)
    make.credit_note(invoice, "0.50")
    assert started(invoice, stand_in)["amount_total"] == 75000
    paid = stand_in.pay(before["id"])
    assert tell(event("checkout.session.completed", paid)).content == b"recorded, too much"
    assert invoice.owed_back == Decimal("750.00")


@pytest.mark.django_db
def test_start_checkout_twice_gives_the_same_page(invoice, stand_in):
    """R10: a double click."""
    assert started(invoice, stand_in) == started(invoice, stand_in)
    assert (Checkout.objects.count(), stand_in.calls) == (1, 1)


@pytest.mark.django_db
def test_a_crash_after_stripe_answered_makes_no_second_session(invoice, stand_in):
    """R10: the key was stored before the call, so Stripe knows it again."""
    first = started(invoice, stand_in)
    Checkout.objects.update(session_id=None, url="")  # as if we had died before writing the answer down
    assert started(invoice, stand_in)["id"] == first["id"]
    assert len(stand_in.sessions) == 1


@pytest.mark.django_db
def test_an_old_page_is_replaced(invoice, stand_in):
    first = started(invoice, stand_in)
    with time_machine.travel(timezone.now() + timedelta(hours=21)):
        assert started(invoice, stand_in)["id"] != first["id"]


@pytest.mark.django_db
def test_start_checkout_says_so_when_stripe_is_down(invoice, stand_in):
    stand_in.down = True
    with pytest.raises(Refused, match="You have not been charged"):
        actions.start_checkout(invoice, by=None)
    stand_in.down = False
    assert started(invoice, stand_in)["amount_total"] == 150000


@pytest.mark.django_db
def test_start_checkout_refuses_a_paid_invoice(invoice, stand_in):
    """R7."""
    pay_by_bank(invoice, "1500.00")
    with pytest.raises(Stale, match="already paid"):
        actions.start_checkout(invoice, by=None)


@pytest.mark.django_db
def test_start_checkout_refuses_without_keys(invoice):
    with pytest.raises(Refused, match="bank transfer"):
        actions.start_checkout(invoice, by=None)
    assert not Checkout.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_stripe_is_never_called_inside_a_transaction(stand_in):
    invoice = make.invoice(Organisation.objects.create(name="A School"))
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        actions.start_checkout(invoice, by=None)
    assert stand_in.calls == 0


def test_an_unknown_parameter_would_be_noticed(stand_in):
    """The stand-in is as strict as Stripe about names."""
    client = stripe_python.StripeClient("sk_test", base_addresses={"api": stand_in.url})
    wrong: Any = {"mode": "payment", "line_items": [{"quantity": 1, "price_dat": {"currency": "gbp"}}]}
    with pytest.raises(stripe_python.InvalidRequestError, match=r"line_items\.price_dat"):
        client.v1.checkout.sessions.create(params=wrong)


def pay_by_bank(invoice: Invoice, amount: str) -> None:
    actions.record_payment(
        invoice,
        amount=Decimal(amount),
        method="bank",
        received_on=timezone.localdate(),
        bank_reference=f"BACS {amount}",
        by=None,
    )


@pytest.mark.django_db
def test_a_paid_session_pays_the_order_once(invoice, stand_in, letters, follow_ups):
    """R10: the same event three times, and a second kind of event for the same session."""
    session = started(invoice, stand_in)
    paid = stand_in.pay(session["id"])
    done = event("checkout.session.completed", paid)
    assert [tell(done).status_code for _ in range(3)] == [200, 200, 200]
    tell(event("checkout.session.async_payment_succeeded", paid))
    payment = Payment.objects.get()
    assert (payment.amount, payment.method, payment.invoice) == (Decimal("1500.00"), "card", invoice)
    assert payment.bank_reference == paid["payment_intent"]
    assert Order.objects.get().is_paid
    assert [t for t, _ in letters()].count("billing/payment_received") == 1
    assert [e for e, _ in follow_ups()].count("order_paid") == 1
    assert list(StripeEvent.objects.order_by("pk").values_list("outcome", flat=True)) == [
        "recorded",
        "already recorded",
    ]


@pytest.mark.django_db
def test_events_may_come_in_any_order(invoice, stand_in):
    """R10: expired after paid undoes nothing; completed-but-unpaid before succeeded records nothing yet."""
    session = started(invoice, stand_in)
    unpaid = {**session, "status": "complete"}
    assert tell(event("checkout.session.completed", unpaid)).content == b"not paid yet"
    paid = stand_in.pay(session["id"])
    assert tell(event("checkout.session.async_payment_succeeded", paid)).content == b"recorded"
    assert tell(event("checkout.session.expired", paid)).content == b"expired"
    assert Payment.objects.count() == 1


@pytest.mark.django_db
def test_a_payment_after_expiry_is_still_recorded(invoice, stand_in):
    session = started(invoice, stand_in)
    tell(event("checkout.session.expired", session))
    assert tell(event("checkout.session.completed", stand_in.pay(session["id"]))).content == b"recorded"


@pytest.mark.django_db
def test_the_webhook_may_come_before_we_wrote_the_session_down(invoice, stand_in):
    session = started(invoice, stand_in)
    Checkout.objects.update(session_id=None, url="")
    assert tell(event("checkout.session.completed", stand_in.pay(session["id"]))).content == b"recorded"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [{"amount_total": 150001}, {"currency": "eur"}, {"metadata": {"invoice": "INV-000099"}}],
)
def test_what_does_not_match_is_not_recorded_and_finance_is_told(
    invoice, stand_in, finance, letters, wrong, give_permission
):
    give_permission(finance, "billing.record_payment")
    paid = stand_in.pay(started(invoice, stand_in)["id"])
    if "metadata" in wrong:
        wrong = {"metadata": {**paid["metadata"], **wrong["metadata"]}}
    done = event("checkout.session.completed", {**paid, **wrong})
    assert tell(done).content == b"mismatch"
    tell(done)
    assert not Payment.objects.exists()
    assert [to for t, to in letters() if t == "billing/card_mismatch"] == [finance.email]


@pytest.mark.django_db
def test_a_card_payment_on_a_paid_invoice_is_recorded_and_finance_is_told(
    invoice, stand_in, finance, letters, give_permission
):
    """The money is there: it is written down, and a person returns it."""
    give_permission(finance, "billing.record_payment")
    session = started(invoice, stand_in)
    pay_by_bank(invoice, "1500.00")
    assert tell(event("checkout.session.completed", stand_in.pay(session["id"]))).content == (
        b"recorded, too much"
    )
    assert invoice.balance == Decimal("-1500.00")
    assert ("billing/paid_too_much", finance.email) in letters()


@pytest.mark.django_db
def test_sessions_that_are_not_ours_are_left_alone(stand_in):
    strange = {"object": "checkout.session", "id": "cs_x", "payment_status": "paid", "amount_total": 5}
    for metadata in ({}, {"checkout": "junk"}, {"checkout": "8c9b1c5e-0000-4000-8000-000000000000"}):
        done = event("checkout.session.completed", {**strange, "metadata": metadata})
        assert tell(done).content == b"not ours"
    assert tell(event("charge.refunded", {"object": "charge"})).content == b"ignored"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("at", "secret"),
    [(0, "whsec_other"), (-3600, SECRET), (3600, SECRET), (301 + 5, SECRET)],
)
def test_what_stripe_did_not_sign_just_now_is_refused(invoice, stand_in, at, secret):
    """A wrong secret, an hour old, and an hour ahead, which stripe-python itself lets through."""
    done = event("checkout.session.completed", stand_in.pay(started(invoice, stand_in)["id"]))
    assert tell(done, at=int(time.time()) + at, secret=secret).status_code == 400
    assert not Payment.objects.exists()
    assert not StripeEvent.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("header", [{}, {"Stripe-Signature": "junk"}, {"Stripe-Signature": "t=x,v1=y"}])
def test_junk_is_refused(stand_in, header):
    answer = Client().post("/orders/stripe/", b"\xff{", content_type="application/json", headers=header)
    assert answer.status_code == 400


@pytest.mark.django_db
@pytest.mark.parametrize(
    "body", [b"[]", b"{}", b"7", b'{"id": 5, "data": []}', b'{"object": "event", "id": ""}']
)
def test_signed_junk_is_no_server_error(stand_in, body):
    answer = Client().post(
        "/orders/stripe/",
        body,
        content_type="application/json",
        headers={"Stripe-Signature": signed(body, SECRET)},
    )
    assert answer.status_code == 400


@pytest.mark.django_db
def test_the_webhook_is_off_without_keys_and_takes_posts_alone(settings, stand_in):
    assert Client().get("/orders/stripe/").status_code == 405
    settings.STRIPE_SECRET_KEY = ""
    assert tell(event("charge.refunded", {})).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_eight_deliveries_at_once_record_one_payment(postgres, at_once, stand_in):
    """R10: four of one event and four of another, for the same session."""
    invoice = make.invoice(Organisation.objects.create(name="Race Council"))
    paid = stand_in.pay(started(invoice, stand_in)["id"])
    kinds = ["checkout.session.completed", "checkout.session.async_payment_succeeded"]
    events = [event(kind, paid) for kind in kinds]
    acts: list[Callable] = [partial(tell, what) for what in events * 4]
    assert [answer.status_code for answer in at_once(acts)] == [200] * 8
    assert (Payment.objects.count(), StripeEvent.objects.count()) == (1, 2)


def test_pence_are_exact():
    """R12."""
    assert stripe.to_pence(Decimal("1234.56")) == 123456
    assert str(stripe.from_pence(123456)) == "1234.56"
    with pytest.raises(ValueError, match="fraction"):
        stripe.to_pence(Decimal("0.005"))


@pytest.mark.django_db
def test_the_funder_pays_by_card_from_the_page(council, invoice, stand_in):
    """The button leads to Stripe's page; coming back says thank you, the webhook says paid."""
    user = person("purse@example.gov.uk", "Pat Purse")
    Membership.objects.create(organisation=council, user=user, role="finance")
    client = Client()
    client.force_login(user)
    here = invoice.order.get_absolute_url()
    once = re.search(r'name="once" value="([^"]+)"', client.get(here).content.decode())
    assert once
    answers = [client.post(f"{here}pay/", {"once": once[1]}) for _ in range(2)]
    session = next(iter(stand_in.sessions.values()))
    assert [a.headers["Location"] for a in answers] == [session["url"]] * 2
    assert stand_in.calls == 1
    assert "within a minute" in client.get(f"{here}?card=paid").content.decode()
    tell(event("checkout.session.completed", stand_in.pay(session["id"])))
    text = client.get(here).content.decode()
    assert "is paid. Thank you" in text
    assert "Pay by card" not in text
