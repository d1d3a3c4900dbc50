"""What it will cost, put to the person who holds the budget."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.links import ScopedLink
from billing.models.order import Order
from changes.models import Stateful
from organisations.models import Contact
from vault.models import IssuedDocument


class Quote(Stateful, IssuedDocument):  # type: ignore[django-manager-missing]
    """One version of the cost of an order. What it printed is frozen (R4): a new price is a new version.

    issued: with the funder, who may accept it until `valid_until`.
    accepted: the funder agreed the cost; the order is funded and its lines stand.
    declined: the funder said no, with a reason.
    withdrawn: we took it back, or the order was cancelled.
    superseded: a newer version took its place.
    """

    class Status(models.TextChoices):
        ISSUED = "issued", "Waiting for the funder"
        ACCEPTED = "accepted", "Accepted"
        DECLINED = "declined", "Declined"
        WITHDRAWN = "withdrawn", "Withdrawn"
        SUPERSEDED = "superseded", "Replaced by a newer quote"

    TRANSITIONS: ClassVar[dict[str, set[str]]] = {
        "issued": {"accepted", "declined", "withdrawn", "superseded"}
    }
    # The answer is a decision about the quote, not part of what it printed.
    MAY_CHANGE: ClassVar[frozenset[str]] = frozenset(
        {"status", "answered_at", "answered_name", "answer_reason"}
    )

    order = models.ForeignKey(Order, models.PROTECT, related_name="quotes")
    version = models.PositiveSmallIntegerField()
    reference = models.CharField(max_length=16, unique=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.ISSUED, editable=False)
    funder = models.ForeignKey(Contact, models.PROTECT, related_name="quotes")
    net = models.DecimalField(max_digits=12, decimal_places=2)
    vat = models.DecimalField(max_digits=12, decimal_places=2)
    total = models.DecimalField(max_digits=12, decimal_places=2)
    valid_until = models.DateField(help_text="The last day it can be accepted.")
    answered_at = models.DateTimeField(null=True, blank=True, editable=False)
    answered_name = models.CharField("answered by", max_length=150, blank=True, editable=False)
    answer_reason = models.TextField("reason for declining", blank=True, editable=False)

    class Meta(IssuedDocument.Meta):
        abstract = False
        ordering = ["-issued_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["order", "version"], name="one_quote_a_version"),
            models.UniqueConstraint(
                fields=["order"], condition=Q(status="issued"), name="one_open_quote_an_order"
            ),
            models.UniqueConstraint(
                fields=["order"], condition=Q(status="accepted"), name="one_accepted_quote_an_order"
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_expired(self) -> bool:
        """Nobody answered in time. It stays where it is until a new quote takes its place."""
        return self.status == self.Status.ISSUED and self.valid_until < timezone.localdate()

    @property
    def can_be_answered(self) -> bool:
        return self.status == self.Status.ISSUED and not self.is_expired

    def reference_name(self) -> str:
        """Names the download: references only (R8)."""
        return self.reference.replace("/", "-")

    def get_absolute_url(self) -> str:
        return reverse("billing:quote_pdf", args=[self.order.reference, self.version])


class FunderLink(ScopedLink):
    """Opens one order to the mailbox of the person who pays, who needs no account."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="links")
