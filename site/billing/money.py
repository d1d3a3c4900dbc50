"""Pounds, as they print (R12): Decimal, rounded half up per line, totals the sum of what is printed.

Nothing here knows a table. Pence exist in `billing/stripe.py` alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Protocol

from django.db.models import TextChoices

from provider.models import MoneySettings

PENNY = Decimal("0.01")
NOTHING = Decimal("0.00")


class Vat(TextChoices):
    """How a product is treated for VAT, as the service's tax adviser set it."""

    STANDARD = "standard", "Standard rate"
    ZERO = "zero", "Zero rate"
    EXEMPT = "exempt", "Exempt"
    OUTSIDE = "outside", "Outside the scope"


def pounds(amount: Decimal) -> Decimal:
    """To the penny, a half penny up: what HMRC allows for each line (VAT Notice 700, 17.5)."""
    return amount.quantize(PENNY, rounding=ROUND_HALF_UP)


def rate_of(treatment: str, settings: MoneySettings) -> Decimal:
    """The rate in per cent that `treatment` carries today."""
    return settings.vat_rate if treatment == Vat.STANDARD else NOTHING


def net_of(quantity: Decimal, unit_price: Decimal) -> Decimal:
    """A line before VAT."""
    return pounds(quantity * unit_price)


def vat_on(net: Decimal, rate: Decimal) -> Decimal:
    """The VAT on a printed net amount, at `rate` per cent."""
    return pounds(net * rate / 100)


@dataclass(frozen=True)
class Left:
    """What is left of a line after the credits so far."""

    quantity: Decimal
    net: Decimal
    vat: Decimal


class Sold(Protocol):
    """What crediting a part needs to know of a line."""

    unit_price: Decimal
    vat_rate: Decimal


def part_of(line: Sold, quantity: Decimal, left: Left) -> tuple[Decimal, Decimal]:
    """Net and VAT of a part of a line, each rounded half up as on a line of its own, never more than is left.

    The last part takes the rest, so the parts of a line always come to exactly the line (R12).
    """
    if quantity == left.quantity:
        return left.net, left.vat
    net = min(net_of(quantity, line.unit_price), left.net)
    return net, min(vat_on(net, line.vat_rate), left.vat)


def plain(number: Decimal) -> str:
    """A quantity or a rate as people write it: 2, 1.5, 17.5 (never 2E+1)."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def units(quantity: Decimal, unit: str) -> str:
    """What so many are called: session, sessions. Units are nouns that take an s, as the product's form asks."""
    return unit if quantity == 1 else f"{unit}s"


def wording_of(treatment: str, rate: Decimal, settings: MoneySettings) -> str:
    """What the invoice prints beside a VAT amount. A blank setting falls back to the treatment's name."""
    if treatment == Vat.STANDARD:
        return f"VAT at {plain(rate)}%"
    words = {
        Vat.ZERO.value: settings.zero_wording,
        Vat.EXEMPT.value: settings.exempt_wording,
        Vat.OUTSIDE.value: settings.outside_wording,
    }
    return words[treatment] or Vat(treatment).label


class Line(Protocol):
    """What a bill needs to know of a line."""

    net: Decimal
    vat: Decimal

    @property
    def vat_treatment(self) -> str: ...

    @property
    def vat_rate(self) -> Decimal: ...


@dataclass(frozen=True)
class VatLine:
    """One VAT treatment of a bill: the net it covers and the VAT on it, each a sum of printed amounts."""

    treatment: str
    rate: Decimal
    wording: str
    net: Decimal
    vat: Decimal


@dataclass(frozen=True)
class Bill:
    """What stands under the lines of a quote or an invoice."""

    vat_lines: tuple[VatLine, ...]
    net: Decimal
    vat: Decimal
    total: Decimal


def bill(lines: Iterable[Line], settings: MoneySettings) -> Bill:
    """Add up lines that are already rounded: nothing is rounded here, so every total is a true sum."""
    by_vat: dict[tuple[str, Decimal], list[Decimal]] = {}
    for line in lines:
        sums = by_vat.setdefault((line.vat_treatment, line.vat_rate), [NOTHING, NOTHING])
        sums[0] += line.net
        sums[1] += line.vat
    order = Vat.values
    vat_lines = tuple(
        VatLine(treatment, rate, wording_of(treatment, rate, settings), net, vat)
        for (treatment, rate), (net, vat) in sorted(
            by_vat.items(), key=lambda item: (order.index(item[0][0]), -item[0][1])
        )
    )
    net = sum((v.net for v in vat_lines), NOTHING)
    vat = sum((v.vat for v in vat_lines), NOTHING)
    return Bill(vat_lines, net, vat, net + vat)
