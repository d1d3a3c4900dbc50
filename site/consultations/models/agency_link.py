"""A way in for one agency: no account, its own list of documents, nothing else of the case."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse

from accounts.links import ScopedLink
from consultations.models.consultation import Consultation
from consultations.models.document import DocumentRequest


class AgencyLink(ScopedLink):
    """Lets one mailbox send documents for the lines named here, until a day or until staff end it.

    Its page shows these lines and the files sent by it: not who else was asked, nor what others sent (R9).
    """

    consultation = models.ForeignKey(
        Consultation, models.CASCADE, related_name="agency_links", editable=False
    )
    name = models.CharField(max_length=150)
    agency = models.CharField(max_length=150)
    lines = models.ManyToManyField(DocumentRequest, related_name="agency_links", editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        """Who they are to the log and to the files they send."""
        return f"{self.name}, {self.agency}"

    def get_absolute_url(self) -> str:
        return reverse("consultations:agency", args=[self.pk])
