"""Batches in the admin: who comes in, what they find, what each act on a batch does and says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from billing.actions import issue_invoice
from billing.models import CreditNote
from consultations.actions import batch as acts
from consultations.actions import batch_money
from consultations.batch_stages import EVERY, stage_of_batch
from consultations.models import Batch
from consultations.staff.batch.acts import PERMISSIONS, acts_of
from mail.models import Message
from tests.consultations.batches import at, fresh, send, words
from tests.consultations.conftest import said
from tests.factories import batches
from tests.factories import consultations as cases

pytestmark = pytest.mark.django_db
LIST = "/admin/batches/"
STATES = ["requested", "accepted", "quoted", "funded", "booked", "held", "run_out"]
OF_BATCH = (
    "accept",
    "decline",
    "lead",
    "extend",
    "close",
    "withdraw",
    "quote",
    "invoice",
    "refund",
    "ask_refund",
    "give",
    "book",
)


@pytest.fixture
def a_batch(referrer, council, coordinator) -> Callable[..., Batch]:
    """`a_batch("funded")`, by the names of the factories, and the ends."""

    def make(state: str, **given: Any) -> Batch:
        if state in {"drafted", "requested"}:
            return getattr(batches, state)(referrer, council, **given)
        if state in {"declined", "withdrawn"}:
            batch = batches.requested(referrer, council)
            if state == "declined":
                acts.decline(batch, reason="No room.", alternative="The network.", by=coordinator)
            else:
                acts.withdraw(batch, reason="They asked.", by=coordinator)
            return fresh(batch)
        return getattr(batches, state)(referrer, council, coordinator, **given)

    return make


def references(page: Any) -> list[str]:
    return [batch.reference for batch in page.context["object_list"]]


# Who comes in


def test_batches_are_for_those_who_read_them(
    a_batch, staff, client, coordinator, consultant, lead, finance, editor, referrer, outsider
):
    """R9: finance and editors see neither aims, items nor notes; a booker has a page of their own."""
    batch = a_batch("held")
    pages = [
        LIST,
        at("inspect", batch),
        at("session", batch, 1),
        at("themes", batch),
        reverse("themes_report"),
    ]

    for page in pages:
        assert client.get(page).status_code == 302
    for person, status in (
        (coordinator, 200),
        (consultant, 200),
        (lead, 200),
        (finance, 404),
        (editor, 404),
        (referrer, 404),
        (outsider, 404),
    ):
        for page in pages:
            assert staff(person).get(page).status_code == status, (person, page)


def test_menu_shows_batches_and_their_report_to_those_alone(staff, coordinator, finance):
    for there in (LIST, reverse("themes_report")):
        assert there in staff(coordinator).get("/admin/").content.decode()
        assert there not in staff(finance).get("/admin/").content.decode()


@pytest.mark.parametrize("key", OF_BATCH)
def test_an_act_is_for_its_roles(a_batch, staff, coordinator, consultant, lead, finance, referrer, key):
    """R9: anybody without the permission of the act gets a 404 and changes nothing."""
    batch = a_batch("requested")
    for person in (coordinator, consultant, lead, finance, referrer):
        may = person.has_perm("consultations.view_batch") and person.has_perm(PERMISSIONS[key])
        if not may:
            assert send(staff(person), key, batch).status_code == 404
    assert send_anonymous(at(key, batch)).status_code == 302
    assert fresh(batch).status == Batch.Status.REQUESTED


def send_anonymous(url: str) -> Any:
    return Client().post(url)


def test_a_draft_is_its_bookers_alone(a_batch, staff, coordinator):
    """R9"""
    draft = a_batch("drafted")
    client = staff(coordinator)

    assert references(client.get(LIST)) == []
    assert client.get(at("inspect", draft)).status_code == 404
    assert send(client, "accept", draft).status_code == 404


# The list


def test_list_says_where_each_stands(a_batch, staff, coordinator):
    batch = a_batch("booked")
    page = words(staff(coordinator).get(LIST))

    assert batch.reference in page
    assert "Elmshire family support, Elmshire Council" in page
    assert "6 bought: 0 used, 1 booked, 5 left" in page
    assert stage_of_batch(batch).name in page
    assert "Consultant" in page


@pytest.mark.parametrize(
    "words_",
    ["{batch.reference}", "elmshire council", "family support", "rowan", "referrer@example.gov.uk", "marsh"],
)
def test_a_phone_call_is_answered_in_one_search(a_batch, staff, coordinator, consultant, words_):
    batch = a_batch("booked")
    acts.name_lead(batch, consultant, by=coordinator)
    client = staff(coordinator)

    assert references(client.get(LIST, {"q": words_.format(batch=batch)})) == [batch.reference]
    assert references(client.get(LIST, {"q": "nobody of that name"})) == []


def test_filters(a_batch, staff, coordinator, consultant, council):
    waiting, soon, over = a_batch("requested"), a_batch("funded"), a_batch("run_out")
    Batch.objects.filter(pk=soon.pk).update(
        expires_on=timezone.localdate() + timedelta(days=20), lead_consultant=consultant
    )
    client = staff(coordinator)

    assert references(client.get(LIST, {"status": "requested"})) == [waiting.reference]
    assert references(client.get(LIST, {"stage": stage_of_batch(over).name})) == [over.reference]
    assert references(client.get(LIST, {"lead_consultant": consultant.pk})) == [soon.reference]
    assert len(references(client.get(LIST, {"organisation": council.pk}))) == 3
    assert references(client.get(LIST, {"time": "soon"})) == [soon.reference]
    assert references(client.get(LIST, {"time": "over"})) == [over.reference]


def test_what_is_open_comes_first_the_longest_waiting_on_top(a_batch, staff, coordinator):
    first, ended, second = a_batch("requested"), a_batch("declined"), a_batch("requested")
    Batch.objects.filter(pk=second.pk).update(requested_at=timezone.now() - timedelta(days=9))

    listed = references(staff(coordinator).get(LIST))

    assert listed == [second.reference, first.reference, ended.reference]


def test_list_asks_the_same_of_the_database_at_1_and_at_50(a_batch, staff, coordinator, referrer, council):
    one = a_batch("booked")
    client = staff(coordinator)
    client.get(LIST)
    counts = []
    for more in (0, 49):
        Batch.objects.bulk_create(
            Batch(
                reference=f"BC-26-{number:04d}",
                organisation=council,
                contact=one.contact,
                status=Batch.Status.REQUESTED,
                requested_at=timezone.now(),
            )
            for number in range(more)
        )
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert len(references(client.get(LIST))) == 1 + more
        counts.append(len(asked))

    assert counts[0] == counts[1]


def test_page_asks_the_same_of_the_database_for_1_session_and_for_5(a_batch, staff, coordinator):
    batch = a_batch("booked")
    client = staff(coordinator)
    client.get(at("inspect", batch))
    counts = []
    for more in (0, 4):  # one is left: else there is less to ask
        if more:
            batches.book(batch, coordinator, days=60, count=more)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(at("inspect", batch)).status_code == 200
        counts.append(len(asked))

    assert counts[0] == counts[1]


# The page


@pytest.mark.parametrize("state", [*STATES, "declined", "withdrawn"])
def test_page_opens_in_every_state_and_says_whose_turn_it_is(a_batch, staff, coordinator, state):
    batch = a_batch(state)
    page = words(staff(coordinator).get(at("inspect", batch)))

    assert batch.reference in page
    assert stage_of_batch(batch).for_staff in page
    assert "Steadier plans, and a place to think together." in page


def test_every_stage_that_waits_for_us_names_an_act_of_the_page():
    """A stage and the page never disagree on what is next."""
    looks = {"accept", "sessions", ""}  # led to by a link
    assert {stage.act for stage in EVERY if stage.is_ours} - looks <= set(PERMISSIONS)


def test_balance_is_drawn_and_told(a_batch, staff, coordinator):
    """The squares are hidden from those who hear the page: the words say the same."""
    page = staff(coordinator).get(at("inspect", a_batch("held"))).content.decode()

    assert page.count("<svg viewBox") >= 6 + 3
    for told in ("6 bought", "1 used", "0 booked", "5 left"):
        assert told in page


def test_renewal_chain_without_drafts(a_batch, staff, coordinator, referrer):
    """R9: the next batch is linked once it was sent."""
    batch = a_batch("held")
    following = acts.renew(batch, by=referrer)
    client = staff(coordinator)
    assert following.reference not in words(client.get(at("inspect", batch)))

    acts.save_answers(following, batches.answers(), by=referrer)
    acts.request(following, by=referrer)

    assert at("inspect", following) in words(client.get(at("inspect", batch)))
    assert at("inspect", batch) in words(client.get(at("inspect", following)))


def test_money_acts_say_whose_they_are(a_batch, staff, coordinator, lead):
    quoted, funded = a_batch("accepted"), a_batch("funded")

    assert "A coordinator or a finance officer sends it." in words(staff(lead).get(at("inspect", quoted)))
    assert "A finance officer issues it, from the order." in words(
        staff(coordinator).get(at("inspect", funded))
    )


# Each act: done, and off with the reason


def test_accept(a_batch, staff, coordinator):
    batch = a_batch("requested")
    client = staff(coordinator)

    assert "is accepted" in said(client, send(client, "accept", batch))[0]
    assert fresh(batch).status == Batch.Status.ACCEPTED
    assert "has changed since you opened the page" in said(client, send(client, "accept", batch))[0]


def test_a_double_click_accepts_once(a_batch, staff, coordinator):
    """R7, R10"""
    from design import tokens

    batch = a_batch("requested")
    client, once = staff(coordinator), {"once": tokens.new(coordinator)}
    client.post(at("accept", batch), once)
    client.post(at("accept", batch), once)

    assert Message.objects.filter(template="consultations/batch_accepted").count() == 1


def test_decline_needs_a_reason_and_an_alternative(a_batch, staff, coordinator):
    batch = a_batch("requested")
    client = staff(coordinator)

    page = send(client, "decline", batch, reason="No room.")
    assert page.status_code == 422
    assert "Write what the team could try instead" in words(page)
    assert "No room." in words(page)

    send(client, "decline", batch, reason="No room.", alternative="The network.")
    assert fresh(batch).status == Batch.Status.DECLINED
    assert "The network." in words(client.get(at("inspect", batch)))


def test_name_lead(a_batch, staff, coordinator, consultant, finance):
    batch = a_batch("funded")
    client = staff(coordinator)

    assert send(client, "lead", batch, consultant=finance.pk).status_code == 422
    assert said(client, send(client, "lead", batch, consultant=consultant.pk)) == [
        f"{consultant} leads {batch.reference}."
    ]
    assert fresh(batch).lead_consultant == consultant


def test_quote_is_prefilled_and_sent(a_batch, staff, coordinator):
    batch = a_batch("accepted")
    product = batches.product()
    client = staff(coordinator)

    form = client.get(at("quote", batch)).context["form"]
    assert form["sessions"].value() == 6
    assert form["product"].value() == product.pk
    assert form["funder_email"].value() == "funder@example.gov.uk"

    told = said(
        client,
        send(
            client,
            "quote",
            batch,
            product=product.pk,
            sessions=8,
            unit_price="400",
            funder_name="Morgan Field",
            funder_email="funder@example.gov.uk",
        ),
    )
    order = fresh(batch).order
    assert order is not None
    assert order.lines.get().quantity == 8
    assert f"Quote {order.quotes.get().reference} over £3,840.00" in told[0]


def test_invoice_and_refund_by_somebody_who_runs_batches_and_money(a_batch, staff, coordinator):
    coordinator.groups.add(Group.objects.get(name="finance officer"))
    batch = a_batch("held")
    client = staff(coordinator)

    assert "has moved on" in said(client, client.get(at("refund", batch)))[0]
    assert said(client, send(client, "invoice", batch)) == [
        "The invoice is issued. The funder is being told."
    ]
    assert "has been issued already" in said(client, send(client, "invoice", batch))[0]

    page = send(client, "refund", batch, sessions=9, reason="They need fewer.")
    assert "from 1 to 5" in words(page)
    send(client, "refund", batch, sessions=2, reason="They need fewer.")
    note = CreditNote.objects.get()
    assert fresh(batch).balance.told == "6 bought: 1 used, 0 booked, 2 refunded, 3 left"
    assert note.number in words(client.get(at("inspect", batch)))


def test_whoever_runs_the_batch_asks_finance_for_the_refund(a_batch, staff, coordinator, finance):
    """Finance hears how many and why, on the order; nothing is credited yet, and the sessions can still be booked."""
    batch = a_batch("held")
    client = staff(coordinator)
    assert "has moved on" in said(client, client.get(at("ask_refund", batch)))[0]
    assert batch.order is not None
    issue_invoice(batch.order, by=finance)
    assert "refund" not in acts_of(fresh(batch), coordinator)

    page = send(client, "ask_refund", batch, sessions=9, reason="They need fewer.")
    assert "from 1 to 5" in words(page)
    told = said(client, send(client, "ask_refund", batch, sessions=2, reason="They need fewer."))

    assert "Finance is being told." in told[0]
    mail = Message.objects.get(template="billing/credit_asked")
    assert (mail.to, mail.subject) == (finance.email, f"Credit 2 sessions of {batch.order.reference}")
    assert "They need fewer." in mail.text
    assert fresh(batch).balance.told == "6 bought: 1 used, 0 booked, 5 left"


def test_extend(a_batch, staff, coordinator):
    batch = a_batch("run_out")
    client = staff(coordinator)
    later = timezone.localdate() + timedelta(days=60)

    page = send(client, "extend", batch, expires_on=batch.expires_on.isoformat(), reason="Illness.")
    assert "later than the last day it has now" in words(page)
    send(client, "extend", batch, expires_on=later.isoformat(), reason="Illness.")

    assert fresh(batch).expires_on == later


def test_close_says_all_that_is_missing(a_batch, staff, coordinator):
    batch = a_batch("booked")
    client = staff(coordinator)
    page = words(client.get(at("inspect", batch)))
    refused = said(client, send(client, "close", batch))

    for missing in batch.missing_for_closing():
        assert missing in page
        assert missing in refused
    assert len(batch.missing_for_closing()) == 3


def test_close(a_batch, staff, coordinator):
    batch = a_batch("held", bought=1)
    invoice = batch_money.issue_invoice(batch, by=coordinator)
    from billing.actions import record_payment

    record_payment(
        invoice,
        amount=invoice.total,
        method="bank",
        received_on=timezone.localdate(),
        bank_reference="BACS 1",
        by=coordinator,
    )
    client = staff(coordinator)

    assert "is closed" in said(client, send(client, "close", batch))[0]
    assert fresh(batch).status == Batch.Status.CLOSED


def test_withdraw_cancels_what_is_booked(a_batch, staff, coordinator):
    batch = a_batch("booked")
    client = staff(coordinator)

    assert send(client, "withdraw", batch).status_code == 422
    send(client, "withdraw", batch, reason="They are reorganised.")

    now_there = fresh(batch)
    assert now_there.status == Batch.Status.WITHDRAWN
    assert now_there.balance.booked == 0
    assert "moved on" in said(client, client.get(at("withdraw", batch)))[-1]


def test_a_session_pays_for_a_case(a_batch, staff, coordinator, referrer, council):
    """R6: it leaves the balance; the case then has neither quote nor invoice of its own."""
    batch = a_batch("funded")
    client = staff(coordinator)
    assert "has no accepted case" in said(client, client.get(at("give", batch)))[0]
    case = cases.accepted(referrer, council, coordinator)
    cases.submitted(referrer, council)  # not accepted: not to be chosen

    offered = client.get(at("give", batch)).context["form"].fields["case"].queryset
    assert list(offered) == [case]
    assert "pays for" in said(client, send(client, "give", batch, case=case.pk))[0]

    assert fresh(batch).balance.told == "6 bought: 1 used, 0 booked, 5 left"
    page = words(client.get(reverse("consultation:inspect", args=[case.pk])))
    assert "Paid for by" in page
    assert batch.reference in page
    assert "Send the quote" not in page
    assert "Issue the invoice" not in page


@pytest.mark.parametrize(
    ("state", "key", "why"),
    [
        ("accepted", "book", "Funding is not agreed yet"),
        ("accepted", "extend", "Funding is not agreed yet"),
        ("accepted", "give", "Funding is not agreed yet"),
        ("run_out", "book", "Extend it first"),
        ("declined", "lead", "has moved on"),
        ("accepted", "decline", "has moved on"),
        ("funded", "quote", "has moved on"),
    ],
)
def test_a_page_of_an_act_that_is_off_sends_back_and_says_why(a_batch, staff, coordinator, state, key, why):
    """R7"""
    batch = a_batch(state)
    client = staff(coordinator)
    response = client.get(at(key, batch))

    assert response.url == at("inspect", batch)
    assert why in said(client, response)[0]


@pytest.mark.parametrize("state", STATES)
def test_page_and_actions_agree_on_what_is_off(a_batch, coordinator, state):
    """A button is off with the very words its action refuses with."""
    batch = a_batch(state)
    buttons = acts_of(batch, coordinator)
    if state == "requested":
        assert set(buttons) == {"accept", "decline", "lead", "withdraw"}
        return
    assert list(buttons["book"].why_off) == batch.missing_for_session()
    assert list(buttons["close"].why_off) == batch.missing_for_closing()
    assert ("quote" in buttons) == (not batch.is_funded)


# The desk


def needs_of(user: Any) -> list[tuple[str, str]]:
    from home.desk import batch_needs

    return [(need.reference, need.what) for need in batch_needs(user)]


def test_desk_says_what_waits_for_whom(a_batch, coordinator, consultant, lead, finance, editor):
    """R9: finance hears of the order, not of the batch."""
    request, to_quote, used_up = a_batch("requested"), a_batch("accepted"), a_batch("held", bought=1)
    acts.name_lead(used_up, consultant, by=coordinator)
    Batch.objects.filter(pk=request.pk).update(requested_at=timezone.now() - timedelta(days=3))

    assert needs_of(coordinator) == [
        (request.reference, "Requested"),
        (to_quote.reference, "Preparing the quote"),
    ]
    assert needs_of(consultant) == [(used_up.reference, "Note of session 1")]
    assert needs_of(lead) == []
    assert needs_of(finance) == [(used_up.order.reference, f"{used_up.title}: ready to invoice")]
    assert needs_of(editor) == []


def test_desk_asks_for_sessions_to_be_marked(a_batch, coordinator, consultant):
    from meetings.models import Meeting

    batch = a_batch("booked")
    acts.name_lead(batch, consultant, by=coordinator)
    begin = timezone.now() - timedelta(hours=1)
    Meeting.objects.filter(batch_session__batch=batch).update(
        starts_at=begin, ends_at=begin + timedelta(hours=2)
    )

    for person in (coordinator, consultant):
        assert needs_of(person) == [(batch.reference, "A session to mark")]
