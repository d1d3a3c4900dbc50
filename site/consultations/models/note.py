"""What clinicians note about a document while they read it."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from consultations.models.document import CaseDocument
from vault.fields import EncryptedTextField


class DocumentNote(models.Model):
    """One clinician's notes on one document: theirs to write, every clinician's on the case to read."""

    document = models.ForeignKey(CaseDocument, models.CASCADE, related_name="notes", editable=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    text = EncryptedTextField()
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["document", "author"], name="one_note_each")]

    def __str__(self) -> str:
        return f"{self.author}'s notes on {self.document.reference_name()}"
