"""The report: written by one clinician, signed off by another, frozen when issued."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.conf import settings
from django.db import models

from changes.models import Stateful
from consultations.models.consultation import Consultation
from consultations.models.guidance import GuidelinePoint, RecommendationCategory
from vault.fields import EncryptedTextField
from vault.models import IssuedDocument


class ReportGap(NamedTuple):
    """What a report lacks before it can be reviewed: `field` of its words, or of its recommendation `number`."""

    told: str
    field: str
    number: int = 0


class Recommendations(Stateful, IssuedDocument):
    """One version of the report on one consultation.

    * **Draft**: its author writes; every save that changes something is a revision.
    * **In review**: waits for a second clinician.
    * **Approved**: a second clinician agrees; a clinical lead has the last word.
    * **Signed off**: a clinical lead other than the author agrees with every word; not sent yet.
    * **Issued**: frozen, with its PDF and hash, readable by the named people (R4).
    * **Replaced**: a newer version was issued. What it said stays as it was (R4).
    """

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        IN_REVIEW = "in_review", "In review"
        APPROVED = "approved", "Approved"
        SIGNED_OFF = "signed_off", "Signed off"
        ISSUED = "issued", "Issued"
        REPLACED = "replaced", "Replaced"

    TRANSITIONS = {
        Status.DRAFT: {Status.IN_REVIEW},
        Status.IN_REVIEW: {Status.DRAFT, Status.APPROVED, Status.SIGNED_OFF},
        Status.APPROVED: {Status.DRAFT, Status.SIGNED_OFF},
        Status.SIGNED_OFF: {Status.ISSUED, Status.DRAFT},
        Status.ISSUED: {Status.REPLACED},
    }

    LOGGED = {
        Status.DRAFT: "Recommendations sent back to their author",
        Status.IN_REVIEW: "Recommendations sent for review",
        Status.APPROVED: "Recommendations approved by a second clinician",
        Status.SIGNED_OFF: "Recommendations signed off",
        Status.ISSUED: "Recommendations issued",
        Status.REPLACED: "Recommendations replaced by a newer version",
    }
    WORDS = ("background", "network_view", "formulation", "suitability")
    EMPTIED = (*WORDS, "snapshot_text", "review_note", "reissue_reason")
    UNDER_REVIEW = (Status.IN_REVIEW, Status.APPROVED)

    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="reports", editable=False)
    version = models.PositiveSmallIntegerField(default=1, editable=False)
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT, editable=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    signed_off_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    signed_off_at = models.DateTimeField(null=True, editable=False)
    review_note = EncryptedTextField(blank=True, editable=False)  # what the second clinician asked to change
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="replaced_by", editable=False
    )
    reissue_reason = EncryptedTextField("why this version replaces the one before", blank=True)
    background = EncryptedTextField("what we read", blank=True)
    network_view = EncryptedTextField("what the network told us", blank=True)
    formulation = EncryptedTextField("our understanding", blank=True)
    suitability = EncryptedTextField("whether assessment or intervention would suit", blank=True)
    updated_at = models.DateTimeField(auto_now=True)
    destroyed_at = models.DateTimeField(null=True, editable=False)

    class Meta(IssuedDocument.Meta):
        abstract = False
        ordering = ["version"]
        verbose_name = verbose_name_plural = "recommendations"
        constraints = [
            models.UniqueConstraint(fields=["consultation", "version"], name="report_version_once"),
            models.CheckConstraint(
                condition=~models.Q(signed_off_by=models.F("author")), name="nobody_signs_off_their_own_draft"
            ),
            models.CheckConstraint(
                condition=~models.Q(reviewed_by=models.F("author")), name="nobody_reviews_their_own_draft"
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
        """Stands as issued: of the versions of a case, one at most."""
        return self.status == self.Status.ISSUED

    @property
    def is_readable(self) -> bool:
        """Was issued, and the time to keep it is not over."""
        return self.is_frozen and self.destroyed_at is None

    @property
    def is_signed_off(self) -> bool:
        return self.signed_off_by_id not in {None, self.author_id} and self.status in {
            self.Status.SIGNED_OFF,
            self.Status.ISSUED,
        }

    def content(self) -> dict[str, Any]:
        """All that its author writes, as plain data: what a revision keeps and two are compared by."""
        words = {name: getattr(self, name) for name in self.WORDS}
        return {**words, "items": [item.content() for item in self.items.all()]}

    def unfinished(self) -> list[str]:
        """What a second clinician would send straight back."""
        return [gap.told for gap in self.gaps()]

    def gaps(self) -> list[ReportGap]:
        """The same, each with the place where it is to be filled."""
        gaps = []
        if not self.background.strip():
            gaps.append(ReportGap("Write “what we read”.", "background"))
        if not self.formulation.strip():
            gaps.append(ReportGap("Write “our understanding”.", "formulation"))
        if not self.suitability.strip():
            gaps.append(ReportGap("Say whether assessment or intervention would suit.", "suitability"))
        items = list(self.items.all())
        if not items:
            gaps.append(ReportGap("Add at least one recommendation.", "text", 1))
        for number, item in enumerate(items, 1):
            if not item.text.strip():
                gaps.append(ReportGap(f"Write what recommendation {number} is.", "text", number))
            if item.category_id is None:
                gaps.append(ReportGap(f"Choose what kind recommendation {number} is.", "category", number))
            if not item.owner.strip():
                gaps.append(ReportGap(f"Say who does recommendation {number}.", "owner", number))
        return gaps


class Recommendation(models.Model):
    """One thing to do: what, of which kind, who by name of role, and by when."""

    report = models.ForeignKey(Recommendations, models.CASCADE, related_name="items", editable=False)
    position = models.PositiveSmallIntegerField(default=0, editable=False)
    text = EncryptedTextField("what we recommend")
    category = models.ForeignKey(RecommendationCategory, models.PROTECT, null=True, blank=True)
    point = models.ForeignKey(GuidelinePoint, models.PROTECT, null=True, blank=True)
    owner = models.CharField("who does it", max_length=150)
    owner_email = models.EmailField("whom we ask how it went", blank=True)  # empty: the referrer
    due_on = models.DateField("by when", null=True, blank=True)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return f"Recommendation {self.position}"

    def content(self) -> dict[str, Any]:
        return {
            "text": self.text,
            "category": self.category_id,
            "point": self.point_id,
            "owner": self.owner,
            "owner_email": self.owner_email,
            "due_on": self.due_on.isoformat() if self.due_on else "",
        }
