"""What is taken off an invoice after it was issued."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse

from billing.models.invoice import Invoice
from billing.models.line import OrderLine
from billing.models.order import Order
from billing.money import part_of, units
from vault.models import Frozen, IssuedDocument


class CreditNote(IssuedDocument):
    """Takes something off an invoice, which itself never changes (R4). One that was wrong is not taken back:
    what is owed after all is invoiced anew. Regulation 15C of the VAT Regulations 1995 says what it must print.
    """

    order = models.ForeignKey(Order, models.PROTECT, related_name="credit_notes")
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="credit_notes")
    number = models.CharField(max_length=20, unique=True)
    issued_on = models.DateField(help_text="The date it prints, and its tax point.")
    reason = models.CharField(max_length=500)
    net = models.DecimalField(max_digits=12, decimal_places=2)
    vat = models.DecimalField(max_digits=12, decimal_places=2)
    total = models.DecimalField(max_digits=12, decimal_places=2)

    MAY_CHANGE: ClassVar[frozenset[str]] = frozenset()

    class Meta(IssuedDocument.Meta):
        abstract = False
        ordering = ["-issued_on", "-pk"]

    def __str__(self) -> str:
        return self.number

    def reference_name(self) -> str:
        """Names the download: references only (R8)."""
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("billing:credit_note_pdf", args=[self.order.reference, self.number])


class CreditNoteLineQuerySet(models.QuerySet["CreditNoteLine"]):
    """Part of an issued document: written once (R4)."""

    def update(self, **values: Any) -> int:
        raise Frozen("credit note")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise Frozen("credit note")


class CreditNoteLine(models.Model):
    """How much of one line of the order is credited, and what that comes to, as printed (R12)."""

    credit_note = models.ForeignKey(CreditNote, models.PROTECT, related_name="lines")
    line = models.ForeignKey(OrderLine, models.PROTECT, related_name="credits")
    quantity = models.DecimalField(max_digits=8, decimal_places=2)
    net = models.DecimalField(max_digits=12, decimal_places=2)
    vat = models.DecimalField(max_digits=12, decimal_places=2)

    objects: ClassVar[models.Manager[CreditNoteLine]] = CreditNoteLineQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        base_manager_name = "objects"
        ordering = ["credit_note", "line__position"]
        constraints = [
            models.UniqueConstraint(fields=["credit_note", "line"], name="one_credit_a_line"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="credit_quantity_above_nothing"),
            models.CheckConstraint(condition=Q(net__gte=0, vat__gte=0), name="credit_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.credit_note} of {self.line}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise Frozen("credit note")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise Frozen("credit note")

    @classmethod
    def of(cls, line: OrderLine, quantity: Decimal) -> CreditNoteLine:
        """The credit of `quantity` of a line, at what it comes to; not saved."""
        net, vat = part_of(line, quantity, line.left)
        return cls(line=line, quantity=quantity, net=net, vat=vat)

    @property
    def units(self) -> str:
        return units(self.quantity, self.line.unit)

    @property
    def vat_treatment(self) -> str:
        return self.line.vat_treatment

    @property
    def vat_rate(self) -> Decimal:
        return self.line.vat_rate
