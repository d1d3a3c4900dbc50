"""The case stands still, goes on, and loses or gains its social worker."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from accounts.people import SignedInRequest
from consultations import actions
from consultations.models import Consultation, Referral
from consultations.staff import forms
from consultations.staff.act import CaseAct
from consultations.staff.triage import back_to
from design.acts import telling
from design.once import once


class Pause(CaseAct):
    key = "pause"
    form_class = forms.PauseForm
    page_title = "Pause the case"
    button = "Pause it"
    lead = "Until it goes on, no meeting is booked, nothing is issued and its clock stands still. The referrer is told."
    done = "The case is paused. The referrer is being told."

    def act(self, form: Any) -> None:
        actions.pause(self.consultation, **form.cleaned_data, by=self.person)


@require_POST
@once
def go_on(request: SignedInRequest, consultation: Consultation) -> HttpResponse:
    with telling(request, f"{consultation.reference} goes on. The referrer is being told."):
        actions.go_on(consultation, by=request.user)
    return back_to(consultation)


class SocialWorkerLeft(CaseAct):
    key = "social_worker_left"
    form_class = forms.SocialWorkerLeftForm
    page_title = "The social worker has left"
    button = "Pause the case"
    lead = "The case pauses until a new social worker is named. The referrer is asked for the name."
    done = "The case is paused until a new social worker is named."

    def act(self, form: Any) -> None:
        gone: dict[str, object] = {
            "social_worker_allocated": Referral.Allocated.NO.value,
            "social_worker_name": "",
            "social_worker_email": "",
            "social_worker_phone": "",
        }
        actions.amend(
            self.consultation,
            gone,
            section="social-worker",
            reason=form.cleaned_data["reason"],
            by=self.person,
        )


class NewSocialWorker(CaseAct):
    key = "social_worker"
    form_class = forms.NewSocialWorkerForm
    page_title = "Name the new social worker"
    button = "Name them"
    lead = "If the case is paused for want of a social worker, it goes on by itself."
    done = "The new social worker is named."

    def act(self, form: Any) -> None:
        said = dict(form.cleaned_data)
        reason = said.pop("reason")
        named = {"social_worker_allocated": Referral.Allocated.YES.value, **said}
        actions.amend(self.consultation, named, section="social-worker", reason=reason, by=self.person)
