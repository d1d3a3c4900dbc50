"""A phone enquiry: typed by a coordinator while somebody is on the line, then completed by the caller."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.people import SignedInRequest
from consultations import actions
from consultations.forms import SECTION_FORMS
from consultations.models import Consultation
from consultations.staff import access
from design.acts import telling
from design.once import once
from design.staff import Act, StaffForm
from organisations.models import Organisation

# The steps of the referral that a caller is likely to talk about; the rest they fill in themselves.
TOLD = ("you", "social-worker", "young-person", "concern", "police", "safeguarding", "questions")


class EnquiryForm(StaffForm):
    """Who rings, for which organisation, and whatever they said of the referral: nothing of that is required."""

    organisation = forms.ModelChoiceField(
        Organisation.objects.all(),
        empty_label="Choose the organisation",
        help_text="Not here yet? Add it under Organisations first.",
        error_messages={"required": "Choose the organisation"},
    )
    name = forms.CharField(
        label="Caller’s name", max_length=150, error_messages={"required": "Enter the caller’s name"}
    )
    email = forms.EmailField(
        label="Caller’s work email",
        help_text="The link to the referral goes there. Read it back to them.",
        error_messages={"required": "Enter the caller’s work email"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for slug in TOLD:
            for name, field in SECTION_FORMS[slug]().fields.items():
                asked: Any = deepcopy(field)
                asked.required = False
                if slug == "you":  # said of somebody else here
                    asked.label, asked.help_text = f"Caller’s {str(asked.label).removeprefix('Your ')}", ""
                if isinstance(asked, forms.ChoiceField):
                    choices: Any = asked.choices
                    asked.widget = forms.RadioSelect(choices=choices)  # drawn for the admin, as the rest
                self.fields[name] = asked

    @property
    def answers(self) -> dict[str, object]:
        """What was said, by field of the referral; what was left out is left out."""
        own = ("organisation", "name", "email")
        return {k: v for k, v in self.cleaned_data.items() if k not in own and v not in ("", None)}


class Enquiry(Act):
    template_name = "consultations/staff/enquiry.html"
    form_class = EnquiryForm
    page_title = "Take down a phone enquiry"
    header_icon = "mail"
    button = "Send the caller the referral"
    lead = (
        "Write down what the caller says. It becomes a draft referral that they complete and send themselves: "
        "they get a link by email, and from then on the draft is theirs alone. No names of children or families."
    )

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm(access.TRIAGE):
            raise Http404("Not yours to do.")
        return super().dispatch(request, *args, **kwargs)

    def act(self, form: Any) -> None:
        caller: User = self.request.user  # type: ignore[assignment]
        said = form.cleaned_data
        self.taken = actions.take_enquiry(
            said["organisation"], name=said["name"], email=said["email"], answers=form.answers, by=caller
        )

    def said(self) -> str:
        return f"{self.taken.reference} is on its way to {self.taken.contact.email}. Tell them the reference."

    def get_success_url(self) -> str:
        return reverse("consultation:enquiry")

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        cases = {"url": reverse("consultation:index"), "label": "Consultations"}
        return [*self.breadcrumbs_items, cases, {"url": "", "label": str(self.page_title)}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "waiting": Consultation.objects.not_taken_up()[:50]}


@require_POST
@once
def send_again(request: SignedInRequest, pk: int) -> HttpResponse:
    if not request.user.has_perm(access.TRIAGE):
        raise Http404("Not yours to do.")
    enquiry = get_object_or_404(Consultation.objects.not_taken_up(), pk=pk)
    with telling(request, f"The link is on its way to {enquiry.contact.email} again."):
        actions.send_enquiry_again(enquiry, by=request.user)
    return redirect("consultation:enquiry")
