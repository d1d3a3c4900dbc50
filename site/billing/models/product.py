"""What can be bought."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models

from billing.money import Vat


class Product(models.Model):
    """Something with a price: a consultation, a training day. A changed price reaches new lines only."""

    name = models.CharField(max_length=120, unique=True)
    description = models.CharField(
        max_length=500, blank=True, help_text="What the quote and invoice print under the name."
    )
    unit = models.CharField(max_length=40, help_text="What one of it is: consultation, day, place.")
    unit_price = models.DecimalField(
        "price of one, before VAT",
        max_digits=10,
        decimal_places=2,
        validators=[MinValueValidator(Decimal("0"), message="Enter a price of £0 or more.")],
    )
    vat_treatment = models.CharField("VAT", max_length=10, choices=Vat, default=Vat.STANDARD)
    is_active = models.BooleanField("on sale", default=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=models.Q(unit_price__gte=0), name="product_price_not_negative"),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def sold_by_the(cls, unit: str) -> Product | None:
        """What is on sale by the consultation, session or day: what a quote for one begins with."""
        return cls.objects.filter(is_active=True, unit__iexact=unit).first()
