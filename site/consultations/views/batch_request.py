"""Asking for a batch: four short steps, check answers, sent. Saved as they go (R13)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.people import SignedInRequest
from consultations.actions import batch as actions
from consultations.batch_sections import BY_SLUG, SECTIONS, unfinished_sections
from consultations.forms import StartForm
from consultations.forms.batch import BATCH_FORMS
from consultations.models import Batch, ConsultationSettings
from consultations.names import names_in
from consultations.views.access import own_batch
from consultations.views.answers import asked
from design.acts import telling
from design.kept import sign_in_required
from design.once import once
from design.templatetags.design import long_date
from organisations.models import Organisation

FROM_CHECK = "check"
FREE_TEXT = ("roles", "aims", "days_note")


def start(request: HttpRequest) -> HttpResponseBase:
    """What a batch is and what happens; then begin. Open to everybody to read."""
    if request.method == "POST":
        return begin(request)
    return render(request, "consultations/batch/start.html", _start_context(request))


def _start_context(request: HttpRequest, form: StartForm | None = None) -> dict[str, object]:
    places = list(Organisation.objects.of(request.user)) if request.user.is_authenticated else []
    drafts = Batch.objects.visible_to(request.user).filter(status=Batch.Status.DRAFT)
    return {
        "form": form or StartForm(places=places),
        "places": places,
        "awaited": Organisation.objects.awaited_by(request.user),
        "drafts": drafts,
        "steps": len(SECTIONS),
        "here": reverse("consultations:batch_start"),
    }


@sign_in_required
@once
def begin(request: SignedInRequest) -> HttpResponse:
    places = list(Organisation.objects.of(request.user))
    form = StartForm(request.POST, places=places)
    if not form.is_valid():
        return render(request, "consultations/batch/start.html", _start_context(request, form), status=422)
    batch = actions.begin(form.cleaned_data["organisation"], by=request.user)
    return redirect("consultations:batch_tasks", batch.reference)


@sign_in_required
@once
def renew(request: SignedInRequest, reference: str) -> HttpResponse:
    """The next batch of the same team, begun from the answers of this one."""
    batch = own_batch(request, reference, Batch.objects.for_stages())
    if request.method == "POST":
        with telling(request) as told:
            following = actions.renew(batch, by=request.user)
        if told.refused:
            return redirect("consultations:batch", batch.reference)
        return redirect("consultations:batch_tasks", following.reference)
    return render(request, "consultations/batch/renew.html", {"batch": batch, "back_href": _page(batch)})


def _page(batch: Batch) -> str:
    return reverse("consultations:batch", args=[batch.reference])


def _draft(request: SignedInRequest, reference: str) -> Batch:
    batch = own_batch(request, reference)
    if batch.status != Batch.Status.DRAFT:
        raise Http404("This request has been sent.")
    return batch


@sign_in_required
def tasks(request: SignedInRequest, reference: str) -> HttpResponse:
    batch = _draft(request, reference)
    rows = [
        {
            "title": section.title,
            "hint": section.hint,
            "href": reverse("consultations:batch_step", args=[batch.reference, section.slug]),
            "status": "Completed" if is_done else "Begun" if section.is_begun(batch) else "Not started yet",
            "tone": "" if is_done else "clay" if section.is_begun(batch) else "slate",
        }
        for section in SECTIONS
        for is_done in [section.is_done(batch)]
    ]
    left = unfinished_sections(batch)
    return render(
        request,
        "consultations/batch/tasks.html",
        {
            "batch": batch,
            "tasks": rows,
            "done": len(SECTIONS) - len(left),
            "draft_ends_on": ConsultationSettings.load().draft_ends_on(batch.updated_at),
        },
    )


@sign_in_required
@once(again=True)
def step(request: SignedInRequest, reference: str, slug: str) -> HttpResponse:
    batch = _draft(request, reference)
    if slug not in BATCH_FORMS:
        raise Http404("No such step.")
    later = "later" in request.POST
    form = BATCH_FORMS[slug](request.POST or None, instance=batch, save_later=later)
    if request.method == "POST" and form.is_valid():
        with telling(request, "Saved. You can come back to this any time." if later else "") as told:
            actions.save_answers(batch, form.cleaned_data, by=request.user)
        if later or told.refused:
            return redirect("consultations:batch_tasks", batch.reference)
        return redirect(_next(request, batch, slug))
    return render(
        request,
        "consultations/batch/step.html",
        {
            "batch": batch,
            "form": form,
            "section": BY_SLUG[slug],
            "number": [section.slug for section in SECTIONS].index(slug) + 1,
            "steps": len(SECTIONS),
            "back_href": reverse("consultations:batch_tasks", args=[batch.reference]),
        },
        status=422 if form.errors else 200,
    )


def _next(request: SignedInRequest, batch: Batch, slug: str) -> str:
    slugs = [section.slug for section in SECTIONS]
    after = slugs.index(slug) + 1
    if request.GET.get("from") == FROM_CHECK or after == len(slugs):
        return reverse("consultations:batch_check", args=[batch.reference])
    return reverse("consultations:batch_step", args=[batch.reference, slugs[after]])


@sign_in_required
@once
def check(request: SignedInRequest, reference: str) -> HttpResponse:
    """Check your answers, then send the request."""
    batch = own_batch(request, reference)
    if request.method == "POST":
        with telling(request) as told:
            actions.request(batch, by=request.user)
        if told.refused:
            return redirect("consultations:batch", batch.reference)
        return redirect("consultations:batch_sent", batch.reference)
    batch = _draft(request, reference)
    return render(
        request,
        "consultations/batch/check.html",
        {
            "batch": batch,
            "groups": asked_of(batch, changeable=True),
            "names": possible_names(batch),
            "unfinished": unfinished_sections(batch),
            "back_href": reverse("consultations:batch_tasks", args=[batch.reference]),
        },
    )


@sign_in_required
def sent(request: SignedInRequest, reference: str) -> HttpResponse:
    batch = own_batch(request, reference)
    if batch.requested_at is None:
        raise Http404("Not sent yet.")
    return render(request, "consultations/batch/sent.html", {"asked": batch, "href": _page(batch)})


def asked_of(batch: Batch, *, changeable: bool = False) -> list[dict[str, Any]]:
    """What was asked for, step by step, as summary lists."""
    return [
        {"title": section.title, "rows": _rows(batch, section.slug, changeable=changeable)}
        for section in SECTIONS
    ]


def _rows(batch: Batch, slug: str, *, changeable: bool) -> list[dict[str, Any]]:
    href = reverse("consultations:batch_step", args=[batch.reference, slug]) + f"?from={FROM_CHECK}"
    return [
        {
            "key": str(field.label).removesuffix(" (optional)"),
            "value": _said(batch, field.name),
            "href": href if changeable else "",
        }
        for field in asked(BATCH_FORMS[slug](instance=batch))
    ]


def _said(batch: Batch, name: str) -> Any:
    value = getattr(batch, name)
    if isinstance(value, date):
        return long_date(value)
    if name == "minutes" and value:
        return f"{value} minutes"
    display = getattr(batch, f"get_{name}_display", None)
    return display() if display else value


def possible_names(batch: Batch) -> list[dict[str, str]]:
    """What in the free text looks like a name, and where to change it. A hint, never a stop."""
    known = [batch.organisation.name, batch.team, batch.contact.name, batch.funder_name, batch.place]
    rows = [
        (name, slug, str(form.base_fields[name].label))
        for slug, form in BATCH_FORMS.items()
        for name in form.base_fields
        if name in FREE_TEXT
    ]
    return [
        {
            "name": found,
            "where": label,
            "href": reverse("consultations:batch_step", args=[batch.reference, slug]) + f"?from={FROM_CHECK}",
        }
        for name, slug, label in rows
        for found in names_in(getattr(batch, name), known)
    ]
