"""People around a case who are neither its referrer nor its network: colleagues let in, clinicians kept out."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from consultations.models.consultation import Consultation
from vault.fields import EncryptedTextField


class Colleague(models.Model):
    """Somebody of the referrer's organisation who sees the case as the referrer does.

    It holds while they belong to that organisation: who leaves it is off the case without anybody's doing.
    """

    consultation = models.ForeignKey(Consultation, models.CASCADE, related_name="colleagues", editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="cases_shared", editable=False
    )
    let_in_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["let_in_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["consultation", "user"], name="colleague_let_in_once")]

    def __str__(self) -> str:
        return str(self.user)


class Conflict(models.Model):
    """A clinician's conflict of interest: they are not on this case and cannot open it, nor be put on it."""

    consultation = models.ForeignKey(Consultation, models.CASCADE, related_name="conflicts", editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="conflicts", editable=False
    )
    reason = EncryptedTextField(editable=False)
    declared_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["declared_at", "pk"]
        verbose_name = "conflict of interest"
        verbose_name_plural = "conflicts of interest"
        constraints = [
            models.UniqueConstraint(fields=["consultation", "user"], name="conflict_declared_once")
        ]

    def __str__(self) -> str:
        return str(self.user)
