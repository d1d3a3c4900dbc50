"""Asking for a package: three short steps, check answers, sent."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.views import person
from design.acts import telling
from design.kept import sign_in_required
from design.once import once
from design.templatetags.design import long_date
from organisations.models import Organisation
from training import actions
from training.forms.request import BY_SLUG, STEPS, StepForm, begin_form, kept_form
from training.models import PackagePage, RequestDraft

FROM_CHECK = "check"


def _package(slug: str) -> PackagePage:
    return get_object_or_404(PackagePage.objects.live().public(), slug=slug)


def _known(request: HttpRequest, package: PackagePage) -> dict[str, Any]:
    return {"package": package, "places": list(Organisation.objects.of(person(request)))}


def _draft(request: HttpRequest, package: PackagePage) -> RequestDraft | None:
    return RequestDraft.objects.filter(user=person(request), package=package).first()


def _unfinished(draft: RequestDraft | None, known: dict[str, Any]) -> list[type[StepForm]]:
    forms = [(step, kept_form(step, draft, **known)) for step in STEPS]
    return [step for step, form in forms if form is None or not form.is_valid()]


@sign_in_required
def ask(request: HttpRequest, package: str) -> HttpResponse:
    """The way in: on to the first step not finished, or first to one's organisation."""
    page = _package(package)
    known = _known(request, page)
    if not known["places"]:
        awaited = Organisation.objects.awaited_by(request.user)
        return render(
            request,
            "training/no_organisation.html",
            {"package": page, "next": page.ask_url, "awaited": awaited},
        )
    left = _unfinished(_draft(request, page), known)
    return (
        redirect("training:step", page.slug, left[0].slug) if left else redirect("training:check", page.slug)
    )


@sign_in_required
@once(again=True)
def step(request: HttpRequest, package: str, step: str) -> HttpResponse:
    page = _package(package)
    if step not in BY_SLUG:
        raise Http404("No such step.")
    known = _known(request, page)
    if not known["places"]:
        return redirect("training:ask", page.slug)
    kind, draft = BY_SLUG[step], _draft(request, page)
    if request.method == "POST":
        form = kind(request.POST, **known)
        typed = {name: values for name, values in request.POST.lists() if name in _names(form)}
        if form.is_valid():
            draft = actions.keep_answers(page, step, typed, by=person(request))
            left = _unfinished(draft, known)
            if left and request.GET.get("from") != FROM_CHECK:
                return redirect("training:step", page.slug, left[0].slug)
            return redirect("training:check", page.slug)
    else:
        form = begin_form(kind, draft, **known)
    return render(
        request,
        "training/step.html",
        {
            "package": page,
            "form": form,
            "heading": kind.title,
            "caption": f"{page.title}, step {STEPS.index(kind) + 1} of {len(STEPS)}",
            "back_href": _back(request, page, kind),
            "button_label": "Save and continue",
            "places": known["places"],
        },
        status=422 if form.errors else 200,
    )


def _names(form: StepForm) -> set[str]:
    """What the form's boxes are called, the three of a date among them."""
    names: set[str] = set()
    for name, field in form.fields.items():
        subs = getattr(field.widget, "widgets_names", None)
        names |= {f"{name}{sub}" for sub in subs} if subs else {name}
    return names


def _back(request: HttpRequest, package: PackagePage, kind: type[StepForm]) -> str:
    if request.GET.get("from") == FROM_CHECK:
        return reverse("training:check", args=[package.slug])
    at = STEPS.index(kind)
    if at:
        return reverse("training:step", args=[package.slug, STEPS[at - 1].slug])
    return package.url or "/training/"


@sign_in_required
@once
def check(request: HttpRequest, package: str) -> HttpResponse:
    """Everything typed, to look over; sending it makes the booking."""
    page = _package(package)
    known = _known(request, page)
    draft = _draft(request, page)
    forms = [form for step in STEPS if (form := kept_form(step, draft, **known)) is not None]
    if draft is None or len(forms) < len(STEPS) or not all(form.is_valid() for form in forms):
        return redirect("training:ask", page.slug)
    if request.method == "POST":
        answers = {name: value for form in forms for name, value in form.cleaned_data.items()}
        with telling(request) as told:
            booking = actions.ask_for_training(
                page, answers.pop("organisation"), answers, by=person(request), draft=draft
            )
        if told.refused:
            return redirect("training:mine")
        return redirect("training:requested", booking.reference)
    return render(
        request,
        "training/check.html",
        {"package": page, "groups": [_group(page, form) for form in forms], "back_href": _back_to_last(page)},
    )


def _back_to_last(package: PackagePage) -> str:
    return reverse("training:step", args=[package.slug, STEPS[-1].slug])


def _group(package: PackagePage, form: StepForm) -> dict[str, Any]:
    href = reverse("training:step", args=[package.slug, form.slug]) + f"?from={FROM_CHECK}"
    rows = []
    for field in form:
        value = form.cleaned_data.get(field.name)
        if isinstance(value, date):
            value = long_date(value)
        choices = dict(getattr(field.field, "choices", [])) if field.name == "mode" else {}
        is_fixed = field.is_hidden
        rows.append(
            {"key": field.label, "value": choices.get(value, value), "href": "" if is_fixed else href}
        )
    return {"title": form.title, "rows": rows}
