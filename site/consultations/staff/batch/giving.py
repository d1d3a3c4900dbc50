"""Letting a session pay for a one-off consultation: one that is left, or one that is booked."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from consultations.actions import sessions
from consultations.models import BatchSession
from consultations.staff.batch import forms
from consultations.staff.batch.access import cases_to_pay_for
from consultations.staff.batch.act import BatchAct, SessionAct


class Give(BatchAct):
    key = "give"
    header_icon = "arrow-right"
    form_class = forms.GiveForm
    page_title = "Give a session to a case"
    button = "Let it pay for the case"
    lead = (
        "One of the sessions that are left pays for the case. The case then needs no quote: one that is out is "
        "withdrawn, and its documents are asked for now."
    )
    taken: BatchSession | None = None

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "cases": cases_to_pay_for(self.batch, self.person)}

    def act(self, form: Any) -> None:
        case = form.cleaned_data["case"]
        given = sessions.give_to_case(self.batch, case, session=self.taken, by=self.person)
        self.done = f"{given} pays for {case.reference}. The team is being told."


class GiveSession(SessionAct, Give):
    key = "give_session"
    page_title = "Give this session to a case"
    lead = (
        "The session is called off, everybody invited is told, and it pays for the case instead. The case then "
        "needs no quote: one that is out is withdrawn, and its documents are asked for now."
    )

    @property
    def taken(self) -> BatchSession:  # type: ignore[override]
        return self.session

    def get_success_url(self) -> str:
        return reverse("batch:inspect", args=[self.batch.pk])
