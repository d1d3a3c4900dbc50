"""Paying by card: what we asked Stripe for and what Stripe told us."""

from __future__ import annotations

import uuid

from django.db import models

from billing.models.invoice import Invoice


class Checkout(models.Model):
    """One Stripe Checkout Session for the balance of an invoice.

    The row, with its idempotency key, is there before Stripe is called: after a crash or a double click the
    same key is sent again, and Stripe answers with the same session (R10).
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="checkouts")
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    session_id = models.CharField(max_length=255, unique=True, null=True, blank=True)
    url = models.URLField(max_length=2000, blank=True)
    started_at = models.DateTimeField(auto_now_add=True)
    expired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-started_at", "-pk"]

    def __str__(self) -> str:
        return f"Checkout of {self.invoice}"


class StripeEvent(models.Model):
    """An event Stripe sent, kept in the transaction that acted on it: a repeat does nothing (R10)."""

    event_id = models.CharField(max_length=255, unique=True)
    kind = models.CharField(max_length=100)
    outcome = models.CharField(max_length=200)
    received_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-received_at"]

    def __str__(self) -> str:
        return f"{self.kind} {self.event_id}"
