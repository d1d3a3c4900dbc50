"""What is decided about a referral, and who leads."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.people import SignedInRequest
from consultations import actions
from consultations.models import Consultation
from consultations.staff import forms
from consultations.staff.act import CaseAct
from design.acts import telling
from design.once import once


def back_to(consultation: Consultation) -> HttpResponse:
    return redirect("consultation:inspect", consultation.pk)


@require_POST
@once
def accept(request: SignedInRequest, consultation: Consultation) -> HttpResponse:
    with telling(request, f"{consultation.reference} is accepted. The referrer is being told."):
        actions.accept_referral(consultation, by=request.user)
    return back_to(consultation)


class Override(CaseAct):
    key = "override"
    form_class = forms.OverrideForm
    template_name = "consultations/staff/override.html"
    page_title = "Accept without the safeguards"
    button = "Accept the referral"
    done = "Accepted, with your reason. The referrer is being told."

    def act(self, form: Any) -> None:
        actions.accept_referral(
            self.consultation, by=self.person, override_reason=form.cleaned_data["reason"]
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context_data(**kwargs),
            "blocks": self.consultation.referral.blocks_acceptance(),
        }


class Ask(CaseAct):
    key = "ask"
    form_class = forms.QuestionForm
    page_title = "Ask the referrer for more"
    button = "Send the question"
    lead = "The referral goes back to the referrer, who can change it, answer, and send it again."
    done = "The question is sent. The referrer is being told to look."

    def act(self, form: Any) -> None:
        actions.ask_for_more(self.consultation, question=form.cleaned_data["question"], by=self.person)


class Decline(CaseAct):
    key = "decline"
    form_class = forms.DeclineForm
    page_title = "Decline the referral"
    button = "Decline the referral"
    button_kind = "no"
    lead = "The referrer is told to sign in and read both. This cannot be undone."
    done = "The referral is declined. The referrer is being told."

    def act(self, form: Any) -> None:
        actions.decline_referral(self.consultation, **form.cleaned_data, by=self.person)


class Withdraw(CaseAct):
    key = "withdraw"
    form_class = forms.WithdrawForm
    page_title = "Withdraw the case"
    button = "Withdraw the case"
    button_kind = "no"
    lead = "At the referrer's word, or because it cannot go on. The referrer is told. This cannot be undone."
    done = "The case is withdrawn. The referrer is being told."

    def act(self, form: Any) -> None:
        actions.withdraw(self.consultation, reason=form.cleaned_data["reason"], by=self.person)


@require_POST
@once
def urgent(request: SignedInRequest, consultation: Consultation) -> HttpResponse:
    """The button says the other of the two."""
    place = "back in its place in the queue" if consultation.is_urgent else "at the head of the queue"
    with telling(request, f"{consultation.reference} is {place}."):
        actions.mark_urgent(consultation, urgent=not consultation.is_urgent, by=request.user)
    return back_to(consultation)
