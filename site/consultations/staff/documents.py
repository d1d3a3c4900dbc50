"""Reading what came in, and saying of each whether it is what we need."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET, require_POST

from accounts.people import SignedInRequest
from changes.refusals import Refused
from consultations import actions
from consultations.models import Consultation, DocumentRequest
from consultations.staff import forms
from consultations.staff.checklist import LineAct
from consultations.staff.files import file_of
from consultations.staff.triage import back_to
from design.acts import telling
from design.once import once
from vault.reading import stream


@require_GET
def read(request: SignedInRequest, consultation: Consultation, file_pk: int) -> HttpResponseBase:
    """The file as a download, its reading logged on the case (R9)."""
    document = file_of(request, consultation, file_pk)
    try:
        return stream(request, document, by=request.user, about=consultation)
    except Refused as no:
        for message in no.messages:
            messages.error(request, message)
        return back_to(consultation)


def _line(consultation: Consultation, number: int) -> DocumentRequest:
    return get_object_or_404(consultation.document_requests, number=number)


@require_POST
@once
def accept(request: SignedInRequest, consultation: Consultation, number: int) -> HttpResponse:
    line = _line(consultation, number)
    with telling(request, f"“{line.title}” is accepted."):
        actions.accept_document(line, by=request.user)
    return back_to(consultation)


class Return(LineAct):
    key = "return"
    form_class = forms.ReturnForm
    page_title = "Return the document"
    button = "Return the document"

    def act(self, form: Any) -> None:
        actions.return_document(self.line, reason=form.cleaned_data["reason"], by=self.person)

    def said(self) -> str:
        return f"“{self.line.title}” is returned. The referrer is being told to look."


class Waive(LineAct):
    key = "waive"
    form_class = forms.WaiveForm
    page_title = "Go on without the document"
    button = "Go on without it"

    def act(self, form: Any) -> None:
        actions.waive_document(self.line, reason=form.cleaned_data["reason"], by=self.person)

    def said(self) -> str:
        return f"“{self.line.title}” is waived, with your reason."
