"""What was said in a referral that is sent: to read, and to change with a reason."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.people import SignedInRequest
from consultations import actions
from consultations.actions.amending import AMENDABLE
from consultations.forms import SECTION_FORMS, WhyForm
from consultations.models import Consultation
from consultations.sections import BY_SLUG
from consultations.views.access import own
from consultations.views.answers import amendments_of, answers_of
from design.acts import telling
from design.kept import sign_in_required
from design.once import once


def sent_case(request: SignedInRequest, reference: str) -> Consultation:
    """The referrer's case once it was sent. A declined referral is read by nobody outside any more."""
    consultation = own(request, reference)
    if consultation.submitted_at is None or consultation.status == Consultation.Status.DECLINED:
        raise Http404("Nothing to read here.")
    return consultation


@sign_in_required
def answers(request: SignedInRequest, reference: str) -> HttpResponse:
    consultation = sent_case(request, reference)
    groups = answers_of(consultation)
    if consultation.status in AMENDABLE:
        for group in groups:
            group["href"] = reverse("consultations:amend", args=[consultation.reference, group["slug"]])
    return render(
        request,
        "consultations/answers.html",
        {
            "consultation": consultation,
            "groups": groups,
            "amendments": amendments_of(consultation),
            "changeable": consultation.status in AMENDABLE,
        },
    )


@sign_in_required
@once
def amend(request: SignedInRequest, reference: str, slug: str) -> HttpResponse:
    """One step again, and why it changes."""
    consultation = sent_case(request, reference)
    if slug not in SECTION_FORMS or (request.method != "POST" and consultation.status not in AMENDABLE):
        raise Http404("It cannot be changed.")
    section = BY_SLUG[slug]
    form = SECTION_FORMS[slug](request.POST or None, instance=consultation.referral)
    why = WhyForm(request.POST or None)
    if request.method == "POST" and all([form.is_valid(), why.is_valid()]):
        said: dict[str, Any] = form.cleaned_data
        with telling(request, f"“{section.title}” is changed. Whoever works on it is being told.") as told:
            actions.amend(
                consultation, said, section=slug, reason=why.cleaned_data["reason"], by=request.user
            )
        if not told.refused:
            return redirect("consultations:answers", consultation.reference)
    return render(
        request,
        "consultations/amend.html",
        {
            "consultation": consultation,
            "form": form,
            "why": why,
            "section": section,
            "back_href": reverse("consultations:answers", args=[consultation.reference]),
        },
    )
