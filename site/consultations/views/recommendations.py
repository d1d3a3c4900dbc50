"""Reading the issued report. Every reading is logged (R9)."""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from accounts.people import SignedInRequest
from changes.log import record
from consultations.models import Consultation, Recommendations
from consultations.views.access import own
from design.kept import sign_in_required
from vault.reading import stream_issued


def _issued(request: SignedInRequest, reference: str) -> tuple[Consultation, Recommendations]:
    consultation = own(request, reference)
    report = consultation.issued_report
    if report is None:
        raise Http404("Not issued.")
    return consultation, report


@sign_in_required
def read(request: SignedInRequest, reference: str) -> HttpResponse:
    consultation, report = _issued(request, reference)
    record(report, "recommendations.read", by=request.user)
    printed = report.snapshot
    return render(
        request,
        "consultations/recommendations.html",
        {
            "consultation": consultation,
            "report": report,
            "printed": printed,
            "items": [
                {**item, "due_on": date.fromisoformat(item["due_on"]) if item["due_on"] else None}
                for item in printed["recommendations"]
            ],
            "back_href": reverse("consultations:case", args=[consultation.reference]),
        },
    )


@sign_in_required
def pdf(request: SignedInRequest, reference: str) -> HttpResponseBase:
    _, report = _issued(request, reference)
    return stream_issued(request, report, by=request.user)
