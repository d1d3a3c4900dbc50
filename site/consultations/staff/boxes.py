"""What each box of a case's page shows, and which boxes there are. Reads prefetched rows, or one query a box."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from consultations.models import Consultation, DocumentRequest
from consultations.models.retention import kept_until, standing_hold
from consultations.staff import access, agency, document_acts, roster
from consultations.staff.acts import Acts
from consultations.staff.readings import read_by, readings_by_file
from consultations.staff.words import for_staff, told
from consultations.views.answers import amendments_of, answers_of
from meetings.models import Meeting
from meetings.staff.people import with_mails

# The boxes of the page, in its order, and what leads to each.
BOXES = {
    "decide": "Decide",
    "documents": "Documents",
    "meeting": "Meeting",
    "report": "Recommendations",
    "money": "Money",
    "referral": "The referral",
    "people": "People",
    "records": "Records",
    "timeline": "What has happened",
}
TONES = {
    DocumentRequest.Status.RECEIVED: "clay",
    DocumentRequest.Status.ACCEPTED: "hedge",
    DocumentRequest.Status.RETURNED: "slate",
    DocumentRequest.Status.NOT_HELD: "clay",
    DocumentRequest.Status.REFUSED: "clay",
    DocumentRequest.Status.WAIVED: "hedge",
}


def of(request: HttpRequest, consultation: Consultation, can: Acts) -> dict[str, Any]:
    """All boxes, which of them are there, and the links that lead to those."""
    found = {
        **_decide(consultation, can),
        **_documents(request, consultation, can),
        **_meeting(consultation),
        **_report(consultation),
        **_money(request, consultation),
        **_referral(consultation),
        **_people(consultation, can),
        **_records(consultation),
    }
    shown = {
        "decide": bool(found["deciding"]),
        "documents": bool(found["lines"] or "add_document" in can),
        "meeting": bool(found["meeting"] or "book" in can),
        "report": bool(found["report"] or {"begin", "issue"} & can.keys()),
        "money": bool(found["order"] or consultation.session or {"quote", "invoice"} & can.keys()),
        "records": bool(found["kept"] or found["hold"] or "hold_records" in can),
    }
    jumps = [(name, words) for name, words in BOXES.items() if shown.get(name, True)]
    return {**found, "shown": shown, "jumps": jumps}


def _decide(consultation: Consultation, can: Acts) -> dict[str, Any]:
    return {
        "deciding": [can[key] for key in ("accept", "override", "ask", "urgent", "decline") if key in can],
        "criteria": consultation.referral.criteria() if "accept" in can else [],
    }


def _documents(request: HttpRequest, consultation: Consultation, can: Acts) -> dict[str, Any]:
    return {
        "lines": _lines(request, consultation),
        "links": agency.rows_of(consultation, may_act="ask_agency" in can),
        "may_read": request.user.has_perm(access.READ_DOCUMENT),
    }


def _lines(request: HttpRequest, consultation: Consultation) -> list[dict[str, Any]]:
    may_read = request.user.has_perm(access.READ_DOCUMENT)
    readings = readings_by_file(consultation)
    is_collecting = consultation.status == Consultation.Status.ACCEPTED and consultation.issued_report is None
    return [
        {
            "line": line,
            "is_overdue": is_collecting and line.is_overdue,
            "tone": TONES.get(DocumentRequest.Status(line.status), "slate"),
            "acts": list(document_acts.acts_on_document(consultation, line, request.user).values()),
            "files": [
                {
                    "file": file,
                    "read": document_acts.reading_of(consultation, file) if may_read else None,
                    "read_by": read_by(readings.get(file.download_name, [])),
                }
                for file in line.files.all()
            ],
        }
        for line in consultation.document_requests.all()
    ]


def _meeting(consultation: Consultation) -> dict[str, Any]:
    meeting = consultation.meeting
    return {
        "meeting": meeting,
        "invited": with_mails(meeting),
        "past_meetings": [m for m in consultation.meetings.all() if m.status == Meeting.Status.CANCELLED],
        "meeting_href": _link("meeting:inspect", meeting and meeting.pk),
    }


def _report(consultation: Consultation) -> dict[str, Any]:
    return {"report": consultation.report, "reports": list(consultation.reports.all())}


def _money(request: HttpRequest, consultation: Consultation) -> dict[str, Any]:
    order = consultation.order
    may_see = request.user.has_perm("billing.view_order")
    return {
        "order": order,
        "quotes": sorted(order.quotes.all(), key=lambda quote: quote.version) if order else [],
        "invoices": list(order.invoices.all()) if order else [],
        "order_href": _link("orders:inspect", consultation.order_id) if may_see else "",
    }


def _referral(consultation: Consultation) -> dict[str, Any]:
    """The network has a place of its own, among the people."""
    return {
        "referral": consultation.referral,
        "answers": told([group for group in answers_of(consultation) if group["slug"] != "network"]),
        "amendments": [{**one, "what": for_staff(one["what"])} for one in amendments_of(consultation)],
    }


def _people(consultation: Consultation, can: Acts) -> dict[str, Any]:
    return {
        "conflicts": consultation.conflicts.select_related("user"),
        "colleagues": consultation.colleagues.select_related("user"),
        "network": roster.rows_of(consultation, may_act="add_member" in can),
    }


def _records(consultation: Consultation) -> dict[str, Any]:
    return {
        "closure": getattr(consultation, "closure", None),
        "kept": kept_until(consultation) if consultation.status in Consultation.ENDED else [],
        "hold": standing_hold(consultation),
    }


def _link(name: str, pk: object) -> str:
    """The admin page of a neighbour's noun, or nothing while it has none."""
    try:
        return reverse(name, args=[pk]) if pk else ""
    except NoReverseMatch:
        return ""
