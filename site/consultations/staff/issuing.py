"""Issuing the recommendations, a new version of them, and who may read them."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.people import SignedInRequest
from consultations import actions
from consultations.models import Consultation
from consultations.people import around
from consultations.receipts import Receipt, receipts_of
from consultations.staff import report_forms as forms
from consultations.staff.act import CaseAct
from consultations.staff.report import newest_of
from consultations.staff.triage import back_to
from design.acts import telling
from design.once import once
from design.staff import Button


@require_POST
@once
def issue(request: SignedInRequest, consultation: Consultation) -> HttpResponse:
    with telling(
        request, "The recommendations are issued. Everybody named is being told where to read them."
    ):
        actions.issue_recommendations(newest_of(consultation), by=request.user)
    return back_to(consultation)


class Reissue(CaseAct):
    key = "reissue"
    header_icon = "doc-full"
    form_class = forms.ReissueForm
    page_title = "Begin a new version"
    button = "Begin the new version"
    done = "The new version is begun from the words of the one before. The issued one stands until it replaces it."
    lead = "An issued report never changes. A new version goes the same way: review, sign-off, issue."

    def act(self, form: Any) -> None:
        report = self.consultation.issued_report
        if report is None:
            raise Http404("Nothing is issued.")
        actions.reissue(report, reason=form.cleaned_data["reason"], by=self.person)

    def get_success_url(self) -> str:
        report = self.consultation.report
        is_theirs = report is not None and not report.is_frozen and report.author_id == self.person.pk
        name = "write" if is_theirs and self.request.method == "POST" else "inspect"
        return reverse(f"consultation:{name}", args=[self.consultation.pk])


@require_POST
@once
def discard(request: SignedInRequest, consultation: Consultation) -> HttpResponse:
    with telling(request, "The new version is discarded. The issued one stands."):
        actions.discard_version(newest_of(consultation), by=request.user)
    return back_to(consultation)


class Recipients(CaseAct):
    """Everybody who may read the report, when they did, and a form that names one more."""

    key = "recipients"
    form_class = forms.RecipientForm
    template_name = "consultations/staff/recipients.html"
    page_title = "Who may read the recommendations"
    button = "Let them read it"

    def act(self, form: Any) -> None:
        actions.name_recipient(self.consultation, **form.cleaned_data, by=self.person)

    def said(self) -> str:
        issued = self.consultation.issued_report is not None
        return "Named. They are being told." if issued else "Named. They are told when it is issued."

    def get_initial(self) -> dict[str, Any]:
        """Somebody of the network, chosen by a link on the page."""
        asked = self.request.GET.get("person", "")
        chosen = next((p for p in around(self.consultation) if p.email == asked), None)
        return {"name": chosen.name, "email": chosen.email} if chosen else {}

    def get_success_url(self) -> str:
        if self.request.method == "POST":
            return reverse("consultation:recipients", args=[self.consultation.pk])
        return super().get_success_url()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        receipts = receipts_of(self.consultation)
        standing = {r.email.lower() for r in receipts if r.is_standing}
        return {
            **super().get_context_data(**kwargs),
            "receipts": [{"one": one, "revoke": self._revoking(one)} for one in receipts],
            "others": [p for p in around(self.consultation) if p.email.lower() not in standing],
            "back": reverse("consultation:inspect", args=[self.consultation.pk]),
        }

    def _revoking(self, one: Receipt) -> Button | None:
        if one.recipient is None or not one.is_standing:
            return None
        href = reverse("consultation:revoke", args=[self.consultation.pk, one.recipient.pk])
        return Button(f"revoke-{one.recipient.pk}", "Take off", href, posts=True, about=one.name)


@require_POST
@once
def revoke(request: SignedInRequest, consultation: Consultation, recipient: int) -> HttpResponse:
    found = get_object_or_404(consultation.recipients, pk=recipient)
    with telling(request, f"{found.name} can no longer read the recommendations."):
        actions.revoke_recipient(found, by=request.user)
    return redirect("consultation:recipients", consultation.pk)
