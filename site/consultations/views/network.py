"""The professionals around the case, on a draft's list and on that of a referral that is sent."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.people import SignedInRequest
from consultations import actions
from consultations.actions.amending import AMENDABLE
from consultations.actions.referral import OPEN_TO_REFERRER
from consultations.forms import NetworkMemberForm, WhyForm
from consultations.models import Consultation, NetworkMember
from consultations.sections import BY_SLUG, SECTIONS
from consultations.views.access import own, own_open
from consultations.views.amending import sent_case
from consultations.views.referral import next_after
from design.acts import telling
from design.kept import sign_in_required
from design.once import once

SECTION = BY_SLUG["network"]
TOLD = "Whoever works on the case is being told."


@sign_in_required
@once
def named(request: SignedInRequest, reference: str) -> HttpResponse:
    """While the referral is written: a list, and a form that adds one."""
    consultation = own_open(request, reference)
    form = NetworkMemberForm(request.POST or None, instance=NetworkMember(consultation=consultation))
    if request.method == "POST" and form.is_valid():
        with telling(request, f"{form.cleaned_data['name']} is on the list.") as told:
            actions.add_to_network(consultation, form.save(commit=False), by=request.user)
        if not told.refused:
            return redirect("consultations:network", consultation.reference)
    return render(
        request,
        "consultations/steps/network.html",
        {
            "consultation": consultation,
            "form": form,
            "section": SECTION,
            "number": SECTIONS.index(SECTION) + 1,
            "steps": len(SECTIONS),
            "members": consultation.network.all(),
            "next": next_after(consultation, SECTION.slug),
            "blocks": consultation.referral.blocks_acceptance(),
            "back_href": reverse("consultations:referral", args=[consultation.reference]),
        },
    )


@sign_in_required
@once
def amended(request: SignedInRequest, reference: str) -> HttpResponse:
    """The same once it is sent: whoever is added is added for a reason."""
    consultation = sent_case(request, reference)
    if request.method != "POST" and consultation.status not in AMENDABLE:
        raise Http404("It cannot be changed.")
    form = NetworkMemberForm(request.POST or None, instance=NetworkMember(consultation=consultation))
    why = WhyForm(request.POST or None)
    if request.method == "POST" and all([form.is_valid(), why.is_valid()]):
        with telling(request, f"{form.cleaned_data['name']} is on the list. {TOLD}") as told:
            actions.add_to_network(
                consultation, form.save(commit=False), reason=why.cleaned_data["reason"], by=request.user
            )
        if not told.refused:
            return redirect("consultations:amend_network", consultation.reference)
    return render(
        request,
        "consultations/amend_network.html",
        {
            "consultation": consultation,
            "form": form,
            "why": why,
            "section": SECTION,
            "members": consultation.network.all(),
            "is_sent": True,
            "back_href": reverse("consultations:answers", args=[consultation.reference]),
        },
    )


def _list_of(consultation: Consultation) -> str:
    name = "network" if consultation.status in OPEN_TO_REFERRER else "amend_network"
    return reverse(f"consultations:{name}", args=[consultation.reference])


def _changeable(request: SignedInRequest, reference: str) -> Consultation:
    """A post that comes too late is answered by the action, with what it would have done."""
    consultation = own(request, reference)
    if request.method != "POST" and consultation.status not in {*OPEN_TO_REFERRER, *AMENDABLE}:
        raise Http404("It cannot be changed.")
    return consultation


def _why(request: SignedInRequest, consultation: Consultation) -> WhyForm | None:
    """The question that is asked once the referral is sent."""
    return None if consultation.status in OPEN_TO_REFERRER else WhyForm(request.POST or None)


@sign_in_required
@once
def change(request: SignedInRequest, reference: str, pk: int) -> HttpResponse:
    consultation = _changeable(request, reference)
    member = get_object_or_404(consultation.network, pk=pk)
    name = member.name
    form, why = NetworkMemberForm(request.POST or None, instance=member), _why(request, consultation)
    if request.method == "POST" and all([form.is_valid(), why is None or why.is_valid()]):
        with telling(request, f"{form.cleaned_data['name']}: changed. {TOLD if why else ''}".strip()) as told:
            actions.change_in_network(
                form.save(commit=False), reason=why.cleaned_data["reason"] if why else "", by=request.user
            )
        if not told.refused:
            return redirect(_list_of(consultation))
    asked = {"form": form, "why": why, "name": name, "button_label": "Change it"}
    return _member(request, consultation, asked, "change")


@sign_in_required
@once
def remove(request: SignedInRequest, reference: str, pk: int) -> HttpResponse:
    consultation = _changeable(request, reference)
    member = get_object_or_404(consultation.network, pk=pk)
    why = _why(request, consultation)
    if request.method == "POST" and (why is None or why.is_valid()):
        with telling(request, f"{member.name} is no longer on the list. {TOLD if why else ''}".strip()):
            actions.remove_from_network(
                member, reason=why.cleaned_data["reason"] if why else "", by=request.user
            )
        return redirect(_list_of(consultation))
    return _member(request, consultation, {"form": why, "name": member.name}, "remove")


def _member(
    request: SignedInRequest, consultation: Consultation, given: dict[str, Any], act: str
) -> HttpResponse:
    context = {
        "caption": f"Change referral {consultation.reference}",
        "back_href": _list_of(consultation),
        **given,
    }
    return render(request, f"consultations/network_{act}.html", context)
