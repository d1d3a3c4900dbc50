"""A request for training while it is being written."""

from __future__ import annotations

import json

from django.conf import settings
from django.db import models

from vault.fields import EncryptedTextField


class RequestDraft(models.Model):
    """One person's answers so far for one package: they outlive a session, a restart, a week away (R13).

    Gone when the request is sent. What is typed may name people and their needs, so it is kept encrypted.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    package = models.ForeignKey("training.PackagePage", models.CASCADE, related_name="+")
    kept = EncryptedTextField(blank=True, default="")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "package"], name="one_draft_a_package")]

    def __str__(self) -> str:
        return f"Request by {self.user}"

    @property
    def answers(self) -> dict[str, dict[str, list[str]]]:
        """What was typed, step by step, as it was typed: each step's form reads it again before it is sent."""
        return dict(json.loads(self.kept)) if self.kept else {}

    @answers.setter
    def answers(self, answers: dict[str, dict[str, list[str]]]) -> None:
        self.kept = json.dumps(answers)
