"""A trade of the tests' own, so that the vault's abstract bases can be tried without an upper floor."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from changes.models import Stateful
from vault.models import Document, IssuedDocument


class Paper(Document):
    """An upload."""

    reference = models.CharField(max_length=20, default="T-26-2222")

    objects: ClassVar[models.Manager[Paper]] = models.Manager()

    class Meta:
        app_label = "cabinet"

    def __str__(self) -> str:
        return self.reference

    def reference_name(self) -> str:
        return f"{self.reference} paper {self.pk}"


class Deed(IssuedDocument, Stateful):
    """Something issued, with a decision about it afterwards."""

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        ISSUED = "issued", "Issued"
        ACCEPTED = "accepted", "Accepted"

    TRANSITIONS: ClassVar[dict[str, set[str]]] = {
        Status.DRAFT: {Status.ISSUED},
        Status.ISSUED: {Status.ACCEPTED},
    }
    MAY_CHANGE = frozenset({"status", "purchase_order_number"})

    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    total = models.DecimalField(max_digits=10, decimal_places=2, default=0)
    purchase_order_number = models.CharField(max_length=40, blank=True)

    class Meta(IssuedDocument.Meta):
        app_label = "cabinet"

    def __str__(self) -> str:
        return f"Deed {self.pk}"

    def reference_name(self) -> str:
        return f"T-26-2222 deed {self.pk}"
