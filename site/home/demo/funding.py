"""The money of a demonstration case: quote, purchase order, invoice, payment."""

from __future__ import annotations

from decimal import Decimal

from django.utils import timezone

from billing import actions as billing
from billing.models import Order, Payment, Quote
from consultations import actions
from home.demo.case import Told, Until
from home.demo.clock import Story


def order_of(told: Told) -> Order:
    """The order behind a case that was quoted."""
    return Order.objects.get(consultation=told.consultation)


def quote_out(told: Told) -> Quote:
    """The quote that is with the funder."""
    return order_of(told).quotes.get(status=Quote.Status.ISSUED)


def agree(told: Told) -> Story:
    """From the first quote to the accepted one."""
    case, days = told.case, told.days
    coordinator, funder = told.cast.staff("coordinator"), told.cast.funder_of(case.who)

    def quote(price: Decimal | None = None) -> None:
        actions.ask_for_funding(
            told.fresh(), product=told.product, funder=funder, by=coordinator, unit_price=price
        )

    yield days.at(5, 11)
    quote(Decimal("1520.00") if case.first_quote == "withdrawn" else None)
    if case.first_quote == "withdrawn":
        yield days.at(5, 15)
        billing.withdraw_quote(quote_out(told), reason="The price was that of two meetings.", by=coordinator)
        quote()
    if case.first_quote == "superseded":  # it ran out before anybody answered, so it was sent anew
        yield days.at(39, 10)
        billing.issue_quote(order_of(told), funder=funder, by=coordinator)
    late = 34 if case.first_quote == "superseded" else 0
    if case.until == Until.QUOTED:
        return
    yield days.at(8 + late, 13)
    sent = quote_out(told)
    if case.until == Until.QUOTE_DECLINED:
        billing.decline_quote(sent, reason=told.tale.words["unfunded"], by=funder, name=funder.name)
        return
    number = f"PO-{days.random.randrange(40_000, 49_999)}"
    billing.accept_quote(sent, purchase_order_number=number, by=funder, name=funder.name)


def settle(told: Told) -> Story:
    """From the invoice to the last payment."""
    case, days, finance = told.case, told.days, told.cast.staff("finance")
    yield days.at(46, 10)
    invoice = billing.issue_invoice(order_of(told), by=finance)
    if not told.reached(Until.PAID) and not case.in_parts:
        return
    yield days.at(67, 9)
    amount = Decimal("600.00") if case.in_parts else invoice.total
    billing.record_payment(
        invoice,
        amount=amount,
        method=Payment.Method.BANK,
        received_on=timezone.localdate(),
        bank_reference=f"BACS {invoice.number}",
        by=finance,
    )
