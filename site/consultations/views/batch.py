"""The batch page: where things stand, what is left, and everything so far."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.people import SignedInRequest
from consultations.actions import batch as actions
from consultations.batch_stages import stage_of_batch
from consultations.forms import THROWN_AWAY, ReasonForm
from consultations.models import Batch
from consultations.themes import report_of
from consultations.views.access import own_batch
from consultations.views.batch_request import asked_of
from design.acts import telling
from design.kept import sign_in_required
from design.once import once
from engagements.stages import Whose
from engagements.timeline import NOT_A_STEP, entries_of

# How we keep our books and our diary is no step of the team's.
OUR_OWN = NOT_A_STEP | {
    "order.link_sent",
    "order.card_started",
    "order.card_unreachable",
    "order.card_mismatch",
    "meeting.booked",
    "meeting.replied",
    "meeting.cancelled",
    "meeting.held",
    "batch.lead_named",
    "batchsession.described",
    "batchsession.item_added",
    "batchsession.item_removed",
}


@sign_in_required
def batch(request: SignedInRequest, reference: str) -> HttpResponse:
    batch = own_batch(request, reference, whole_batch())
    if request.path != (path := reverse("consultations:batch", args=[batch.reference])):
        return redirect(path)
    stage = stage_of_batch(batch)
    coming = batch.next_session
    return render(
        request,
        "consultations/batch/batch.html",
        {
            "batch": batch,
            "stage": stage,
            "yours": stage.whose == Whose.BOOKER,
            "done": stage.is_over,
            "button": _button(batch),
            "on": coming.meeting.starts_at if coming and coming.meeting else None,
            "balance": batch.balance if batch.bought else None,
            "sessions": sorted(batch.sessions.all(), key=lambda session: session.number),
            "entries": entries_of(batch, now=stage.shown if not stage.is_over else "", hidden=OUR_OWN),
            "groups": asked_of(batch),
            "order": batch.order,
            "may_renew": batch.is_at_its_last and batch.renewal is None,
            "has_themes": any(s.status == s.Status.HELD for s in batch.sessions.all()),
            "may_withdraw": not batch.missing_for_withdrawal(request.user),
        },
    )


def whole_batch() -> Any:
    """A batch with all that its page reads."""
    return Batch.objects.for_stages().prefetch_related("meetings__attendees", "sessions__consultation")


def _button(batch: Batch) -> dict[str, str]:
    """The one thing the team can do now."""
    if batch.status == Batch.Status.DRAFT:
        return {"label": "Go on with the request", "href": _to("batch_tasks", batch)}
    if batch.status not in Batch.ENDED and batch.is_at_its_last and batch.renewal is None:
        return {"label": "Ask for the next batch", "href": _to("batch_renew", batch)}
    if batch.status == Batch.Status.CLOSED and batch.bought:
        return {"label": "Read what your sessions were about", "href": _to("batch_themes", batch)}
    return {}


def _to(name: str, batch: Batch) -> str:
    return reverse(f"consultations:{name}", args=[batch.reference])


@sign_in_required
@once
def withdraw(request: SignedInRequest, reference: str) -> HttpResponse:
    batch = own_batch(request, reference)
    if request.method != "POST" and not batch.can_move_to(Batch.Status.WITHDRAWN):
        raise Http404("It has ended.")
    form = ReasonForm(request.POST or None) if batch.requested_at else None  # of a draft nobody asks why
    if request.method == "POST" and (form is None or form.is_valid()):
        reason = form.cleaned_data["reason"] if form else THROWN_AWAY
        with telling(request, f"{batch.reference} is {'withdrawn' if form else 'thrown away'}."):
            actions.withdraw(batch, reason=reason, by=request.user)
        return redirect("consultations:batch", batch.reference)
    return render(
        request,
        "consultations/batch/withdraw.html",
        {
            "batch": batch,
            "form": form,
            "missing": batch.missing_for_withdrawal(request.user),
            "back_href": reverse("consultations:batch", args=[batch.reference]),
        },
        status=422 if form and form.errors else 200,
    )


@sign_in_required
def themes(request: SignedInRequest, reference: str) -> HttpResponse:
    """What the sessions were about, as a chart and a table that point to nobody."""
    batch = own_batch(request, reference, Batch.objects.for_stages())
    if not batch.bought:
        raise Http404("No session was bought.")
    return render(
        request,
        "consultations/batch/themes.html",
        {
            "batch": batch,
            "report": report_of(batch),
            "balance": batch.balance,
            "back_href": reverse("consultations:batch", args=[batch.reference]),
        },
    )
