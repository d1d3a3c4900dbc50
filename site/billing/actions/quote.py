"""Putting the cost to the funder, and the funder's answer."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.actions import set_code
from billing import emails, money, pdf, snapshots
from billing.models import FunderLink, Order, Quote
from changes.follow_ups import announce
from changes.log import record
from changes.refusals import Refused, Stale
from organisations.models import Contact
from provider.models import MoneySettings, Provider

# A link outlives the quote, since the invoice is read and paid by it too.
LINK_DAYS = 90


def link_for(order: Order, funder: Contact) -> str:
    """The token of a new link for the funder's mailbox; it is mailed and kept nowhere."""
    _, token = FunderLink.make(email=funder.email, days=LINK_DAYS, order=order)
    return token


@transaction.atomic
def issue_quote(order: Order, *, funder: Contact, by: object) -> Quote:
    """Freeze what the order costs today and mail it to the funder. A quote that is out is superseded.

    Raises Refused with everything that is missing.
    """
    order = Order.locked(order.pk)
    if order.status == Order.Status.CANCELLED:
        raise Stale(f"Order {order.reference} was cancelled, so no quote was sent.")
    if order.is_funded:
        raise Stale(f"The funder has accepted a quote for order {order.reference}. No new one was sent.")
    settings = MoneySettings.load()
    lines = list(order.lines.all())
    missing = []
    if not lines:
        missing.append("Add at least one line to the order before you send a quote.")
    if not funder.email:
        missing.append(f"Enter an email address for {funder.name}: the quote goes there.")
    if funder.organisation_id not in (None, order.organisation_id):
        missing.append(f"Choose a funder at {order.organisation}: {funder.name} is at {funder.organisation}.")
    if missing:
        raise Refused(*missing)
    for line in lines:  # VAT is today's: a rate that changed since the line was added is not quoted
        rate = money.rate_of(line.vat_treatment, settings)
        if rate != line.vat_rate:
            line.vat_rate, line.vat = rate, money.vat_on(line.net, rate)
            line.save(update_fields=["vat_rate", "vat"])

    last = order.current_quote
    if last and last.status == Quote.Status.ISSUED:
        last.move_to("superseded", by=by)
    if last and last.funder_id != funder.pk:  # what the former funder was sent opens nothing more
        order.links.filter(revoked_at=None).update(revoked_at=timezone.now())
    order.funder = funder
    order.save(update_fields=["funder"])
    totals = money.bill(lines, settings)
    version = last.version + 1 if last else 1
    today = timezone.localdate()
    quote = Quote(
        order=order,
        version=version,
        reference=f"{order.reference}/{version}",
        funder=funder,
        net=totals.net,
        vat=totals.vat,
        total=totals.total,
        valid_until=today + timedelta(days=settings.quote_days),
    )
    snapshot = snapshots.of_quote(
        quote, issued_on=today, lines=lines, totals=totals, provider=Provider.load(), money=settings
    )
    quote.freeze(pdf=pdf.render(snapshot), snapshot=snapshot, by=by)
    record(order, "order.quoted", by=by, quote=quote.reference, total=str(quote.total))
    emails.quote_issued(quote, link_for(order, funder))
    announce("quote_issued", order.pk)
    return quote


def answerable(quote: Quote) -> Quote:
    """The quote as it is now, its order locked. Raises Stale when it can no longer be answered."""
    Order.locked(quote.order_id)
    quote = Quote.locked(quote.pk)
    if quote.status != Quote.Status.ISSUED:
        raise Stale(
            f"Quote {quote.reference} is no longer waiting for an answer "
            f"({quote.get_status_display().lower()}). Nothing was changed."
        )
    return quote


@transaction.atomic
def accept_quote(quote: Quote, *, purchase_order_number: str, by: object, name: str = "") -> Quote:
    """The funder agrees the cost. `name` is who agreed it, where that is not `by` themselves."""
    quote = answerable(quote)
    order = quote.order
    number = purchase_order_number.strip()
    missing = []
    if quote.is_expired:
        missing.append(
            f"This quote could be accepted until {quote.valid_until:%-d %B %Y}. Ask us for a new one."
        )
    if order.needs_purchase_order and not number:
        missing.append("Enter the purchase order number: we need it to send a correct invoice.")
    if missing:
        raise Refused(*missing)
    quote.move_to("accepted", by=by, answered_at=timezone.now(), answered_name=name or str(by or ""))
    order.purchase_order_number = number
    order.save(update_fields=["purchase_order_number"])
    record(order, "order.funded", by=by, quote=quote.reference, name=name, purchase_order_number=number)
    emails.quote_accepted(quote)
    announce("quote_accepted", order.pk)
    return quote


@transaction.atomic
def decline_quote(quote: Quote, *, reason: str, by: object, name: str = "") -> Quote:
    """The funder says no, and why."""
    quote = answerable(quote)
    quote.move_to(
        "declined",
        by=by,
        reason=reason,
        answered_at=timezone.now(),
        answered_name=name or str(by or ""),
        answer_reason=reason,
    )
    record(quote.order, "order.quote_declined", by=by, quote=quote.reference, reason=reason)
    announce("quote_declined", quote.order_id)
    return quote


@transaction.atomic
def withdraw_quote(quote: Quote, *, reason: str, by: object) -> Quote:
    """We take the quote back, so that the lines may change."""
    quote = answerable(quote)
    quote.move_to("withdrawn", by=by, reason=reason)
    record(quote.order, "order.quote_withdrawn", by=by, quote=quote.reference, reason=reason)
    return quote


@transaction.atomic
def send_new_link(order: Order) -> None:
    """Mail the funder a fresh link, as somebody on the order's page asked: one in ten minutes at most."""
    order = Order.locked(order.pk)
    recently = timezone.now() - timedelta(minutes=10)
    if order.funder is None or order.links.filter(created_at__gt=recently).exists():
        return
    emails.new_link(order, link_for(order, order.funder))
    record(order, "order.link_sent", by=None)


@transaction.atomic
def send_code(link: FunderLink) -> None:
    """Mail a six-digit code to the mailbox the link was made for. Raises Refused past five an hour."""
    emails.code(link, set_code(link))
