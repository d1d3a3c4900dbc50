"""The documents checklist: see what is asked, send files, see what came of each."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.models import User
from accounts.people import SignedInRequest
from consultations import actions
from consultations.forms import RedactionForm
from consultations.models import CaseDocument, Consultation, DocumentRequest
from consultations.views import uploads
from consultations.views.access import own
from design.acts import telling
from design.kept import sign_in_required
from design.once import once
from vault.reading import stream

TONES = {
    DocumentRequest.Status.REQUESTED: "clay",
    DocumentRequest.Status.RECEIVED: "slate",
    DocumentRequest.Status.ACCEPTED: "hedge",
    DocumentRequest.Status.RETURNED: "clay",
    DocumentRequest.Status.NOT_HELD: "slate",
    DocumentRequest.Status.REFUSED: "slate",
    DocumentRequest.Status.WAIVED: "slate",
}


def tone_of(line: DocumentRequest) -> str:
    return "slate" if line.is_scanning or line.has_arrived else TONES[DocumentRequest.Status(line.status)]


def _case(request: SignedInRequest, reference: str) -> Consultation:
    consultation = own(request, reference, Consultation.objects.for_stages())
    if not consultation.asked_documents:
        raise Http404("No documents have been asked for.")
    return consultation


def _line(consultation: Consultation, number: int) -> DocumentRequest:
    asked = consultation.document_requests.filter(asked_at__isnull=False)
    return get_object_or_404(asked.prefetch_related("files"), number=number)


@sign_in_required
def checklist(request: SignedInRequest, reference: str) -> HttpResponse:
    consultation = _case(request, reference)
    asked = consultation.asked_documents
    rows = [
        {
            "title": one.title,
            "href": reverse("consultations:document", args=[consultation.reference, one.number]),
            "hint": _hint(one),
            "status": one.state,
            "tone": tone_of(one),
        }
        for one in asked
    ]
    return render(
        request,
        "consultations/documents.html",
        {
            "consultation": consultation,
            "tasks": rows,
            "settled": sum(r.is_settled for r in asked if r.is_required),
            "required": sum(r.is_required for r in asked),
            "back_href": reverse("consultations:case", args=[consultation.reference]),
        },
    )


def _hint(one: DocumentRequest) -> str:
    words = one.guidance
    if one.status in {DocumentRequest.Status.RETURNED, DocumentRequest.Status.WAIVED} and one.reason:
        words = one.reason
    held = "" if one.is_required else "Only if you hold it."
    return " ".join(filter(None, [by_when(one), words, held]))


def by_when(one: DocumentRequest) -> str:
    """The day as a line of a list says it, while it is waited for."""
    return f"By {one.wanted_by.day} {one.wanted_by:%B %Y}." if one.wanted_by else ""


@sign_in_required
def one(request: SignedInRequest, reference: str, number: int) -> HttpResponse:
    """One line of the checklist, with what was sent for it and a form to send more."""
    consultation = _case(request, reference)
    line = _line(consultation, number)
    form, answer = uploads.take(
        request,
        line,
        by=request.user,
        here=reverse("consultations:document", args=[consultation.reference, number]),
    )
    if answer is not None:
        return answer
    return render(
        request,
        "consultations/document.html",
        {
            "consultation": consultation,
            "line": line,
            "tone": tone_of(line),
            "files": [
                {
                    "file": file,
                    "may_read": file.may_be_read_by(request.user) and file.is_readable,
                    "redaction": max(file.redactions.all(), key=lambda r: r.pk, default=None)
                    if file.may_be_read_by(request.user)
                    else None,
                    "may_ask": _may_ask_for_redaction(file, request.user),
                }
                for file in line.files.select_related("uploaded_by").prefetch_related("redactions")
            ],
            "may_send": line.takes_files and consultation.status == Consultation.Status.ACCEPTED,
            "form": form,
            "most": uploads.most_megabytes(),
            "decline_href": reverse("consultations:decline_document", args=[consultation.reference, number]),
            "back_href": reverse("consultations:documents", args=[consultation.reference]),
        },
        status=422 if form.errors else 200,
    )


@sign_in_required
@once
def decline(request: SignedInRequest, reference: str, number: int) -> HttpResponse:
    """The referrer says that they do not hold a document, or cannot share it."""
    consultation = _case(request, reference)
    here = reverse("consultations:document", args=[consultation.reference, number])
    return uploads.decline(request, _line(consultation, number), by=request.user, here=here)


@sign_in_required
def download(request: SignedInRequest, reference: str, number: int, pk: int) -> HttpResponseBase:
    consultation = own(request, reference)
    document = get_object_or_404(
        CaseDocument, pk=pk, request__consultation=consultation, request__number=number
    )
    if not document.may_be_read_by(request.user) or not document.is_readable:
        raise Http404("Not yours to read.")
    return stream(request, document, by=request.user, about=consultation)


def _may_ask_for_redaction(file: CaseDocument, user: User) -> bool:
    return file.may_be_read_by(user) and file.is_in_use and file.redaction_asked is None


@sign_in_required
@once
def ask_for_redaction(request: SignedInRequest, reference: str, number: int, pk: int) -> HttpResponse:
    """Whoever sent a file asks for something in it to be made unreadable."""
    consultation = own(request, reference)
    document = get_object_or_404(
        CaseDocument.objects.select_related("request__consultation"),
        pk=pk,
        request__consultation=consultation,
        request__number=number,
    )
    here = reverse("consultations:document", args=[consultation.reference, number])
    if not document.may_be_read_by(request.user):
        raise Http404("Not yours to read.")
    if request.method != "POST" and not _may_ask_for_redaction(document, request.user):
        return redirect(here)
    form = RedactionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with telling(request, "We have your request and will answer it on this page."):
            actions.ask_for_redaction(document, reason=form.cleaned_data["reason"], by=request.user)
        return redirect(here)
    return render(
        request,
        "consultations/redaction.html",
        {"document": document, "caption": document.download_name, "form": form, "back_href": here},
        status=422 if form.errors else 200,
    )
