"""The documents checklist: see what is asked, send files, see what came of each."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.people import SignedInRequest
from changes.refusals import Refused
from consultations import actions
from consultations.forms import UploadForm
from consultations.models import CaseDocument, Consultation, DocumentRequest
from consultations.views.access import own
from design.kept import sign_in_required
from vault.files import Unacceptable
from vault.reading import stream

TONES = {
    DocumentRequest.Status.REQUESTED: "clay",
    DocumentRequest.Status.RECEIVED: "slate",
    DocumentRequest.Status.ACCEPTED: "hedge",
    DocumentRequest.Status.RETURNED: "clay",
    DocumentRequest.Status.WAIVED: "slate",
}


def _case(request: SignedInRequest, reference: str) -> Consultation:
    consultation = own(request, reference, Consultation.objects.for_stages())
    if not consultation.document_requests.all():
        raise Http404("No documents have been asked for.")
    return consultation


@sign_in_required
def checklist(request: SignedInRequest, reference: str) -> HttpResponse:
    consultation = _case(request, reference)
    rows = [
        {
            "title": one.title,
            "href": reverse("consultations:document", args=[consultation.reference, one.number]),
            "hint": _hint(one),
            "status": _status(one),
            "tone": TONES[DocumentRequest.Status(one.status)],
        }
        for one in consultation.document_requests.all()
    ]
    return render(
        request,
        "consultations/documents.html",
        {
            "consultation": consultation,
            "tasks": rows,
            "settled": sum(r.is_settled for r in consultation.document_requests.all() if r.is_required),
            "required": sum(r.is_required for r in consultation.document_requests.all()),
            "back_href": reverse("consultations:case", args=[consultation.reference]),
        },
    )


def _hint(one: DocumentRequest) -> str:
    words = one.guidance
    if one.status in {DocumentRequest.Status.RETURNED, DocumentRequest.Status.WAIVED} and one.reason:
        words = one.reason
    return words if one.is_required else f"{words} (if you hold it)".strip()


def _status(one: DocumentRequest) -> str:
    newest = one.newest
    if (
        one.status in {DocumentRequest.Status.REQUESTED, DocumentRequest.Status.RETURNED}
        and newest is not None
    ):
        if newest.status == CaseDocument.Status.INFECTED:
            return "File refused"
        if not newest.is_readable:
            return "Checking for viruses"
    return one.get_status_display()


@sign_in_required
def one(request: SignedInRequest, reference: str, number: int) -> HttpResponse:
    """One line of the checklist. Not under `once`: its own upload token makes a repeat harmless,
    and no transaction is held while a big file arrives."""
    consultation = _case(request, reference)
    line = get_object_or_404(consultation.document_requests, number=number)
    form = UploadForm(request.POST or None, request.FILES or None, initial={"token": uuid4()})
    if request.method == "POST" and form.is_valid():
        kept, refused = _keep_each(request, line, form)
        if not refused:
            messages.success(
                request, f"{kept} sent. We check every file for viruses before anybody opens it."
            )
            return redirect("consultations:document", consultation.reference, number)
        for words in refused:
            form.add_error("documents", words)
        if kept:
            messages.success(request, f"{kept} sent. What did not work is below; the rest is safe.")
        line.refresh_from_db()
    return render(
        request,
        "consultations/document.html",
        {
            "consultation": consultation,
            "line": line,
            "status": _status(line),
            "tone": TONES[DocumentRequest.Status(line.status)],
            "files": line.files.select_related("uploaded_by"),
            "form": form,
            "back_href": reverse("consultations:documents", args=[consultation.reference]),
        },
        status=422 if form.errors else 200,
    )


def _keep_each(request: SignedInRequest, line: DocumentRequest, form: UploadForm) -> tuple[str, list[str]]:
    """Keep every file that can be kept; say which cannot and why. One bad file loses no other (R13)."""
    kept, refused = 0, []
    for at, upload in enumerate(form.cleaned_data["documents"]):
        token = UUID(int=(form.cleaned_data["token"].int + at) % 2**128)
        try:
            actions.receive_document(line, upload, by=request.user, upload_token=token)
            kept += 1
        except Unacceptable as why:
            refused.append(why.message)
        except Refused as no:
            refused += no.messages
    return ("" if not kept else "1 file" if kept == 1 else f"{kept} files"), refused


@sign_in_required
def download(request: SignedInRequest, reference: str, number: int, pk: int) -> HttpResponseBase:
    consultation = own(request, reference)
    document = get_object_or_404(
        CaseDocument, pk=pk, request__consultation=consultation, request__number=number
    )
    if not document.may_be_read_by(request.user) or not document.is_readable:
        raise Http404("Not yours to read.")
    return stream(request, document, by=request.user)
