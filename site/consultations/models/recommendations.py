"""The report: written by one clinician, signed off by another, frozen when issued."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from changes.models import Stateful
from consultations.models.consultation import Consultation
from vault.fields import EncryptedTextField
from vault.models import IssuedDocument


class Recommendations(Stateful, IssuedDocument):
    """One version of the report on one consultation.

    * **Draft**: its author writes.
    * **In review**: waits for a second clinician.
    * **Signed off**: a clinician other than the author agrees with every word; not sent yet.
    * **Issued**: frozen, with its PDF and hash, readable by the named people (R4).
    """

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        IN_REVIEW = "in_review", "In review"
        SIGNED_OFF = "signed_off", "Signed off"
        ISSUED = "issued", "Issued"

    TRANSITIONS = {
        Status.DRAFT: {Status.IN_REVIEW},
        Status.IN_REVIEW: {Status.DRAFT, Status.SIGNED_OFF},
        Status.SIGNED_OFF: {Status.ISSUED, Status.DRAFT},
    }

    LOGGED = {
        Status.DRAFT: "Recommendations sent back to their author",
        Status.IN_REVIEW: "Recommendations sent for review",
        Status.SIGNED_OFF: "Recommendations signed off",
        Status.ISSUED: "Recommendations issued",
    }

    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="reports", editable=False)
    version = models.PositiveSmallIntegerField(default=1, editable=False)
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT, editable=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    signed_off_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    signed_off_at = models.DateTimeField(null=True, editable=False)
    review_note = EncryptedTextField(blank=True, editable=False)  # what the second clinician asked to change
    background = EncryptedTextField("what we read", blank=True)
    network_view = EncryptedTextField("what the network told us", blank=True)
    formulation = EncryptedTextField("our understanding", blank=True)
    suitability = EncryptedTextField("whether assessment or intervention would suit", blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta(IssuedDocument.Meta):
        abstract = False
        ordering = ["version"]
        verbose_name = verbose_name_plural = "recommendations"
        constraints = [
            models.UniqueConstraint(fields=["consultation", "version"], name="report_version_once"),
            models.CheckConstraint(
                condition=~models.Q(signed_off_by=models.F("author")), name="nobody_signs_off_their_own_draft"
            ),
        ]
        permissions = [
            ("write_recommendations", "Can write recommendations"),
            ("sign_off_recommendations", "Can sign off another clinician's recommendations"),
        ]

    def __str__(self) -> str:
        return f"Recommendations {self.consultation.reference}, version {self.version}"

    def reference_name(self) -> str:
        return f"{self.consultation.reference}-recommendations-{self.version}"

    @property
    def is_issued(self) -> bool:
        return self.status == self.Status.ISSUED

    @property
    def is_signed_off(self) -> bool:
        return self.signed_off_by_id not in {None, self.author_id} and self.status in {
            self.Status.SIGNED_OFF,
            self.Status.ISSUED,
        }

    def unfinished(self) -> list[str]:
        """What a second clinician would send straight back."""
        missing = []
        parts = {"what we read": self.background, "our understanding": self.formulation}
        missing += [f"Write “{name}”." for name, text in parts.items() if not text.strip()]
        if not self.suitability.strip():
            missing.append("Say whether assessment or intervention would suit.")
        if not self.items.all():
            missing.append("Add at least one recommendation.")
        for number, item in enumerate(self.items.all(), 1):
            if not item.text.strip():
                missing.append(f"Write what recommendation {number} is.")
            if not item.owner.strip():
                missing.append(f"Say who does recommendation {number}.")
        return missing


class Recommendation(models.Model):
    """One thing to do: what, who by name of role, and by when."""

    report = models.ForeignKey(Recommendations, models.CASCADE, related_name="items", editable=False)
    position = models.PositiveSmallIntegerField(default=0, editable=False)
    text = EncryptedTextField("what we recommend")
    owner = models.CharField("who does it", max_length=150)
    due_on = models.DateField("by when", null=True, blank=True)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return f"Recommendation {self.position}"
