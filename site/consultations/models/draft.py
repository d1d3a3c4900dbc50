"""How a report comes about: every save that changed something, and what clinicians said to each other."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

from consultations.models.recommendations import Recommendations
from vault.fields import EncryptedTextField


class ReportRevision(models.Model):
    """The draft as one save left it. Working papers: destroyed with the documents of the case."""

    report = models.ForeignKey(Recommendations, models.CASCADE, related_name="revisions", editable=False)
    number = models.PositiveIntegerField(editable=False)
    content_text = EncryptedTextField(editable=False)
    saved_at = models.DateTimeField(default=timezone.now, editable=False)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["report", "number"], name="revision_numbered_once")]

    def __str__(self) -> str:
        return f"Save {self.number}"

    @property
    def content(self) -> dict[str, Any]:
        """As `Recommendations.content()` gave it."""
        return json.loads(self.content_text)


class ReportComment(models.Model):
    """One clinician's remark on one section of a draft, until it is resolved."""

    class Section(models.TextChoices):
        WHOLE = "whole", "The whole report"
        BACKGROUND = "background", "What we read"
        NETWORK_VIEW = "network_view", "What the network told us"
        FORMULATION = "formulation", "Our understanding"
        ITEMS = "items", "What we recommend"
        SUITABILITY = "suitability", "Assessment or intervention"

    report = models.ForeignKey(Recommendations, models.CASCADE, related_name="comments", editable=False)
    section = models.CharField(max_length=12, choices=Section, default=Section.WHOLE)
    text = EncryptedTextField()
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    resolved_at = models.DateTimeField(null=True, editable=False)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )

    class Meta:
        ordering = ["made_at", "pk"]
        verbose_name = "comment"

    def __str__(self) -> str:
        return f"Comment on “{self.get_section_display()}”"
