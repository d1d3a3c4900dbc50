"""The quote and the invoice."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from accounts.people import SignedInRequest
from billing.actions import issue_invoice
from billing.models import Product
from changes.refusals import Refused
from consultations import actions
from consultations.models import Consultation
from consultations.staff import forms
from consultations.staff.act import CaseAct
from consultations.staff.triage import back_to
from design.acts import telling
from design.once import once
from organisations.actions import note_contact


class Quote(CaseAct):
    key = "quote"
    form_class = forms.QuoteForm
    page_title = "Send the quote"
    button = "Send the quote"
    lead = "The funder gets a link of their own. They see the reference and the cost, nothing of the case."

    def get_initial(self) -> dict[str, Any]:
        order, referral = self.consultation.order, self.consultation.referral
        funder = order.funder if order is not None else None
        return {
            "product": Product.sold_by_the("consultation"),
            "funder_name": funder.name if funder else referral.funder_name,
            "funder_email": funder.email if funder else referral.funder_email,
        }

    def act(self, form: Any) -> None:
        said = form.cleaned_data
        funder = note_contact(
            self.consultation.organisation, name=said["funder_name"], email=said["funder_email"]
        )
        self.quote = actions.ask_for_funding(
            self.consultation,
            product=said["product"],
            quantity=said["quantity"],
            unit_price=said["unit_price"],
            funder=funder,
            by=self.person,
        )

    def said(self) -> str:
        return f"Quote {self.quote.reference} over £{self.quote.total:,.2f} is on its way to {self.quote.funder}."


@require_POST
@once
def invoice(request: SignedInRequest, consultation: Consultation) -> HttpResponse:
    with telling(request, "The invoice is issued. The funder is being told."):
        if consultation.session is not None:
            raise Refused("A session of a batch pays for this case. Its invoice is the batch’s.")
        if consultation.order is None:
            raise Refused("No quote has been sent yet, so there is nothing to invoice.")
        if consultation.issued_report is None:
            raise Refused("The recommendations have not been issued yet.")
        issue_invoice(consultation.order, by=request.user)
    return back_to(consultation)
