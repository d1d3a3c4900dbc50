"""What a quote, an invoice or a credit note prints, as plain data: kept at issue, all that its PDF is made from (R4).

Amounts are strings of Decimal pounds. A snapshot names organisations and references, never a case (R9).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from billing.crediting import Draft
from billing.models import CreditNote, CreditNoteLine, Invoice, Order, OrderLine, Quote
from billing.money import Bill, Vat, plain, units
from organisations.models import Contact
from provider.models import MoneySettings, Provider

Snapshot = dict[str, Any]


def _line(line: OrderLine) -> Snapshot:
    return {
        "position": line.position,
        "description": line.description,
        "quantity": plain(line.quantity),
        "unit": units(line.quantity, line.unit),
        "unit_price": str(line.unit_price),
        "vat_treatment": line.vat_treatment,
        "vat_rate": f"{plain(line.vat_rate)}%" if line.vat_treatment == Vat.STANDARD else short(line),
        "net": str(line.net),
        "vat": str(line.vat),
    }


def _credited(part: CreditNoteLine) -> Snapshot:
    """The line as it was invoiced, with what is credited of it."""
    return _line(part.line) | {
        "quantity": plain(part.quantity),
        "unit": units(part.quantity, part.line.unit),
        "net": str(part.net),
        "vat": str(part.vat),
    }


def short(line: OrderLine) -> str:
    """The few letters the VAT column has room for."""
    words = {Vat.ZERO.value: "0%", Vat.EXEMPT.value: "Exempt", Vat.OUTSIDE.value: "Outside"}
    return words[line.vat_treatment]


def _common(
    kind: str,
    title: str,
    reference: str,
    issued_on: date,
    order: Order,
    funder: Contact,
    lines: list[Snapshot],
    totals: Bill,
    provider: Provider,
    money: MoneySettings,
) -> Snapshot:
    return {
        "kind": kind,
        "title": f"{title} {reference}",
        "reference": reference,
        "issued_on": issued_on.isoformat(),
        "provider": {
            "name": provider.name,
            "legal_name": money.legal_name,
            "address": provider.address,
            "email": provider.email,
            "phone": provider.phone,
            "vat_number": money.vat_number,
        },
        "order": {"reference": order.reference, "title": order.title},
        "to": {
            "organisation": order.organisation.name,
            "address": order.organisation.address,
            "name": funder.name,
        },
        "lines": lines,
        "vat_lines": [
            {"treatment": v.treatment, "wording": v.wording, "net": str(v.net), "vat": str(v.vat)}
            for v in totals.vat_lines
        ],
        "net": str(totals.net),
        "vat": str(totals.vat),
        "total": str(totals.total),
    }


def of_quote(
    quote: Quote,
    *,
    issued_on: date,
    lines: Iterable[OrderLine],
    totals: Bill,
    provider: Provider,
    money: MoneySettings,
) -> Snapshot:
    return {
        **_common(
            "quote",
            "Quote",
            quote.reference,
            issued_on,
            quote.order,
            quote.funder,
            [_line(line) for line in lines],
            totals,
            provider,
            money,
        ),
        "version": quote.version,
        "valid_until": quote.valid_until.isoformat(),
        "needs_purchase_order": quote.order.needs_purchase_order,
        "payment_days": money.payment_days,
    }


def of_invoice(
    invoice: Invoice, *, lines: Iterable[OrderLine], totals: Bill, provider: Provider, money: MoneySettings
) -> Snapshot:
    return {
        **_common(
            "invoice",
            "Invoice",
            invoice.number,
            invoice.issued_on,
            invoice.order,
            invoice.quote.funder,
            [_line(line) for line in lines],
            totals,
            provider,
            money,
        ),
        "quote": invoice.quote.reference,
        "purchase_order_number": invoice.purchase_order_number,
        "due_on": invoice.due_on.isoformat(),
        "payment_days": money.payment_days,
        "bank": {
            "bank_name": money.bank_name,
            "account_name": money.account_name,
            "sort_code": money.sort_code,
            "account_number": money.account_number,
            "reference": invoice.number,
        },
        "accepted_name": invoice.quote.answered_name,
    }


def of_credit_note(note: CreditNote, *, drafted: Draft, provider: Provider, money: MoneySettings) -> Snapshot:
    invoice = note.invoice
    return {
        **_common(
            "credit_note",
            "Credit note",
            note.number,
            note.issued_on,
            note.order,
            invoice.quote.funder,
            [_credited(part) for part in drafted.lines],
            drafted.totals,
            provider,
            money,
        ),
        "invoice": {"number": invoice.number, "issued_on": invoice.issued_on.isoformat()},
        "purchase_order_number": invoice.purchase_order_number,
        "reason": note.reason,
    }


def amount(snapshot: Snapshot, name: str) -> Decimal:
    """An amount of a snapshot, as a number again."""
    return Decimal(snapshot[name])
