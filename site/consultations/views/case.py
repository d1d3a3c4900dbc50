"""The case page: where things stand, whose turn it is, and everything so far."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.people import SignedInRequest
from consultations import actions
from consultations.clock import Clock, Clocks
from consultations.forms import ReasonForm
from consultations.models import Consultation
from consultations.stages import stage_of
from consultations.views.access import own
from design.acts import telling
from design.kept import sign_in_required
from design.once import once
from engagements.stages import Stage, Whose
from engagements.timeline import NOT_A_STEP, entries_of

# How a report comes about is between the clinicians.
OUR_OWN = {"recommendations.begun", "recommendations.in_review", "recommendations.draft"}
# One step of a sent referral that a stage asks the referrer to change.
CHANGES = {"social_worker": ("Name the new social worker", "social-worker")}
ACTS = {
    "referral": ("Go on with the referral", "consultations:referral"),
    "documents": ("Send documents", "consultations:documents"),
}


@sign_in_required
def case(request: SignedInRequest, reference: str) -> HttpResponse:
    consultation = own(request, reference, Consultation.objects.for_stages())
    if request.path != (path := reverse("consultations:case", args=[consultation.reference])):
        return redirect(path)
    stage = stage_of(consultation)
    clock = Clocks.load().of(consultation)
    requests = list(consultation.document_requests.all())
    return render(
        request,
        "consultations/case.html",
        {
            "consultation": consultation,
            "stage": stage,
            "yours": stage.whose == Whose.REFERRER,
            "done": stage.whose == Whose.NOBODY,
            "clock": clock,
            "until_label": _until_label(clock),
            "button": _button(consultation, stage),
            "entries": entries_of(consultation, now=stage.shown, hidden=NOT_A_STEP | OUR_OWN),
            "requests": requests,
            "settled": sum(r.is_settled for r in requests if r.is_required),
            "needed": sum(r.is_required for r in requests),
            "meeting": consultation.meeting,
            "colleagues": consultation.colleagues.select_related("user"),
            "is_referrer": consultation.contact.user_id == request.user.pk,
            "missing": consultation.missing_for_issue()
            if consultation.status == Consultation.Status.ACCEPTED and consultation.issued_report is None
            else [],
            "may_read_answers": consultation.submitted_at is not None
            and consultation.status != Consultation.Status.DECLINED,
            "may_withdraw": consultation.can_move_to(Consultation.Status.WITHDRAWN)
            and consultation.issued_report is None,
        },
    )


def _until_label(clock: Clock | None) -> str:
    if clock is None or clock.due_on is None:
        return ""
    return "Please answer by" if clock.is_theirs else f"{clock.what} by"


def _button(consultation: Consultation, stage: Stage) -> dict[str, str]:
    """The one thing the referrer can do now, if it is their turn or something is ready to read."""
    if consultation.issued_report is not None:
        href = reverse("consultations:recommendations", args=[consultation.reference])
        return {"label": "Read the recommendations", "href": href}
    if stage.act in CHANGES:
        label, slug = CHANGES[stage.act]
        return {"label": label, "href": reverse("consultations:amend", args=[consultation.reference, slug])}
    if stage.whose == Whose.REFERRER and stage.act in ACTS:
        label, name = ACTS[stage.act]
        return {"label": label, "href": reverse(name, args=[consultation.reference])}
    return {}


@sign_in_required
@once
def withdraw(request: SignedInRequest, reference: str) -> HttpResponse:
    consultation = own(request, reference)
    if request.method != "POST" and not consultation.can_move_to(Consultation.Status.WITHDRAWN):
        raise Http404("It has ended.")
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with telling(request, f"{consultation.reference} is withdrawn."):
            actions.withdraw(consultation, reason=form.cleaned_data["reason"], by=request.user)
        return redirect("consultations:case", consultation.reference)
    return render(
        request,
        "consultations/withdraw.html",
        {
            "consultation": consultation,
            "form": form,
            "back_href": reverse("consultations:case", args=[consultation.reference]),
        },
    )
