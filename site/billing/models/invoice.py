"""What is owed, and the counter its number comes from."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from billing.models.facts import HALF_PENNY, Fact, sum_of, summed
from billing.models.order import Order
from billing.models.owing import Owing, balance_of, owing, says
from billing.models.quote import Quote
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
        from billing.models.credit import CreditNote
        from billing.models.payment import Payment

        return (
            self.annotate(
                credited=summed(CreditNote.objects.all(), "invoice", "total"),
                paid=summed(Payment.objects.all(), "invoice", "amount"),
            )
            .annotate(balance=balance_of("total"))
            .annotate(
                is_paid=says(Q(balance__lt=HALF_PENNY)),
                is_overdue=says(Q(balance__gte=HALF_PENNY, due_on__lt=timezone.localdate())),
                **owing("total"),
            )
        )


InvoiceManager = IssuedManager.from_queryset(InvoiceQuerySet)


class Invoice(Owing, IssuedDocument):
    """What an organisation owes us, as printed on the day it was issued. Never changed (R4): a mistake is put
    right by a credit note. Whether it is paid or overdue is read from its credit notes and payments.
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
    BILLED = "total"

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
    def credited(self) -> Decimal:
        return sum_of(self.credit_notes, "total")

    @Fact
    def paid(self) -> Decimal:
        """What came in, less what was sent back."""
        return sum_of(self.payments, "amount")

    @Fact
    def is_paid(self) -> bool:
        """Nothing is left to pay; `is_credited` says where that is so without a payment."""
        return self.balance <= 0

    @Fact
    def is_overdue(self) -> bool:
        return self.balance > 0 and self.due_on < timezone.localdate()
