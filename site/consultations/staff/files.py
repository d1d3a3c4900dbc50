"""One file: read on the screen, noted on, redacted; and who read it when (R9)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET

from accounts.people import SignedInRequest
from changes.refusals import Refused
from consultations import actions
from consultations.models import CaseDocument, Consultation, Redaction
from consultations.staff import access
from consultations.staff import document_forms as forms
from consultations.staff.act import CaseAct
from consultations.staff.case import crumbs_to
from consultations.staff.document_acts import acts_on_file
from consultations.staff.readings import readings_by_file
from design.acts import telling
from design.once import once
from design.staff import furniture
from vault.files import Unacceptable
from vault.reading import SCREEN, can_be_shown, show

LARGE = 4000  # pixels: what a picture is looked at closely in


def file_of(request: SignedInRequest, consultation: Consultation, file_pk: int) -> CaseDocument:
    """A file of this case for staff who read documents. Raises Http404 otherwise."""
    document = get_object_or_404(
        CaseDocument.objects.select_related("request__consultation", "uploaded_by"),
        pk=file_pk,
        request__consultation=consultation,
    )
    if not document.may_be_read_by(request.user):
        raise Http404("Not yours to read.")
    return document


@once(again=True)
def page(request: SignedInRequest, consultation: Consultation, file_pk: int) -> HttpResponse:
    """The file on the screen, beside it the clinicians' notes and who has read it."""
    document = file_of(request, consultation, file_pk)
    here = reverse("consultation:file", args=[consultation.pk, file_pk])
    is_clinician = request.user.has_perm(access.WRITE)
    notes = list(document.notes.select_related("author")) if is_clinician else []
    own = next((note.text for note in notes if note.author_id == request.user.pk), "")
    form = forms.NoteForm(request.POST if request.method == "POST" else None, initial={"text": own})
    if request.method == "POST" and form.is_valid():
        with telling(request, "Your notes are saved."):
            actions.note(document, form.cleaned_data["text"], by=request.user)
        return redirect(f"{here}#notes")
    name = document.download_name
    return render(
        request,
        "consultations/staff/file.html",
        {
            **furniture(
                document.request.title,
                subtitle=name,
                icon="doc-full",
                crumbs=crumbs_to(consultation, name),
            ),
            "consultation": consultation,
            "document": document,
            "is_shown": document.is_readable and can_be_shown(document),
            "is_pdf": document.extension == "pdf",
            "show_href": reverse("consultation:show_file", args=[consultation.pk, file_pk]),
            "download_href": reverse("consultation:read_document", args=[consultation.pk, file_pk]),
            "is_clinician": is_clinician,
            "form": form,
            "notes": [note for note in notes if note.author_id != request.user.pk],
            "readings": readings_by_file(consultation).get(name, []),
            "redactions": document.redactions.select_related(
                "asked_by", "replaced_by__request__consultation"
            ),
            "acts": acts_on_file(consultation, document, request.user),
            "back": reverse("consultation:inspect", args=[consultation.pk]),
        },
        status=422 if form.errors else 200,
    )


@require_GET
@xframe_options_sameorigin
def show_file(request: SignedInRequest, consultation: Consultation, file_pk: int) -> HttpResponseBase:
    """The file itself for that page, stamped with its reader and the time; the reading is logged (R9)."""
    document = file_of(request, consultation, file_pk)
    most = LARGE if request.GET.get("size") == "large" else SCREEN
    try:
        return show(request, document, by=request.user, about=consultation, most_pixels=most)
    except Refused as no:
        for message in no.messages:
            messages.error(request, message)
        return redirect("consultation:file", consultation.pk, file_pk)


class FileAct(CaseAct):
    """An act on one file."""

    header_icon = "doc-full"

    @property
    def document(self) -> CaseDocument:
        if not hasattr(self, "_document"):
            self._document = file_of(self.request, self.consultation, self.kwargs["file_pk"])  # type: ignore[arg-type]
        return self._document

    def why_off(self) -> tuple[str, ...]:
        if self.key not in acts_on_file(self.consultation, self.document, self.request.user):
            return (f"{self.document.download_name} has moved on, so there is nothing to do here.",)
        return ()

    def get_page_subtitle(self) -> str:
        return f"{self.document.download_name}, {self.consultation.title}"

    def get_success_url(self) -> str:
        return reverse("consultation:file", args=[self.consultation.pk, self.document.pk])


class AskForRedaction(FileAct):
    key = "ask_for_redaction"
    form_class = forms.RedactionForm
    page_title = "Ask for a redaction"
    button = "Ask for the redaction"
    done = "The redaction is asked for. The office is being told."

    def act(self, form: Any) -> None:
        actions.ask_for_redaction(self.document, reason=form.cleaned_data["reason"], by=self.person)


class RedactionAct(FileAct):
    """An answer to the redaction that is asked for."""

    @property
    def redaction(self) -> Redaction:
        return get_object_or_404(
            self.document.redactions.select_related("document__request__consultation", "asked_by"),
            status=Redaction.Status.ASKED,
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = self.document.redactions.filter(status=Redaction.Status.ASKED).first()
        return {**super().get_context_data(**kwargs), "redaction": asked}


class Redact(RedactionAct):
    key = "redact"
    form_class = forms.RedactForm
    template_name = "consultations/staff/redact.html"
    page_title = "Put a redacted version in its place"
    button = "Put it in its place"
    done = "The redacted version is in its place. Whoever asked is being told."

    def act(self, form: Any) -> None:
        answers = form.cleaned_data
        try:
            actions.redact(
                self.redaction,
                answers["redacted"],
                destroy=answers["destroy"],
                by=self.person,
                upload_token=answers["token"],
            )
        except Unacceptable as why:
            raise Refused(why.message) from why


class DeclineRedaction(RedactionAct):
    key = "decline_redaction"
    form_class = forms.DeclineRedactionForm
    template_name = "consultations/staff/redact.html"
    page_title = "Leave the file as it is"
    button = "Decline the redaction"
    button_kind = "no"
    done = "The file stays as it is. Whoever asked is being told."

    def act(self, form: Any) -> None:
        actions.decline_redaction(self.redaction, answer=form.cleaned_data["answer"], by=self.person)


class Destroy(FileAct):
    key = "destroy_file"
    form_class = forms.DestroyForm
    page_title = "Destroy the withdrawn file"
    button = "Destroy it for good"
    button_kind = "no"
    done = "The file is destroyed. It cannot be brought back."

    def act(self, form: Any) -> None:
        actions.destroy_withdrawn(self.document, reason=form.cleaned_data["reason"], by=self.person)
