"""What the demonstration sells. Prices are invented; who we are and our bank are told with the pages."""

from __future__ import annotations

from decimal import Decimal

from billing.models import Product
from billing.money import Vat

CONSULTATION = "Consultation on a case"
PRODUCTS: list[tuple[str, str, str, str, str]] = [
    (
        CONSULTATION,
        "consultation",
        "1250.00",
        Vat.STANDARD,
        "Consultation on a case: reading, one meeting with the network, written recommendations",
    ),
    (
        "Batch consultation session",
        "session",
        "420.00",
        Vat.STANDARD,
        "One session of a batch consultation for a team",
    ),
    ("Bespoke team work", "day", "1380.00", Vat.STANDARD, "Bespoke work with a team, by the day"),
]


def build_products() -> Product:
    """Everything on sale; the one-off consultation is handed back."""
    for name, unit, price, vat, description in PRODUCTS:
        Product.objects.get_or_create(
            name=name,
            defaults={
                "unit": unit,
                "unit_price": Decimal(price),
                "vat_treatment": vat,
                "description": description,
            },
        )
    return Product.objects.get(name=CONSULTATION)
