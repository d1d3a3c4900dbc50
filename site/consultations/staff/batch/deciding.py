"""What is decided about a batch: yes or no, who leads, how long it runs, and its end."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from accounts.people import SignedInRequest
from consultations.actions import batch as actions
from consultations.actions import batch_money
from consultations.models import Batch
from consultations.staff.batch import forms
from consultations.staff.batch.act import BatchAct, back_to
from design.acts import telling
from design.once import once
from design.templatetags.design import long_date


@require_POST
@once
def accept(request: SignedInRequest, batch: Batch) -> HttpResponse:
    with telling(request, f"{batch.reference} is accepted. The team is being told; the quote is next."):
        actions.accept(batch, by=request.user)
    return back_to(batch)


@require_POST
@once
def close(request: SignedInRequest, batch: Batch) -> HttpResponse:
    with telling(request, f"{batch.reference} is closed. The team is told where its themes report is."):
        actions.close(batch, by=request.user)
    return back_to(batch)


class Decline(BatchAct):
    key = "decline"
    form_class = forms.DeclineForm
    page_title = "Decline the request"
    button = "Decline the request"
    button_kind = "no"
    lead = "The team is told to sign in and read both. This cannot be undone."
    done = "The request is declined. The team is being told."

    def act(self, form: Any) -> None:
        actions.decline(self.batch, **form.cleaned_data, by=self.person)


class NameLead(BatchAct):
    key = "lead"
    form_class = forms.LeadForm
    page_title = "Name the lead consultant"
    button = "Name them"
    lead = "They are invited to the sessions booked from now on. Sessions that are booked keep the people they have."

    def get_initial(self) -> dict[str, Any]:
        return {"consultant": self.batch.lead_consultant_id}

    def act(self, form: Any) -> None:
        actions.name_lead(self.batch, form.cleaned_data["consultant"], by=self.person)

    def said(self) -> str:
        return f"{self.batch.lead_consultant} leads {self.batch.reference}."


class Extend(BatchAct):
    key = "extend"
    form_class = forms.ExtendForm
    page_title = "Give the team longer"
    button = "Extend the batch"
    done = "Extended. The team is being told."

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "batch": self.batch}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        balance, until = self.batch.balance, self.batch.expires_on
        lead = f"{balance.told}. The sessions have to be held by {long_date(until)}." if until else ""
        return {**super().get_context_data(**kwargs), "lead": lead}

    def act(self, form: Any) -> None:
        batch_money.extend(self.batch, **form.cleaned_data, by=self.person)


class Withdraw(BatchAct):
    key = "withdraw"
    form_class = forms.WithdrawForm
    page_title = "Withdraw the batch"
    button = "Withdraw the batch"
    button_kind = "no"
    lead = (
        "At the team's word, or because it cannot go on. Sessions that are booked are cancelled, everybody "
        "invited is told, and an order that was not invoiced is cancelled. This cannot be undone."
    )
    done = "The batch is withdrawn. The team is being told."

    def act(self, form: Any) -> None:
        actions.withdraw(self.batch, reason=form.cleaned_data["reason"], by=self.person)
