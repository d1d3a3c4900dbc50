"""Asking for something in a document to be made unreadable."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from changes.models import Stateful
from consultations.models.document import CaseDocument
from vault.fields import EncryptedTextField


class Redaction(Stateful):
    """One request about one file, by whoever sent it or by staff.

    * **Asked**: staff look at it.
    * **Done**: a redacted version took the file's place; the file was withdrawn, or destroyed at once.
    * **Declined**: the file stays as it is, for a reason that is kept.
    """

    class Status(models.TextChoices):
        ASKED = "asked", "Redaction asked for"
        DONE = "done", "Redacted"
        DECLINED = "declined", "Redaction declined"

    TRANSITIONS = {Status.ASKED: {Status.DONE, Status.DECLINED}}

    document = models.ForeignKey(CaseDocument, models.PROTECT, related_name="redactions", editable=False)
    status = models.CharField(max_length=10, choices=Status, default=Status.ASKED, editable=False)
    reason = EncryptedTextField(editable=False)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    asked_at = models.DateTimeField(auto_now_add=True)
    answer = EncryptedTextField(blank=True, editable=False)  # why it was declined
    replaced_by = models.OneToOneField(
        CaseDocument, models.PROTECT, null=True, editable=False, related_name="redaction_of"
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["document"], condition=Q(status="asked"), name="one_redaction_asked_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"Redaction of {self.document.reference_name()}"
