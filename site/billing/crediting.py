"""What crediting so much of some lines would come to, and what stands against it. Nothing here writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from billing import money
from billing.models import CreditNoteLine, Order, OrderLine
from changes.refusals import Refused
from provider.models import MoneySettings


@dataclass(frozen=True)
class Draft:
    """A credit note before it is one."""

    lines: list[CreditNoteLine]
    totals: money.Bill


def draft(order: Order, quantities: Mapping[int, Decimal], *, reason: str) -> Draft:
    """Credit so much of each line (by its pk). Raises Refused with everything that is wrong."""
    lines = {line.pk: line for line in order.lines.with_facts()}  # type: ignore[attr-defined]
    wrong = [] if reason.strip() else ["Say why it is credited: the credit note prints the reason."]
    if not quantities:
        wrong.append("Enter how many to credit of at least one line.")
    for pk, quantity in quantities.items():
        if why := _why_not(lines.get(pk), quantity):
            wrong.append(why)
    if wrong:
        raise Refused(*wrong)
    credited = [CreditNoteLine.of(line, quantities[pk]) for pk, line in lines.items() if pk in quantities]
    totals = money.bill(credited, MoneySettings.load())
    if not totals.total:
        raise Refused("This comes to £0.00, so there is nothing to credit.")
    return Draft(credited, totals)


def _why_not(line: OrderLine | None, quantity: Decimal) -> str:
    if line is None:
        return "One of these lines is not on the invoice. Open the order again and choose from its lines."
    if quantity <= 0:
        return f"{line.description}: enter a quantity above 0."
    if quantity > line.left.quantity:
        left = money.plain(line.left.quantity)
        return f"{line.description}: {money.plain(quantity)} is more than the {left} left to credit."
    if quantity != money.pounds(quantity):
        return f"{line.description}: enter a quantity with no more than two decimal places."
    return ""
