"""Reading the issued report: the referrer and the people named one by one. Every reading is logged (R9)."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.people import SignedInRequest
from changes.log import record
from changes.refusals import Refused
from consultations.models import Consultation, Recipient, Recommendations, ReviewReminder
from consultations.pdf import as_read
from design.kept import sign_in_required
from vault.reading import stream_issued


def _issued(request: SignedInRequest, reference: str, version: int | None) -> Recommendations:
    """The version asked for, or the newest, if this person may read it. Raises Http404 for everybody else."""
    theirs = Consultation.objects.visible_to(request.user).values("pk")
    named = Recipient.objects.of(request.user).values("consultation_id")
    cases = Consultation.objects.filter(pk__in=theirs) | Consultation.objects.filter(pk__in=named)
    consultation = get_object_or_404(cases.select_related("contact"), reference=reference.upper())
    issued = [r for r in consultation.reports.all() if r.is_readable and version in (None, r.version)]
    if not issued:
        raise Http404("Not issued.")
    return max(issued, key=lambda r: r.version)


@sign_in_required
def read(request: SignedInRequest, reference: str, version: int | None = None) -> HttpResponse:
    report = _issued(request, reference, version)
    consultation = report.consultation
    is_theirs = consultation.is_contact(request.user)
    record(report, "recommendations.read", by=request.user)
    return render(
        request,
        "consultations/recommendations.html",
        {
            "consultation": consultation,
            "report": report,
            "printed": as_read(report.snapshot),
            "is_theirs": is_theirs,
            "others": [r for r in consultation.reports.all() if r.is_readable and r != report],
            "newest": consultation.issued_report,
            "reminder": ReviewReminder.objects.filter(consultation=consultation, sent_at=None).first(),
            "back_href": reverse("consultations:case", args=[consultation.reference]) if is_theirs else "",
        },
    )


@sign_in_required
def pdf(request: SignedInRequest, reference: str, version: int | None = None) -> HttpResponseBase:
    report = _issued(request, reference, version)
    try:
        return stream_issued(request, report, by=request.user)
    except Refused as no:  # what we hold is damaged: said on the page, which needs no file
        messages.error(request, str(no))
        return redirect("consultations:recommendations", reference, report.version)
