"""The quote for a number of sessions, and the invoice for those bought."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from accounts.people import SignedInRequest
from billing.models import Product
from consultations.actions import batch_money
from consultations.models import Batch
from consultations.staff.batch import forms
from consultations.staff.batch.act import BatchAct, back_to
from design.acts import telling
from design.once import once
from organisations.actions import note_contact


class Quote(BatchAct):
    key = "quote"
    form_class = forms.QuoteForm
    page_title = "Send the quote"
    button = "Send the quote"
    lead = "The funder gets a link of their own. They see the reference and the cost alone."

    def get_initial(self) -> dict[str, Any]:
        batch = self.batch
        funder = batch.order.funder if batch.order is not None else None
        return {
            "product": Product.sold_by_the("session"),
            "sessions": batch.sessions_wanted,
            "funder_name": funder.name if funder else batch.funder_name,
            "funder_email": funder.email if funder else batch.funder_email,
        }

    def act(self, form: Any) -> None:
        said = form.cleaned_data
        funder = note_contact(self.batch.organisation, name=said["funder_name"], email=said["funder_email"])
        self.quote = batch_money.ask_for_funding(
            self.batch,
            product=said["product"],
            sessions=said["sessions"],
            unit_price=said["unit_price"],
            funder=funder,
            by=self.person,
        )

    def said(self) -> str:
        return f"Quote {self.quote.reference} over £{self.quote.total:,.2f} is on its way to {self.quote.funder}."


class Refund(BatchAct):
    key = "refund"
    form_class = forms.RefundForm
    page_title = "Refund unused sessions"
    button = "Issue the credit note"
    button_kind = "no"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        lead = (
            f"{self.batch.balance.told}. A credit note takes them off the invoice, and they cannot be booked any "
            "more. What was paid already is then owed to the funder. This cannot be undone."
        )
        return {**super().get_context_data(**kwargs), "lead": lead}

    def get_initial(self) -> dict[str, Any]:
        return {"sessions": self.batch.balance.unclaimed}

    def act(self, form: Any) -> None:
        self.note = batch_money.refund_unused(self.batch, **form.cleaned_data, by=self.person)

    def said(self) -> str:
        return f"Credit note {self.note.number} over £{self.note.total:,.2f} is issued. Funder and team are being told."


class AskRefund(Refund):
    """For whoever runs the batch and issues no credit notes."""

    key = "ask_refund"
    page_title = "Ask finance to refund sessions"
    button = "Ask finance"
    button_kind = ""
    done = "Finance is being told. The sessions can be booked until the credit note is issued."

    def act(self, form: Any) -> None:
        batch_money.ask_for_refund(self.batch, **form.cleaned_data, by=self.person)

    def said(self) -> str:
        return self.done


@require_POST
@once
def invoice(request: SignedInRequest, batch: Batch) -> HttpResponse:
    with telling(request, "The invoice is issued. The funder is being told."):
        batch_money.issue_invoice(batch, by=request.user)
    return back_to(batch)
