"""Where an order stands, in one sentence for its funder, and whose turn it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse

from billing.models import CreditNote, Invoice, Order, Quote
from design.templatetags.design import pounds


@dataclass(frozen=True)
class Turn:
    sentence: str
    yours: bool = False
    done: bool = False
    until: date | None = None
    until_label: str = "By"
    label: str = ""
    href: str = ""


# Further down on the same page.
HOW_TO_PAY: dict[str, Any] = {"label": "See how to pay", "href": "#bank-transfer"}


def turn(order: Order, quote: Quote | None, invoice: Invoice | None) -> Turn:
    if order.status == Order.Status.CANCELLED:
        return Turn("This order was cancelled. There is nothing to pay.", done=True)
    if invoice is not None:
        return _of_invoice(invoice)
    if quote is None:
        return Turn("We are working out the cost. We will email the funder a quote.")
    return _of_quote(order, quote)


def _of_invoice(invoice: Invoice) -> Turn:
    if invoice.is_owed_back:
        return Turn(
            f"We owe you {pounds(invoice.owed_back)} for invoice {invoice.number}. We send it by bank transfer and "
            "email you when it is on its way."
        )
    if invoice.is_credited:
        return Turn(f"Invoice {invoice.number} is credited in full. There is nothing to pay.", done=True)
    if invoice.is_paid:
        return Turn(f"Invoice {invoice.number} is paid. Thank you: there is nothing more to do.", done=True)
    left = f"£{invoice.balance:,.2f}"
    if invoice.is_overdue:
        return Turn(
            f"Please pay {left} for invoice {invoice.number} now. If it is on its way, you need do nothing.",
            yours=True,
            until=invoice.due_on,
            until_label="It was to be paid by",
            **HOW_TO_PAY,
        )
    said = f"Please pay {left} for invoice {invoice.number}."
    return Turn(said, yours=True, until=invoice.due_on, **HOW_TO_PAY)


def _of_quote(order: Order, quote: Quote) -> Turn:
    if quote.can_be_answered:
        return Turn(
            f"Please accept or decline the cost of {order.title}.",
            yours=True,
            until=quote.valid_until,
            label="Accept the quote",
            href=reverse("billing:accept", args=[order.reference]),
        )
    if quote.is_expired:
        return Turn(
            f"Quote {quote.reference} could be accepted until {quote.valid_until:%-d %B %Y}. "
            "Call or email us for a new one."
        )
    said = {
        Quote.Status.ACCEPTED.value: "The cost is agreed. The invoice follows by email.",
        Quote.Status.DECLINED.value: "The quote was declined. Call or email us to talk about it.",
        Quote.Status.WITHDRAWN.value: "We have taken this quote back. We email you if a new one follows.",
    }
    return Turn(said.get(quote.status, "A newer quote has taken the place of this one."))


def _day(day: date) -> str:
    return f"{day:%-d %B %Y}"


def facts(order: Order, quote: Quote | None, invoice: Invoice | None) -> list[dict[str, Any]]:
    """The rows of the summary list. References and money, never anything of a case (R9)."""
    rows: list[dict[str, Any]] = [
        {"key": "For", "value": order.title},
        {"key": "Organisation", "value": order.organisation.name},
    ]
    if order.funder:
        rows.append({"key": "Funder", "value": order.funder.name})
    if quote:
        rows.append({"key": "Quote", "value": f"{quote.reference}: {quote.get_status_display()}"})
        if quote.status == Quote.Status.ISSUED:
            rows.append({"key": "Accept by", "value": _day(quote.valid_until)})
        if quote.answered_at:
            who = f", {quote.answered_name}" if quote.answered_name else ""
            rows.append({"key": "Answered", "value": f"{_day(quote.answered_at)}{who}"})
    if order.purchase_order_number:
        rows.append({"key": "Purchase order", "value": order.purchase_order_number})
    if invoice:
        rows.append({"key": "Invoice", "value": f"{invoice.number}, {_day(invoice.issued_on)}"})
    return rows


def sums(
    paper: dict[str, Any], invoice: Invoice | None, credit_notes: Iterable[CreditNote]
) -> list[dict[str, str]]:
    """What stands under the lines, as printed; then what has been credited, paid and sent back, and what is left."""

    def row(key: str, amount: Decimal) -> dict[str, str]:
        return {"key": key, "value": pounds(amount)}

    rows = [row("Before VAT", Decimal(paper["net"]))]
    rows += [row(vat["wording"], Decimal(vat["vat"])) for vat in paper["vat_lines"]]
    rows.append(row("Total including VAT", Decimal(paper["total"])))
    if invoice is not None:
        for note in credit_notes:
            rows.append(row(f"Credited ({note.number})", note.total))
        for paid in invoice.payments.all():
            how = f"{paid.get_method_display().lower()}, {_day(paid.received_on)}"
            rows.append(row(f"{'Sent back' if paid.is_refund else 'Paid'} by {how}", abs(paid.amount)))
        if invoice.is_owed_back:
            rows.append(row("We owe you", invoice.owed_back))
        else:
            rows.append(row("Left to pay", invoice.balance))
    return rows
