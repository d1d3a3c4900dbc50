"""Making a referral: a stop-page, a task list, one thing a page, check answers, sent."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.people import SignedInRequest
from consultations import actions
from consultations.forms import SECTION_FORMS, AnswerForm, StartForm
from consultations.models import Consultation, ConsultationSettings
from consultations.sections import BY_SLUG, SECTIONS, section_after, unfinished_sections
from consultations.views.access import own, own_open
from consultations.views.answers import answers_of, possible_names
from design.acts import telling
from design.kept import sign_in_required
from design.once import once
from organisations.models import Organisation


def start(request: HttpRequest) -> HttpResponseBase:
    """What to do in danger first; then what a referral needs; then begin. Open to everybody to read."""
    if request.method == "POST":
        return begin(request)
    return render(request, "consultations/start.html", _start_context(request))


def _start_context(request: HttpRequest, form: StartForm | None = None) -> dict[str, object]:
    places = list(Organisation.objects.of(request.user)) if request.user.is_authenticated else []
    return {
        "form": form or StartForm(places=places),
        "places": places,
        "awaited": Organisation.objects.awaited_by(request.user),
        "sections": SECTIONS,
        "drafts": Consultation.objects.visible_to(request.user).filter(status=Consultation.Status.DRAFT),
    }


@sign_in_required
@once
def begin(request: SignedInRequest) -> HttpResponse:
    places = list(Organisation.objects.of(request.user))
    form = StartForm(request.POST, places=places)
    if not form.is_valid():
        return render(request, "consultations/start.html", _start_context(request, form))
    consultation = actions.begin(form.cleaned_data["organisation"], by=request.user)
    return redirect("consultations:referral", consultation.reference)


@sign_in_required
def tasks(request: SignedInRequest, reference: str) -> HttpResponse:
    consultation = own_open(request, reference)
    done = {section.slug for section in SECTIONS if section.is_done(consultation.referral)}
    rows = [
        {
            "title": section.title,
            "hint": section.hint,
            "href": reverse("consultations:step", args=[reference, section.slug]),
            "status": "Completed" if section.slug in done else "Begun" if begun else "Not started yet",
            "tone": "" if section.slug in done else "clay" if begun else "slate",
        }
        for section in SECTIONS
        for begun in [section.is_begun(consultation.referral)]
    ]
    return render(
        request,
        "consultations/tasks.html",
        {
            "consultation": consultation,
            "tasks": rows,
            "done": len(done),
            "draft_ends_on": None
            if consultation.submitted_at
            else ConsultationSettings.load().draft_ends_on(consultation.referral.updated_at),
            "blocks": consultation.referral.blocks_acceptance(),
            "is_questioned": consultation.status == Consultation.Status.QUESTIONED,
        },
    )


@sign_in_required
@once(again=True)
def step(request: SignedInRequest, reference: str, slug: str) -> HttpResponse:
    consultation = own_open(request, reference)
    if slug not in SECTION_FORMS:
        raise Http404("No such step.")
    later = "later" in request.POST
    form = SECTION_FORMS[slug](request.POST or None, instance=consultation.referral, save_later=later)
    if request.method == "POST" and form.is_valid():
        with telling(request, "Saved. You can come back to this any time." if later else "") as told:
            actions.save_step(consultation, form.cleaned_data, by=request.user)
        if later or told.refused:
            return redirect("consultations:referral", consultation.reference)
        return redirect(_next(request, consultation, slug))
    return render(
        request,
        [f"consultations/steps/{slug}.html", "consultations/step.html"],
        {
            "consultation": consultation,
            "form": form,
            "section": BY_SLUG[slug],
            "number": [s.slug for s in SECTIONS].index(slug) + 1,
            "steps": len(SECTIONS),
            "blocks": consultation.referral.blocks_acceptance(),
            "back_href": reverse("consultations:referral", args=[consultation.reference]),
        },
    )


def _next(request: SignedInRequest, consultation: Consultation, slug: str) -> str:
    if request.GET.get("from") == "check":
        return reverse("consultations:check", args=[consultation.reference])
    return next_after(consultation, slug)


def next_after(consultation: Consultation, slug: str) -> str:
    after = section_after(slug)
    if after is None:
        return reverse("consultations:referral", args=[consultation.reference])
    return reverse("consultations:step", args=[consultation.reference, after.slug])


@sign_in_required
@once(again=True)
def answer(request: SignedInRequest, reference: str) -> HttpResponse:
    """What triage asked, and the referrer's answer."""
    consultation = own_open(request, reference)
    if consultation.status != Consultation.Status.QUESTIONED:
        raise Http404("Nothing was asked.")
    form = AnswerForm(request.POST or None, initial={"answer": consultation.referral.answer})
    if request.method == "POST" and form.is_valid():
        with telling(request):
            actions.save_step(consultation, form.cleaned_data, by=request.user)
        return redirect("consultations:check", consultation.reference)
    return render(
        request,
        "consultations/steps/answer.html",
        {
            "consultation": consultation,
            "form": form,
            "back_href": reverse("consultations:referral", args=[consultation.reference]),
        },
    )


@sign_in_required
@once
def check(request: SignedInRequest, reference: str) -> HttpResponse:
    """Check your answers, then send the referral."""
    consultation = own(request, reference)
    if request.method == "POST":
        with telling(request) as told:
            actions.refer(consultation, by=request.user)
        if not told.refused:
            return redirect("consultations:sent", consultation.reference)
        return redirect("consultations:case", consultation.reference)
    consultation = own_open(request, reference)
    groups = answers_of(consultation, changeable=True)
    return render(
        request,
        "consultations/check.html",
        {
            "consultation": consultation,
            "groups": groups,
            "names": possible_names(consultation, groups),
            "unfinished": unfinished_sections(consultation),
            "blocks": consultation.referral.blocks_acceptance(),
            "back_href": reverse("consultations:referral", args=[consultation.reference]),
        },
    )


@sign_in_required
def sent(request: SignedInRequest, reference: str) -> HttpResponse:
    consultation = own(request, reference)
    if not consultation.submitted_at:
        raise Http404("Not sent yet.")
    return render(request, "consultations/sent.html", {"consultation": consultation})
