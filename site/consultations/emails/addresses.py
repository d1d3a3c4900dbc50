"""Where a mail about a case leads, in full."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from consultations.models import Consultation, DocumentRequest


def case_url(consultation: Consultation) -> str:
    return settings.BASE_URL + reverse("consultations:case", args=[consultation.reference])


def documents_url(consultation: Consultation) -> str:
    return settings.BASE_URL + reverse("consultations:documents", args=[consultation.reference])


def document_url(request: DocumentRequest) -> str:
    """Of one line of the checklist."""
    where = [request.consultation.reference, request.number]
    return settings.BASE_URL + reverse("consultations:document", args=where)


def recommendations_url(consultation: Consultation) -> str:
    return settings.BASE_URL + reverse("consultations:recommendations", args=[consultation.reference])


def completing_url(consultation: Consultation) -> str:
    """To a draft, whether its referrer has an account yet or not."""
    return settings.BASE_URL + reverse("consultations:complete", args=[consultation.reference])


def staff_url(consultation: Consultation) -> str:
    return settings.BASE_URL + reverse("consultation:inspect", args=[consultation.pk])
