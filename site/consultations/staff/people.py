"""Who leads a case, who reads with them, and who must not be on it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from consultations import actions
from consultations.staff import forms
from consultations.staff.act import CaseAct


class Allocate(CaseAct):
    key = "allocate"
    form_class = forms.AllocateForm
    page_title = "Name the consultants"
    button = "Name them"
    lead = "They read the documents, hold the meeting and write the recommendations."

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "consultation": self.consultation}

    def get_initial(self) -> dict[str, Any]:
        case = self.consultation
        return {"consultant": case.lead_consultant_id, "second": case.second_consultant_id}

    def act(self, form: Any) -> None:
        actions.allocate(self.consultation, **form.cleaned_data, by=self.person)

    def said(self) -> str:
        case = self.consultation
        beside = f", with {case.second_consultant}" if case.second_consultant else ""
        return f"{case.lead_consultant} leads {case.reference}{beside}."


class Conflict(CaseAct):
    key = "conflict"
    form_class = forms.ConflictForm
    page_title = "Declare a conflict of interest"
    button = "Declare it"
    button_kind = "no"
    lead = "You are then off this case and can no longer open it. The office is told. This cannot be undone."

    def act(self, form: Any) -> None:
        actions.declare_conflict(self.consultation, reason=form.cleaned_data["reason"], by=self.person)
        self.is_declared = True

    def said(self) -> str:
        return f"Declared. You are off {self.consultation.reference} and can no longer open it."

    def get_success_url(self) -> str:
        """The case, until it is no longer theirs to open."""
        return reverse("consultation:index") if hasattr(self, "is_declared") else super().get_success_url()
