"""The report as it is printed: a snapshot of plain data, then its tagged PDF (R4)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone

from consultations.models import ConsultationSettings, Recommendations
from design.paper import typeset
from provider.models import MoneySettings, Provider

Snapshot = dict[str, Any]


def recommendations_snapshot(report: Recommendations, *, issued_at: datetime | None) -> Snapshot:
    """All that the report prints. Not issued yet: `issued_on` is empty and every page says draft."""
    consultation, provider = report.consultation, Provider.load()
    meeting = consultation.meeting
    return {
        "title": str(report),
        "reference": consultation.reference,
        "version": report.version,
        "issued_on": timezone.localtime(issued_at).date().isoformat() if issued_at else "",
        "provider": {
            "name": provider.name,
            "legal_name": MoneySettings.load().legal_name,
            "address": provider.address,
            "email": provider.email,
            "phone": provider.phone,
        },
        "for": {"name": consultation.contact.name, "organisation": consultation.organisation.name},
        "meeting_on": timezone.localtime(meeting.starts_at).date().isoformat() if meeting else "",
        "author": str(report.author),
        "signed_off_by": str(report.signed_off_by) if report.signed_off_by else "",
        "read": [r.title for r in consultation.document_requests.all() if r.status == r.Status.ACCEPTED],
        "not_read": [
            {"title": r.title, "reason": r.reason}
            for r in consultation.document_requests.all()
            if r.status == r.Status.WAIVED
        ],
        "parts": [
            {"title": "What we read", "text": report.background},
            {"title": "What the network told us", "text": report.network_view},
            {"title": "Our understanding", "text": report.formulation},
        ],
        "recommendations": [
            {"text": i.text, "owner": i.owner, "due_on": i.due_on.isoformat() if i.due_on else ""}
            for i in report.items.all()
        ],
        "suitability": report.suitability,
        "what_it_is_not": ConsultationSettings.load().what_it_is_not,
    }


def recommendations_pdf(snapshot: Snapshot, *, at: datetime | None = None) -> bytes:
    """The PDF of a snapshot, dated at issue; of a draft, dated now."""
    return typeset("consultations/recommendations.typ", snapshot, at=at or timezone.now())
