"""Every mail about a batch, as the outbox keeps it: text and HTML, the balance, references only, once."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from html5lib import HTMLParser

from billing import actions as billing
from consultations import tasks
from consultations.actions import batch as actions
from consultations.actions import batch_clock, batch_money, session_notes, sessions
from consultations.emails import batch as emails
from consultations.models import Batch
from mail.models import Message
from provider.models import Provider
from tests.factories import batches
from tests.factories import consultations as cases
from tests.factories.batches import book, hold, now, over
from tests.factories.billing import funder_of

pytestmark = pytest.mark.django_db
PARTS = {"batch_base", "batch_balance"}  # what the others include
BEFORE_FUNDING = {"request_received", "accepted", "declined", "funding_declined"}
# What people typed, of which nothing may leave by mail.
SAID = [
    "Steadier plans", "Family support workers", "Not on Fridays", "Words of the focus", "Words of an item",
    "Words of the note", "Words of a reason", "No room this term", "An open course",
]  # fmt: skip


@pytest.fixture
def told(referrer, council, coordinator, consultant) -> dict[str, Message]:
    """One of each, by a whole life of a batch and the short ones of others: the last sent of its kind."""
    why = "Words of a reason"
    cancelled: dict[str, Any] = {"reason": why, "by": referrer, "by_team": True}
    batches.declined(referrer, council, coordinator)
    refused: Any = batches.quoted(referrer, council, coordinator)
    billing.decline_quote(refused.order.open_quote, reason=why, by=refused.order.funder)
    tasks.batch_not_funded(refused.order_id)
    actions.withdraw(batches.fresh(refused), reason=why, by=referrer)

    batch = batches.funded(referrer, council, coordinator, bought=5)
    Batch.objects.filter(pk=batch.pk).update(expires_on=timezone.localdate())
    batch_clock.warn_of_expiry()
    batch_money.extend(batch, expires_on=date(2090, 1, 1), reason=why, by=coordinator)
    sessions.cancel(book(batch, coordinator, focus="Words of the focus")[0], **cancelled)
    first, second = book(batch, coordinator, count=2, focus="Words of the focus")
    session_notes.add_item(first, text="Words of an item", by=referrer)
    hold(first, coordinator)
    session_notes.write_note(first, note="Words of the note", came=5, themes=[], seen=None, by=consultant)
    session_notes.share_note(now(first), by=consultant)
    sessions.cancel(over(second), **cancelled)
    sessions.give_back(now(second), reason=why, by=coordinator)
    cases.checklist()
    case = cases.accepted(referrer, council, coordinator)
    sessions.give_to_case(batch, case, by=coordinator)
    for session in book(batch, coordinator, count=2):
        hold(session, coordinator)
    invoice = batch_money.issue_invoice(batches.fresh(batch), by=coordinator)
    batch_money.refund_unused(batch, sessions=1, reason=why, by=coordinator)
    for _ in range(2):  # the follow-up of the credit note, which may run twice
        batch_money.credited(batch)
    batches.pay(invoice)
    actions.close(batches.fresh(batch), by=coordinator)
    ours = Message.objects.filter(template__startswith="consultations/batch_").order_by("pk")
    return {message.template.removeprefix("consultations/batch_"): message for message in ours}


def test_every_mail_is_whole_and_says_nothing_that_was_typed(told):
    """R8: subject, text and HTML carry references; the balance is on each; the link leads to the batch."""
    folder = settings.ROOT / "templates/consultations/emails"
    written = {path.stem for path in folder.glob("batch_*.txt")} - PARTS
    assert {f"batch_{name}" for name in told} == written
    assert {path.stem for path in folder.glob("batch_*.html")} - PARTS == written

    for name, message in told.items():
        HTMLParser(strict=True).parse(message.html)
        assert message.about in message.subject, name
        for body in (message.text, message.html):
            assert not [words for words in SAID if words in body], name
            assert "J.B." not in body, name
            assert "{{" not in body, name
            assert "{%" not in body, name
            assert "None" not in body, name
            assert ("bought:" in body) is (name not in {*BEFORE_FUNDING, "withdrawn", "request_to_office"}), (
                name
            )
            place = "/admin/" if name == "request_to_office" else f"/{message.about}/"
            assert f"{settings.BASE_URL}" in body, name
            assert place in body, name
    office = told.pop("request_to_office")
    assert office.to == Provider.load().email
    assert {message.to for message in told.values()} == {"referrer@example.gov.uk"}


def test_each_says_what_is_left_as_its_own_act_leaves_it(told):
    """The last of each kind, in the order of the life above."""
    balances = {
        "funding_agreed": "5 bought: 0 used, 0 booked, 5 left",
        "runs_out": "5 bought: 0 used, 0 booked, 5 left",
        "note_shared": "5 bought: 1 used, 1 booked, 3 left",
        "session_cancelled": "5 bought: 2 used, 0 booked, 3 left",
        "session_given_back": "5 bought: 1 used, 0 booked, 4 left",
        "session_given": "5 bought: 2 used, 0 booked, 3 left",
        "sessions_booked": "5 bought: 2 used, 2 booked, 1 left",
        "renewal_offered": "5 bought: 4 used, 0 booked, 1 left",
        "refunded": "5 bought: 4 used, 0 booked, 1 refunded, 0 left",
        "closed": "5 bought: 4 used, 0 booked, 1 refunded, 0 left",
    }
    for name, balance in balances.items():
        assert f"Your sessions: {balance}." in told[name].text, name
        assert balance in told[name].html, name
    assert "To be held by " in told["extended"].text
    assert "2090" in told["extended"].text


def test_what_a_job_or_the_clock_sends_has_a_key(referrer, council, coordinator):
    """R10: whatever may be run again is written once; what a person does once needs none."""
    batch = batches.funded(referrer, council, coordinator)
    sent = Message.objects.count()
    for _ in range(2):
        emails.funding_agreed(batch)
        emails.runs_out(batch)
        emails.renewal_offered(batch)
    assert Message.objects.count() == sent + 2
    keys = set(Message.objects.exclude(key=None).values_list("key", flat=True))
    assert keys >= {
        f"batch-funded:{batch.pk}",
        f"batch-runs-out:{batch.pk}:{batch.expires_on}",
        f"batch-renewal:{batch.pk}",
    }


def test_a_new_quote_that_is_declined_too_is_told_too(referrer, council, coordinator):
    """R10: once for each quote, not once for ever."""
    batch = batches.accepted(referrer, council, coordinator)
    for number in (6, 4):
        quote = batch_money.ask_for_funding(
            batch, product=batches.product(), sessions=number, funder=funder_of(council), by=coordinator
        )
        billing.decline_quote(quote, reason="Too dear.", by=quote.funder)
        for _ in range(2):
            tasks.batch_not_funded(quote.order_id)
    assert Message.objects.filter(template="consultations/batch_funding_declined").count() == 2
