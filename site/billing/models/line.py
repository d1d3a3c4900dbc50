"""One thing on an order, and what is left of it after credits."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from billing.models.facts import Fact, sum_of, summed
from billing.models.order import Order
from billing.models.product import Product
from billing.money import Left, Vat, units


class OrderLineQuerySet(models.QuerySet["OrderLine"]):
    def with_facts(self) -> Self:
        """Every fact of `OrderLine`, for a list, in the one query."""
        from billing.models.credit import CreditNoteLine

        credits = CreditNoteLine.objects.all()
        return self.annotate(
            credited_quantity=summed(credits, "line", "quantity"),
            credited_net=summed(credits, "line", "net"),
            credited_vat=summed(credits, "line", "vat"),
        )


class OrderLine(models.Model):
    """One thing bought. Net and VAT are kept as they print, each rounded half up (R12)."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    description = models.CharField(max_length=500)
    unit = models.CharField(max_length=40)
    quantity = models.DecimalField(max_digits=8, decimal_places=2)
    unit_price = models.DecimalField(max_digits=10, decimal_places=2)
    vat_treatment = models.CharField(max_length=10, choices=Vat)
    vat_rate = models.DecimalField(max_digits=5, decimal_places=2)
    net = models.DecimalField(max_digits=12, decimal_places=2)
    vat = models.DecimalField(max_digits=12, decimal_places=2)

    objects: ClassVar[models.Manager[OrderLine]] = OrderLineQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["order", "position"]
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="one_line_a_position"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="line_quantity_above_nothing"),
            models.CheckConstraint(condition=Q(unit_price__gte=0), name="line_price_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.order} line {self.position}"

    @property
    def units(self) -> str:
        """What its quantity is called: session, sessions."""
        return units(self.quantity, self.unit)

    @Fact
    def credited_quantity(self) -> Decimal:
        return sum_of(self.credits, "quantity")

    @Fact
    def credited_net(self) -> Decimal:
        return sum_of(self.credits, "net")

    @Fact
    def credited_vat(self) -> Decimal:
        return sum_of(self.credits, "vat")

    @property
    def left(self) -> Left:
        """What has not been credited."""
        return Left(
            self.quantity - self.credited_quantity,
            self.net - self.credited_net,
            self.vat - self.credited_vat,
        )
