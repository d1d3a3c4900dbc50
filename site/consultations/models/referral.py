"""The referral: the form that opens a consultation, saved step by step."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models

from consultations.models.consultation import Consultation
from vault.fields import EncryptedTextField


@dataclass(frozen=True)
class Criterion:
    """One thing without which no referral is accepted (R2). `missing` tells the referrer what to do about it."""

    name: str
    is_met: bool
    missing: str


class Referral(models.Model):
    """What the referrer told us. Everything about the young person is encrypted at rest.

    There is no field for a child's name: the referrer's own reference and initials are enough.
    """

    class Allocated(models.TextChoices):
        YES = "yes", "Yes, a social worker is allocated"
        NO = "no", "No, not at the moment"

    class Gender(models.TextChoices):
        GIRL = "girl", "Girl or young woman"
        BOY = "boy", "Boy or young man"
        OTHER = "other", "In another way"
        UNKNOWN = "unknown", "Not known or not said"

    class Setting(models.TextChoices):
        OFFLINE = "offline", "In person"
        ONLINE = "online", "Online or with technology"
        BOTH = "both", "Both"

    class Investigation(models.TextChoices):
        NONE = "none", "No police involvement"
        ONGOING = "ongoing", "A police investigation is going on"
        COURT = "court", "It is with the court"
        ENDED = "ended", "It has ended"

    class Funding(models.TextChoices):
        AGREED = "agreed", "Yes, agreed"
        PENDING = "pending", "Not yet, but I know who decides"

    class LawfulBasis(models.TextChoices):
        PUBLIC_TASK = "public_task", "Public task"
        LEGAL = "legal", "Legal obligation"
        VITAL = "vital", "Vital interests"
        CONSENT = "consent", "Consent"

    consultation = models.OneToOneField(Consultation, models.CASCADE, related_name="referral", editable=False)

    job_title = models.CharField(max_length=100, blank=True)
    phone = models.CharField(max_length=30, blank=True)

    social_worker_allocated = models.CharField(max_length=3, choices=Allocated, blank=True)
    social_worker_name = models.CharField(max_length=150, blank=True)
    social_worker_email = models.EmailField(blank=True)
    social_worker_phone = models.CharField(max_length=30, blank=True)

    own_reference = EncryptedTextField(blank=True)
    initials = EncryptedTextField(blank=True)
    age = models.PositiveSmallIntegerField(null=True, blank=True)
    area = models.CharField(max_length=100, blank=True, default="", db_default="")
    gender = models.CharField(max_length=10, choices=Gender, blank=True)
    learning_needs = EncryptedTextField(blank=True)

    behaviours = EncryptedTextField(blank=True)
    happened = EncryptedTextField(blank=True, default="", db_default="")
    setting = models.CharField(max_length=10, choices=Setting, blank=True)
    people_affected = EncryptedTextField(blank=True)
    tried = EncryptedTextField(blank=True)

    investigation = models.CharField(max_length=10, choices=Investigation, blank=True)
    investigation_detail = EncryptedTextField(blank=True)
    outcome = EncryptedTextField(blank=True, default="", db_default="")
    restrictions = EncryptedTextField(blank=True, default="", db_default="")

    safety_of_young_person = EncryptedTextField(blank=True)
    safety_of_others = EncryptedTextField(blank=True)

    questions = EncryptedTextField(blank=True)

    funding = models.CharField(max_length=10, choices=Funding, blank=True)
    funder_name = models.CharField(max_length=150, blank=True)
    funder_email = models.EmailField(blank=True)

    purchase_order_number = models.CharField(max_length=60, blank=True, default="", db_default="")

    # Titles as the checklist had them then; none at all is an answer too, and null is none yet.
    documents_held = models.JSONField(null=True, blank=True)
    documents_elsewhere = EncryptedTextField(blank=True, default="", db_default="")

    availability = models.TextField(blank=True, default="", db_default="")
    needed_by = models.DateField(null=True, blank=True)
    needed_for = models.CharField(max_length=200, blank=True, default="", db_default="")

    lawful_basis = models.CharField(max_length=12, choices=LawfulBasis, blank=True)
    lawful_basis_detail = EncryptedTextField(blank=True)

    asked = EncryptedTextField(blank=True, editable=False)  # what triage asked, while it waits for an answer
    answer_by = models.DateField(null=True, editable=False)  # what we asked for when we asked
    answer = EncryptedTextField(blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"Referral of {self.consultation}"

    @property
    def has_social_worker(self) -> bool:
        return self.social_worker_allocated == self.Allocated.YES and bool(self.social_worker_name)

    def said(self, name: str) -> str:
        """One answer in words, as pages and amendments show it; empty where nothing was said."""
        value = getattr(self, name)
        if name == "documents_held":
            return "None of these yet" if value == [] else "\n".join(value or [])
        if name == "needed_by":
            return f"{value.day} {value:%B %Y}" if value else ""
        display = getattr(self, f"get_{name}_display", None)
        said = display() if display else value
        return "" if said is None else str(said)

    def criteria(self) -> list[Criterion]:
        """What has to be there before we accept, each met or not (R2)."""
        return [
            Criterion(
                "A social worker is allocated",
                self.has_social_worker,
                "A social worker has to be allocated for as long as the work lasts. Tell us who that is.",
            ),
            Criterion(
                "What keeps the young person safe",
                bool(self.safety_of_young_person.strip()),
                "Tell us what keeps the young person safe now.",
            ),
            Criterion(
                "What prevents harm to others",
                bool(self.safety_of_others.strip()),
                "Tell us what is in place to prevent harm to others.",
            ),
        ]

    def blocks_acceptance(self) -> list[str]:
        """What stands between this referral and acceptance, in the referrer's words (R2)."""
        return [criterion.missing for criterion in self.criteria() if not criterion.is_met]
