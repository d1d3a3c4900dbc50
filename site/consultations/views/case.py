"""The case page: where things stand, whose turn it is, and everything so far."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.people import SignedInRequest
from consultations import actions
from consultations.clock import Clock, Clocks
from consultations.forms import THROWN_AWAY, ReasonForm
from consultations.models import Consultation
from consultations.models.retention import kept_until
from consultations.stages import stage_of
from consultations.views.access import own
from consultations.views.asked import asked_of
from design.acts import telling
from design.kept import sign_in_required
from design.once import once
from engagements.stages import Stage, Whose
from engagements.timeline import NOT_A_STEP, entries_of
from meetings.views.file import as_file

# How a report comes about is between the clinicians; which checklist was chosen, between staff.
OUR_OWN = {
    "recommendations.begun",
    "recommendations.reissued",
    "recommendations.discarded",
    "recommendations.in_review",
    "recommendations.approved",
    "recommendations.draft",
    "consultation.conflict_declared",
    "consultation.hold_set",
    "consultation.hold_lifted",
    "consultation.documents_planned",
}
# One step of a sent referral that a stage asks the referrer to change.
CHANGES = {"social_worker": ("Name the new social worker", "social-worker")}
ACTS = {
    "referral": ("Go on with the referral", "consultations:referral"),
    "answer": ("Answer our question", "consultations:answer"),
    "documents": ("Send documents", "consultations:documents"),
}


@sign_in_required
def case(request: SignedInRequest, reference: str) -> HttpResponse:
    consultation = own(request, reference, Consultation.objects.for_stages())
    if request.path != (path := reverse("consultations:case", args=[consultation.reference])):
        return redirect(path)
    stage = stage_of(consultation)
    clock = Clocks.load().of(consultation)
    requests = consultation.asked_documents
    wanted = [r.wanted_by for r in requests if r.is_required and r.wanted_by and stage.act == "documents"]
    return render(
        request,
        "consultations/case.html",
        {
            "consultation": consultation,
            "stage": stage,
            "yours": stage.whose == Whose.REFERRER,
            "done": stage.whose == Whose.NOBODY,
            "clock": clock,
            "until": min(wanted) if wanted else clock and clock.due_on,
            "until_label": "Please send them by" if wanted else _until_label(clock),
            "button": _button(consultation, stage),
            "ready": consultation.issued_report is not None and consultation.issued_report.is_readable,
            "asked": asked_of(consultation, request.user),
            "entries": entries_of(consultation, now=stage.shown, hidden=NOT_A_STEP | OUR_OWN),
            "requests": requests,
            "settled": sum(r.is_settled for r in requests if r.is_required),
            "needed": sum(r.is_required for r in requests),
            "meeting": consultation.meeting,
            "kept": kept_until(consultation) if consultation.status in Consultation.ENDED else [],
            "network": consultation.network.all()
            if consultation.status == Consultation.Status.ACCEPTED
            else [],
            "colleagues": consultation.colleagues.select_related("user"),
            "is_referrer": consultation.contact.user_id == request.user.pk,
            "missing": consultation.missing_for_referrer()
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
    if (report := consultation.issued_report) is not None and report.is_readable:
        href = reverse("consultations:recommendations", args=[consultation.reference])
        return {"label": "Read the recommendations", "href": href}
    if stage.act in CHANGES:
        label, slug = CHANGES[stage.act]
        return {"label": label, "href": reverse("consultations:amend", args=[consultation.reference, slug])}
    if stage.whose == Whose.REFERRER and stage.act in ACTS:
        label, name = ACTS[stage.act]
        return {"label": label, "href": reverse(name, args=[consultation.reference])}
    if stage.act == "documents" and any(
        r.is_required and r.status in r.WANTED for r in consultation.asked_documents
    ):
        return {
            "label": "Send the rest",
            "href": reverse("consultations:documents", args=[consultation.reference]),
        }
    return {}


@sign_in_required
def meeting_file(request: SignedInRequest, reference: str) -> HttpResponse:
    """The meeting that stands, as a file for a calendar."""
    meeting = own(request, reference).meeting
    if meeting is None:
        raise Http404("No meeting stands.")
    return as_file(meeting)


@sign_in_required
@once
def withdraw(request: SignedInRequest, reference: str) -> HttpResponse:
    consultation = own(request, reference)
    if request.method != "POST" and not consultation.can_move_to(Consultation.Status.WITHDRAWN):
        raise Http404("It has ended.")
    # Of a draft nobody asks why.
    form = ReasonForm(request.POST or None) if consultation.submitted_at else None
    if request.method == "POST" and (form is None or form.is_valid()):
        reason = form.cleaned_data["reason"] if form else THROWN_AWAY
        with telling(request, f"{consultation.reference} is {'withdrawn' if form else 'thrown away'}."):
            actions.withdraw(consultation, reason=reason, by=request.user)
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
