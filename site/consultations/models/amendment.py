"""What was changed in a referral after it was sent."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from consultations.models.consultation import Consultation
from vault.fields import EncryptedTextField


class Amendment(models.Model):
    """One answer that was changed: what it said, what it says now, why, and who changed it. Never edited."""

    consultation = models.ForeignKey(Consultation, models.CASCADE, related_name="amendments", editable=False)
    field = models.CharField(max_length=40, editable=False)
    old = EncryptedTextField(blank=True, editable=False)
    new = EncryptedTextField(blank=True, editable=False)
    reason = EncryptedTextField(editable=False)
    amended_at = models.DateTimeField(auto_now_add=True)
    amended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)

    class Meta:
        ordering = ["amended_at", "pk"]

    def __str__(self) -> str:
        return f"{self.field} of {self.consultation_id}"
