"""The report as it is printed: a snapshot of plain data, then its tagged PDF (R4)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from consultations.models import ConsultationSettings, Recommendation, Recommendations
from consultations.rich_text import blocks_of
from consultations.verification import code_of
from design.paper import typeset
from provider.models import MoneySettings, Provider

Snapshot = dict[str, Any]


def recommendations_snapshot(report: Recommendations, *, issued_at: datetime | None) -> Snapshot:
    """All that the report prints. Not issued yet: `issued_on` is empty and every page says draft."""
    consultation, provider = report.consultation, Provider.load()
    meeting = consultation.meeting
    snapshot: Snapshot = {
        "title": str(report),
        "reference": consultation.reference,
        "version": report.version,
        "replaces": {"version": report.replaces.version, "reason": report.reissue_reason}
        if report.replaces
        else {},
        "issued_on": _day(issued_at),
        "provider": {
            "name": provider.name,
            "legal_name": MoneySettings.load().legal_name,
            "address": provider.address,
            "email": provider.email,
            "phone": provider.phone,
        },
        "for": {"name": consultation.contact.name, "organisation": consultation.organisation.name},
        "meeting_on": _day(meeting.starts_at) if meeting else "",
        "author": str(report.author),
        "signed_off_by": str(report.signed_off_by) if report.signed_off_by else "",
        "read": [r.title for r in consultation.document_requests.all() if r.status == r.Status.ACCEPTED],
        "not_read": [
            {"title": r.title, "reason": r.reason}
            for r in consultation.document_requests.all()
            if r.status == r.Status.WAIVED
        ],
        "parts": [
            _part("What we read", report.background),
            _part("What the network told us", report.network_view),
            _part("Our understanding", report.formulation),
        ],
        "recommendations": [_item(i) for i in report.items.select_related("category", "point")],
        "suitability": _part("Assessment or intervention", report.suitability),
        "what_it_is_not": ConsultationSettings.load().what_it_is_not,
        "verify_at": settings.BASE_URL + reverse("consultations:verify"),
        "code": "",
    }
    return {**snapshot, "code": code_of(snapshot)} if issued_at else snapshot


def _day(moment: datetime | None) -> str:
    return timezone.localtime(moment).date().isoformat() if moment else ""


def _part(title: str, text: str) -> dict[str, Any]:
    return {"title": title, "blocks": blocks_of(text)}


def _item(item: Recommendation) -> dict[str, Any]:
    point = item.point
    return {
        "text": item.text,
        "category": str(item.category or ""),
        "point": {"name": point.name, "label": point.label, "link": point.link} if point else {},
        "owner": item.owner,
        "due_on": item.due_on.isoformat() if item.due_on else "",
    }


def recommendations_pdf(snapshot: Snapshot, *, at: datetime | None = None) -> bytes:
    """The PDF of a snapshot, dated at issue; of a draft, dated now."""
    return typeset("consultations/recommendations.typ", snapshot, at=at or timezone.now())


def as_read(snapshot: Snapshot) -> Snapshot:
    """A snapshot for a page: its dates as dates, and the plain text of the earliest reports as blocks."""
    parts = [_in_blocks(part) for part in snapshot["parts"]]
    suitability = snapshot["suitability"]
    if isinstance(suitability, str):
        suitability = {"title": "Assessment or intervention", "text": suitability}
    items = [
        {**item, "due_on": date.fromisoformat(item["due_on"]) if item["due_on"] else None}
        for item in snapshot["recommendations"]
    ]
    return {**snapshot, "parts": parts, "suitability": _in_blocks(suitability), "recommendations": items}


def _in_blocks(part: dict[str, Any]) -> dict[str, Any]:
    return part if "blocks" in part else _part(part["title"], part["text"])
