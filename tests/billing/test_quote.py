"""Quotes: issued, answered, replaced; frozen once issued."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from billing import actions, emails, pdf
from billing.actions import quote as quote_actions
from billing.models import FunderLink, Order, Quote
from changes.refusals import Refused, Stale
from mail.models import Message
from organisations.models import Contact, Organisation
from provider.models import MoneySettings
from tests.factories import billing as make
from vault import storage
from vault.models import Frozen

pytestmark = pytest.mark.django_db
ENDED = ["accepted", "declined", "withdrawn", "superseded"]


def in_state(council, state: str) -> Quote:
    """A quote that has reached `state` by the real actions."""
    quote = make.quote(council)
    if state == "accepted":
        return actions.accept_quote(quote, purchase_order_number="PO-1", by=quote.funder)
    if state == "declined":
        return actions.decline_quote(quote, reason="Too much", by=quote.funder)
    if state == "withdrawn":
        return actions.withdraw_quote(quote, reason="Wrong price", by=None)
    if state == "superseded":
        actions.issue_quote(quote.order, funder=quote.funder, by=None)
        quote.refresh_from_db()
    return quote


def answers(quote: Quote) -> dict[str, Callable[[], object]]:
    return {
        "accept": lambda: actions.accept_quote(quote, purchase_order_number="PO-2", by=None),
        "decline": lambda: actions.decline_quote(quote, reason="x", by=None),
        "withdraw": lambda: actions.withdraw_quote(quote, reason="x", by=None),
    }


def test_issue_quote_freezes_mails_and_announces(council, funder, coordinator, letters, follow_ups):
    order = make.order(council, lines=2)
    quote = actions.issue_quote(order, funder=funder, by=coordinator)

    assert (quote.reference, quote.version, quote.status) == (f"{order.reference}/1", 1, "issued")
    assert (quote.net, quote.vat, quote.total) == (Decimal("2500.00"), Decimal("500.00"), Decimal("3000.00"))
    assert quote.valid_until == timezone.localdate() + timedelta(days=30)
    assert quote.issued_by == coordinator
    order.refresh_from_db()
    assert (order.funder, order.is_quoted, order.is_funded) == (funder, True, False)
    paper = b"".join(storage.read(quote.storage_key, quote.wrapped_key))
    assert paper.startswith(b"%PDF-")
    assert hashlib.sha256(paper).hexdigest() == quote.sha256
    assert quote.snapshot["total"] == "3000.00"
    assert letters() == [("billing/quote_issued", funder.email)]
    assert FunderLink.objects.get().order == order
    assert follow_ups() == [("quote_issued", (order.pk,))]


def test_the_mail_carries_the_link_and_no_case_details(council, funder):
    """R8, R9: the reference in the subject, the sensitive link in the body, the title alone of the matter."""
    quote = actions.issue_quote(make.order(council), funder=funder, by=None)
    letter = Message.objects.get()
    assert letter.subject == f"Please agree the cost: quote {quote.reference}"
    assert f"http://testserver/orders/{quote.order.reference}/open/" in letter.text
    assert "£1,500.00" in letter.text
    assert "£1,500.00" in letter.html
    assert letter.sensitive
    assert letter.about == quote.order.reference


def test_the_same_snapshot_gives_the_same_pdf(council):
    """R4: what is kept is enough to print it again, byte for byte."""
    quote = make.quote(council)
    assert pdf.render(quote.snapshot) == b"".join(storage.read(quote.storage_key, quote.wrapped_key))


def test_an_issued_quote_never_changes(council):
    """R4: by no door."""
    quote = make.quote(council)
    quote.total = Decimal("1.00")
    with pytest.raises(Frozen):
        quote.save()
    with pytest.raises(Frozen):
        Quote.objects.filter(pk=quote.pk).update(total=1)
    with pytest.raises(Frozen):
        quote.delete()
    assert Quote.objects.get().total == Decimal("1500.00")


def test_what_a_quote_printed_outlives_changed_settings(council):
    """R4."""
    quote = make.quote(council)
    before = quote.snapshot
    MoneySettings.objects.update(legal_name="Another Name", vat_rate=Decimal("25.00"))
    Organisation.objects.update(name="Renamed Council")
    assert Quote.objects.get().snapshot == before


def test_issue_quote_tells_everything_that_is_missing(council):
    """R1: at once."""
    elsewhere = Contact.objects.create(
        name="Sam Other", email="", organisation=Organisation.objects.create(name="Elsewhere")
    )
    order = make.order(council, lines=0)
    with pytest.raises(Refused) as no:
        actions.issue_quote(order, funder=elsewhere, by=None)
    assert len(no.value.messages) == 3
    assert not Quote.objects.exists()


def test_issue_quote_prices_at_the_rate_of_the_day(council, funder):
    """R12: a rate that changed since the line was added is not quoted."""
    order = make.order(council)
    settings = MoneySettings.load()
    settings.vat_rate = Decimal("25.00")
    settings.save()
    quote = actions.issue_quote(order, funder=funder, by=None)
    assert quote.vat == Decimal("312.50") == order.lines.get().vat


def test_a_new_quote_supersedes_the_one_that_is_out(council, funder):
    first = make.quote(council)
    second = actions.issue_quote(first.order, funder=funder, by=None)
    first.refresh_from_db()
    assert (first.status, second.status) == ("superseded", "issued")
    assert second.reference == f"{first.order.reference}/2"
    assert FunderLink.objects.filter(revoked_at=None).count() == 2  # same mailbox: both open the order


def test_a_new_funder_ends_the_former_funders_links(council, funder):
    """R9."""
    first = make.quote(council)
    other = Contact.objects.create(name="Alex Till", email="alex@example.gov.uk", organisation=council)
    actions.issue_quote(first.order, funder=other, by=None)
    assert [link.email for link in FunderLink.objects.filter(revoked_at=None)] == [other.email]


@pytest.mark.parametrize("state", ["funded", "cancelled"])
def test_issue_quote_is_stale_in_the_wrong_state(council, funder, state):
    """R7."""
    order = make.accepted(council).order if state == "funded" else make.order(council)
    if state == "cancelled":
        actions.cancel_order(order, reason="x", by=None)
    count = Quote.objects.count()
    with pytest.raises(Stale):
        actions.issue_quote(order, funder=funder, by=None)
    assert Quote.objects.count() == count


def test_issue_quote_is_all_or_nothing(council, funder, monkeypatch):
    """R4, R10: a failing email leaves no quote, no change of the one before, no link and no job."""
    first = make.quote(council)
    monkeypatch.setattr(emails, "quote_issued", lambda *a: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        actions.issue_quote(first.order, funder=funder, by=None)
    first.refresh_from_db()
    assert (first.status, Quote.objects.count(), FunderLink.objects.count()) == ("issued", 1, 1)


def test_accept_quote_funds_the_order(council, letters, follow_ups):
    quote = make.quote(council)
    actions.accept_quote(quote, purchase_order_number=" 4500-12 ", name="Jo Budget", by=quote.funder)
    quote.refresh_from_db()
    order = Order.objects.get()
    assert (quote.status, quote.answered_name) == ("accepted", "Jo Budget")
    assert (order.purchase_order_number, order.is_funded) == ("4500-12", True)
    assert quote.answered_at is not None
    assert letters()[-1] == ("billing/quote_accepted", quote.funder.email)
    assert follow_ups()[-1] == ("quote_accepted", (order.pk,))


def test_accept_quote_wants_a_purchase_order_of_a_local_authority(council):
    quote = make.quote(council)
    with pytest.raises(Refused, match="purchase order number"):
        actions.accept_quote(quote, purchase_order_number=" ", by=quote.funder)
    assert Quote.objects.get().status == "issued"


def test_accept_quote_wants_none_of_others(db):
    quote = make.quote(Organisation.objects.create(name="A School", kind="school"))
    actions.accept_quote(quote, purchase_order_number="", by=quote.funder)
    assert Order.objects.get().is_funded


def test_accept_quote_refuses_after_its_last_day(council):
    quote = make.quote(council)
    last = timezone.now() + timedelta(days=30)
    with time_machine.travel(last + timedelta(days=1), tick=False):
        assert quote.is_expired
        with pytest.raises(Refused, match="Ask us for a new one"):
            actions.accept_quote(quote, purchase_order_number="PO", by=quote.funder)
    with time_machine.travel(last, tick=False):
        actions.accept_quote(quote, purchase_order_number="PO", by=quote.funder)
    assert Quote.objects.get().status == "accepted"


def test_decline_quote_keeps_the_reason(council, follow_ups):
    quote = make.quote(council)
    actions.decline_quote(quote, reason="No budget this year", by=quote.funder)
    quote.refresh_from_db()
    assert (quote.status, quote.answer_reason) == ("declined", "No budget this year")
    assert follow_ups()[-1] == ("quote_declined", (quote.order_id,))


@pytest.mark.parametrize("state", ENDED)
@pytest.mark.parametrize("act", ["accept", "decline", "withdraw"])
def test_an_ended_quote_cannot_be_answered(council, state, act):
    """R7: a stale or repeated action changes nothing and says so."""
    quote = in_state(council, state)
    before = Message.objects.count()
    with pytest.raises(Stale):
        answers(quote)[act]()
    assert Quote.objects.get(pk=quote.pk).status == state
    assert Message.objects.count() == before


@pytest.mark.parametrize("act", ["accept", "decline"])
def test_answers_are_all_or_nothing(council, monkeypatch, act):
    """R10: a follow-up that cannot be queued leaves the quote as it was."""
    quote = make.quote(council)
    before = Message.objects.count()
    monkeypatch.setattr(quote_actions, "announce", lambda *a: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        answers(quote)[act]()
    assert Quote.objects.get().status == "issued"
    assert Order.objects.get().purchase_order_number == ""
    assert Message.objects.count() == before


def test_send_new_link_mails_the_funder_once_in_ten_minutes(council, letters):
    quote = make.quote(council)
    actions.send_new_link(quote.order)  # the quote's own link is a moment old
    assert len(letters()) == 1
    with time_machine.travel(timezone.now() + timedelta(minutes=11), tick=False):
        actions.send_new_link(quote.order)
        actions.send_new_link(quote.order)
    assert letters()[1:] == [("billing/new_link", quote.funder.email)]


@pytest.mark.django_db(transaction=True)
def test_accepting_and_replacing_at_once_leaves_one_answer(postgres, at_once):
    """R7: answers and new quotes race; never two accepted, never an accepted one replaced."""
    quote = make.quote(Organisation.objects.create(name="Race Council"))

    def accept() -> object:
        return actions.accept_quote(quote, purchase_order_number="PO", by=None)

    def replace() -> object:
        return actions.issue_quote(quote.order, funder=quote.funder, by=None)

    results = at_once([accept, replace] * 4)
    assert not [r for r in results if isinstance(r, Exception) and not isinstance(r, Refused)]
    statuses = list(Order.objects.get().quotes.values_list("status", flat=True))
    assert statuses.count("accepted") + statuses.count("issued") == 1
