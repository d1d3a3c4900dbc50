"""What a case's checklist asks for: chosen, sent out, changed line by line."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from accounts.people import SignedInRequest
from consultations import actions
from consultations.models import Consultation, ConsultationSettings, DocumentRequest
from consultations.staff import document_forms as forms
from consultations.staff.act import CaseAct
from consultations.staff.document_acts import acts_on_document
from consultations.staff.triage import back_to
from design.acts import telling
from design.once import once


class LineAct(CaseAct):
    """An act on one line of the checklist."""

    header_icon = "doc-full"

    @property
    def line(self) -> DocumentRequest:
        if not hasattr(self, "_line"):
            self._line = get_object_or_404(self.consultation.document_requests, number=self.kwargs["number"])
        return self._line

    def why_off(self) -> tuple[str, ...]:
        act = acts_on_document(self.consultation, self.line, self.request.user).get(self.key)
        if act is None:
            return (f"“{self.line.title}” is {self.line.state.lower()}, so there is nothing to do here.",)
        return act.why_off

    def get_page_subtitle(self) -> str:
        return f"{self.line.title}, {self.consultation.title}"

    def get_success_url(self) -> str:
        return f"{super().get_success_url()}#documents"


class Plan(CaseAct):
    key = "plan_documents"
    header_icon = "clipboard-list"
    form_class = forms.PlanForm
    page_title = "Choose the documents checklist"
    button = "Put it on the case"
    done = "The checklist is on the case. Nobody has been asked yet."

    def get_initial(self) -> dict[str, Any]:
        return {**super().get_initial(), "checklist": ConsultationSettings.load().checklist}

    def act(self, form: Any) -> None:
        actions.plan_documents(self.consultation, checklist=form.cleaned_data["checklist"], by=self.person)


@require_POST
@once
def request_all(request: SignedInRequest, consultation: Consultation) -> HttpResponse:
    with telling(request, "The checklist is sent. The referrer is being told."):
        actions.request_documents(consultation, by=request.user)
    return back_to(consultation)


class Add(CaseAct):
    key = "add_document"
    header_icon = "doc-full"
    form_class = forms.LineForm
    page_title = "Add a document"
    button = "Add the document"

    def act(self, form: Any) -> None:
        self.added = actions.add_document(self.consultation, **form.cleaned_data, by=self.person)

    def said(self) -> str:
        told = "" if self.added.is_planned else " The referrer is being told."
        return f"“{self.added.title}” is on the checklist.{told}"


class _OfItsLine(LineAct):
    """Whether a reason is needed is read from the line."""

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "line": self.line}


class Change(_OfItsLine):
    key = "change"
    form_class = forms.ChangeForm
    page_title = "Change the document asked for"
    button = "Save the change"

    def act(self, form: Any) -> None:
        actions.change_document(self.line, **form.cleaned_data, by=self.person)

    def said(self) -> str:
        return f"“{self.line.title}” is changed."


class Remove(_OfItsLine):
    key = "remove"
    form_class = forms.RemoveForm
    page_title = "Remove the document from the checklist"
    button = "Remove it"
    button_kind = "no"

    def act(self, form: Any) -> None:
        actions.remove_document(self.line, reason=form.cleaned_data["reason"], by=self.person)

    def said(self) -> str:
        return f"“{self.line.title}” is no longer asked for."


class AskAgain(LineAct):
    key = "ask"
    form_class = forms.AskAgainForm
    page_title = "Ask for the document again"
    button = "Ask again"
    lead = "It counts as asked for again, and the referrer is told. To ask somebody else, give their agency a link."

    def act(self, form: Any) -> None:
        actions.ask_again(self.line, due_on=form.cleaned_data["due_on"], by=self.person)

    def said(self) -> str:
        return f"“{self.line.title}” is asked for again. The referrer is being told."
