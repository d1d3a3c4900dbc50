"""Money that came in, and what was sent back."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models

from billing.models.card import Checkout
from billing.models.invoice import Invoice
from billing.money import NOTHING


class Payment(models.Model):
    """A sum received against one invoice; below nothing, a sum sent back. Recorded once and never edited."""

    class Method(models.TextChoices):
        BANK = "bank", "Bank transfer"
        CARD = "card", "Card"

    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="payments")
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    method = models.CharField(max_length=4, choices=Method)
    received_on = models.DateField()
    bank_reference = models.CharField(
        max_length=100, blank=True, help_text="What the bank statement, or Stripe, calls it."
    )
    checkout = models.OneToOneField(
        Checkout, models.PROTECT, null=True, blank=True, related_name="payment", editable=False
    )
    recorded_at = models.DateTimeField(auto_now_add=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-received_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(amount=0), name="payment_not_nothing"),
        ]

    def __str__(self) -> str:
        return f"£{abs(self.amount):,.2f} {'back ' if self.is_refund else ''}for {self.invoice}"

    @property
    def is_refund(self) -> bool:
        return self.amount < 0

    @property
    def refunded(self) -> Decimal:
        """What was sent back, above nothing."""
        return max(-self.amount, NOTHING)
