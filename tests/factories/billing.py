"""Orders and what hangs from them, made by the real actions."""

from __future__ import annotations

from decimal import Decimal
from itertools import count
from typing import Any

from billing import actions
from billing.models import CreditNote, Invoice, Order, Product, Quote
from organisations.models import Contact, Organisation

_numbers = count(1)


def product(**fields: Any) -> Product:
    given: dict[str, Any] = {
        "name": f"Consultation {next(_numbers)}",
        "unit": "consultation",
        "unit_price": Decimal("1250.00"),
        "vat_treatment": "standard",
        **fields,
    }
    return Product.objects.create(**given)


def funder_of(organisation: Organisation) -> Contact:
    found = Contact.objects.filter(organisation=organisation, email="funder@example.gov.uk").first()
    return found or Contact.objects.create(
        name="Morgan Field", email="funder@example.gov.uk", organisation=organisation
    )


def order(organisation: Organisation, *, lines: int = 1, title: str = "Consultation C-26-7K4M") -> Order:
    made = actions.open_order(organisation=organisation, title=title, by=None)
    for _ in range(lines):
        actions.add_line(made, product=product(), quantity=1, by=None)
    return made


def quote(organisation: Organisation, *, lines: int = 1) -> Quote:
    return actions.issue_quote(order(organisation, lines=lines), funder=funder_of(organisation), by=None)


def accepted(organisation: Organisation, *, lines: int = 1) -> Quote:
    made = quote(organisation, lines=lines)
    return actions.accept_quote(made, purchase_order_number="PO-1", name="Morgan Field", by=made.funder)


def invoice(organisation: Organisation, *, lines: int = 1) -> Invoice:
    return actions.issue_invoice(accepted(organisation, lines=lines).order, by=None)


def credit_note(invoice: Invoice, quantity: str = "1", *, reason: str = "Not used") -> CreditNote:
    """Credit so much of the invoice's first line."""
    first = invoice.order.lines.all()[0]
    return actions.issue_credit_note(
        invoice, quantities={first.pk: Decimal(quantity)}, reason=reason, by=None
    )
