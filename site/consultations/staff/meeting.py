"""Booking the meeting with the network, and noting that it was held."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from accounts.people import SignedInRequest
from changes.refusals import Refused
from consultations import actions
from consultations.actions.meeting import default_invitees
from consultations.models import Consultation
from consultations.staff import forms
from consultations.staff.act import CaseAct
from consultations.staff.triage import back_to
from design.acts import telling
from design.kept import put_back
from design.once import once
from meetings.actions import record_held
from meetings.forms import prefilled
from meetings.models import Resource
from meetings.staff import finding


class Book(CaseAct):
    key = "book"
    header_icon = "date"
    form_class = forms.BookForm
    page_title = "Book the meeting"
    button = "Book it and send the invites"
    done = "The meeting is booked. The invites are on their way."
    lead = "Nobody and no room can be booked twice. Everybody ticked gets an invite for their calendar."

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "invitees": default_invitees(self.consultation)}

    def get_initial(self) -> dict[str, Any]:
        lead = self.consultation.lead_consultant
        usual = {"resources": [Resource.objects.of(lead).pk]} if lead else {}
        return {**usual, **prefilled(self.request.GET)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        needed = self.get_initial().get("resources", [])
        return {**super().get_context_data(**kwargs), "find": finding.link(self.request.path, needed)}

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        put_back(form)
        return form

    def act(self, form: Any) -> None:
        actions.book_meeting(self.consultation, **form.details(), invitees=form.chosen(), by=self.person)


@require_POST
@once
def hold(request: SignedInRequest, consultation: Consultation) -> HttpResponse:
    with telling(request, "The meeting is marked held. The recommendations can be written now."):
        if consultation.meeting is None:
            raise Refused("No meeting is booked.")
        record_held(consultation.meeting, by=request.user)
    return back_to(consultation)
