"""What is owed, and the counter its number comes from."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q, Sum
from django.urls import reverse
from django.utils import timezone

from billing.models.facts import AMOUNT, HALF_PENNY, Fact, summed
from billing.models.order import Order
from billing.models.quote import Quote
from billing.money import NOTHING
from vault.models import IssuedDocument, IssuedManager, IssuedQuerySet


class Counter(models.Model):
    """The last number given. Its row is locked by the issuing transaction until that ends, so numbers are
    consecutive, and one that is rolled back is given again: no gap, no repeat (R5). A database sequence
    promises neither.
    """

    name = models.CharField(max_length=20, primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name}: {self.last}"

    @classmethod
    def next(cls, name: str) -> int:
        """The next number. Call it inside the transaction that issues what carries it, as late as can be."""
        cls._default_manager.get_or_create(name=name)
        counter = cls._default_manager.select_for_update().get(name=name)
        counter.last += 1
        counter.save(update_fields=["last"])
        return counter.last


class InvoiceQuerySet(IssuedQuerySet):
    def with_facts(self) -> Self:
        """Every fact of `Invoice`, for a list, in the one query."""
        from billing.models.payment import Payment

        return (
            self.annotate(paid=summed(Payment.objects.all(), "invoice", "amount"))
            .annotate(balance=models.ExpressionWrapper(F("total") - F("paid"), output_field=AMOUNT))
            .annotate(
                is_paid=models.ExpressionWrapper(
                    Q(balance__lt=HALF_PENNY), output_field=models.BooleanField()
                ),
                is_overdue=models.ExpressionWrapper(
                    Q(balance__gte=HALF_PENNY, due_on__lt=timezone.localdate()),
                    output_field=models.BooleanField(),
                ),
            )
        )


InvoiceManager = IssuedManager.from_queryset(InvoiceQuerySet)


class Invoice(IssuedDocument):
    """What an organisation owes us, as printed on the day it was issued. Never changed (R4): a mistake is put
    right by a credit note. Whether it is paid or overdue is read from its payments.
    """

    order = models.ForeignKey(Order, models.PROTECT, related_name="invoices")
    quote = models.ForeignKey(Quote, models.PROTECT, related_name="invoices")
    number = models.CharField(max_length=20, unique=True)
    purchase_order_number = models.CharField(max_length=60, blank=True)
    issued_on = models.DateField(help_text="The date it prints, and its tax point.")
    due_on = models.DateField()
    net = models.DecimalField(max_digits=12, decimal_places=2)
    vat = models.DecimalField(max_digits=12, decimal_places=2)
    total = models.DecimalField(max_digits=12, decimal_places=2)

    MAY_CHANGE: ClassVar[frozenset[str]] = frozenset()

    objects: ClassVar[Any] = InvoiceManager()

    class Meta(IssuedDocument.Meta):
        abstract = False
        ordering = ["-issued_on", "-pk"]

    def __str__(self) -> str:
        return self.number

    def reference_name(self) -> str:
        """Names the download: references only (R8)."""
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("billing:invoice_pdf", args=[self.order.reference, self.number])

    @Fact
    def paid(self) -> Decimal:
        return self.payments.aggregate(sum=Sum("amount"))["sum"] or NOTHING

    @Fact
    def balance(self) -> Decimal:
        """What is left to pay; below nothing when too much was paid."""
        return self.total - self.paid

    @Fact
    def is_paid(self) -> bool:
        return self.balance <= 0

    @Fact
    def is_overdue(self) -> bool:
        return self.balance > 0 and self.due_on < timezone.localdate()
