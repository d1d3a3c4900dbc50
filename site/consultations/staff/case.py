"""The case as one page: where it stands, what is missing, what was said, and every act as a button."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from consultations.clock import Clocks
from consultations.models import Consultation
from consultations.staff import access, acts, boxes
from consultations.staff.forms import OpenForm
from consultations.staff.listing import age_of
from consultations.staff.poll import TRADE
from consultations.stages import stage_of
from design.staff import Button, furniture
from engagements.polls import polls_on_page
from engagements.stages import Stage, Whose
from engagements.timeline import entries_of, readings_of
from meetings.models import Poll


def crumbs_to(consultation: Consultation, title: str = "") -> list[dict[str, str]]:
    here = {"url": reverse("consultation:inspect", args=[consultation.pk]), "label": consultation.reference}
    crumbs = [{"url": reverse("consultation:index"), "label": "Consultations"}, here]
    return [*crumbs, {"url": "", "label": title}] if title else crumbs


def whole_case() -> Any:
    """A case with all that its page reads."""
    return Consultation.objects.for_stages().prefetch_related(
        "network",
        "meetings__reservations__resource",
        "document_requests__files__uploaded_by",
        "document_requests__files__redactions",
        "agency_links__lines",
        "agency_links__files",
    )


@require_GET
@access.on_case(access.VIEW, cases=whole_case)
def page(request: HttpRequest, consultation: Consultation) -> HttpResponse:
    user = request.user
    can = acts.acts_of(consultation, user)
    gate, missing = acts.missing_now(consultation)
    dates = polls_on_page(TRADE, consultation, may=user.has_perm(access.BOOK))
    stage, step = _where_it_stands(consultation, can, user, dates.get("open"))
    return render(
        request,
        "consultations/staff/case.html",
        {
            **furniture(
                "Consultation", subtitle=consultation.reference, icon="group", crumbs=crumbs_to(consultation)
            ),
            **boxes.of(request, consultation, can),
            "consultation": consultation,
            "stage": stage,
            "whose": "" if stage.whose == Whose.NOBODY else stage.whose.value,
            "next": step,
            "yours": step is not None and acts.is_turn_of(user, consultation, stage),
            "done": stage.whose == Whose.NOBODY,
            "age": age_of(consultation),
            "acts": can,
            "gate": gate,
            "missing": missing,
            "clock": Clocks.load().of(consultation),
            "dates": dates,
            "entries": entries_of(consultation, now=stage.name),
            "readings": readings_of(consultation),
        },
    )


def _where_it_stands(
    consultation: Consultation, can: acts.Acts, user: Any, asked: tuple[Poll, str] | None
) -> tuple[Stage, Button | None]:
    """The stage and the act that is next. While people are asked for a date, the poll is where it is chosen."""
    stage = stage_of(consultation)
    step = acts.next_act(consultation, stage, can, user)
    if asked is None or stage.act != "book":
        return stage, step
    poll, page_of_poll = asked
    words = f"Choose a date from the poll. {poll.answers}."
    return replace(stage, for_staff=words), Button("next-dates", "See the date poll", page_of_poll, kind="")


def opening(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A clinician who is not on the case says why they open it; kept, and good for an hour."""
    consultation = access.case_of(request, pk)
    there = access.next_page(request, consultation)
    if not access.needs_reason(request, consultation):
        return redirect(there)
    form = OpenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        access.open_case(request, consultation, reason=form.cleaned_data["reason"])
        return redirect(there)
    return render(
        request,
        "consultations/staff/open.html",
        {
            **furniture("Say why you open this case", icon="lock", crumbs=crumbs_to(consultation, "Say why")),
            "consultation": consultation,
            "form": form,
            "button": "Open the case",
            "back": reverse("consultation:index"),
        },
        status=422 if form.errors else 200,
    )
