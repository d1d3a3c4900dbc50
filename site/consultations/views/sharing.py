"""Which colleagues see the case; and a phone enquiry taken up by the one who rang."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.people import SignedInRequest
from consultations import actions
from consultations.forms import ColleagueForm
from consultations.models import Consultation
from consultations.views.access import own
from design.acts import telling
from design.kept import sign_in_required
from design.once import once


@sign_in_required
@once
def colleagues(request: SignedInRequest, reference: str) -> HttpResponse:
    """A list, and a form that lets one more in."""
    consultation = own(request, reference)
    form = ColleagueForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        with telling(request, f"{email} now sees this consultation.", form=form, field="email") as told:
            actions.let_in(consultation, email=email, by=request.user)
        if not told.refused:
            return redirect("consultations:colleagues", consultation.reference)
    return render(
        request,
        "consultations/colleagues.html",
        {
            "consultation": consultation,
            "form": form,
            "colleagues": consultation.colleagues.select_related("user"),
            "is_referrer": consultation.contact.user_id == request.user.pk,
            "has_ended": consultation.status in Consultation.ENDED,
            "back_href": reverse("consultations:case", args=[consultation.reference]),
        },
    )


@sign_in_required
@require_POST
@once
def colleague_out(request: SignedInRequest, reference: str, pk: int) -> HttpResponse:
    consultation = own(request, reference)
    colleague = get_object_or_404(consultation.colleagues.select_related("user"), pk=pk)
    with telling(request, f"{colleague.user} no longer sees {consultation.reference}."):
        actions.let_out(colleague, by=request.user)
    if colleague.user_id == request.user.pk:
        return redirect("consultations:mine")
    return redirect("consultations:colleagues", consultation.reference)


@sign_in_required
@once
def complete(request: SignedInRequest, reference: str) -> HttpResponse:
    """Where the mail after a phone call leads: the caller makes the draft their own and goes on with it."""
    if Consultation.objects.visible_to(request.user).filter(reference=reference.upper()).exists():
        return redirect("consultations:referral", reference.upper())
    waiting = Consultation.objects.waiting_for(request.user).select_related("organisation", "contact")
    consultation = get_object_or_404(waiting, reference=reference.upper())
    if request.method == "POST":
        with telling(request):
            actions.take_up(consultation, by=request.user)
        return redirect("consultations:referral", consultation.reference)
    return render(request, "consultations/complete.html", {"consultation": consultation})
