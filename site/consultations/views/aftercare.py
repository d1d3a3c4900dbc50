"""After the report: how it went, what people thought of us, and when to look again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from accounts.link_views import open_link
from accounts.links import verified
from accounts.people import SignedInRequest
from changes.log import record
from changes.refusals import Refused
from consultations import actions
from consultations.actions.aftercare import items_of, suggested_review
from consultations.models import FeedbackLink, Progress, ProgressLink, Recommendation
from consultations.views.access import own
from design.acts import telling
from design.forms import ChoiceField, DateField, Form, dress
from design.kept import put_back, sign_in_required
from design.once import once
from design.templatetags.design import long_date


class ProgressForm(Form):
    """A question for each recommendation, and why."""

    mark_optional = False

    def __init__(self, *args: Any, items: list[Recommendation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = items
        for item in items:
            self.fields[f"state-{item.pk}"] = ChoiceField(
                label="How did it go?", choices=Progress.State.choices, required=False
            )
            self.fields[f"why-{item.pk}"] = forms.CharField(
                label="Why, or what helped",
                required=False,
                max_length=2000,
                widget=forms.Textarea(attrs={"rows": 3}),
                help_text="Initials or roles, not names of children.",
            )
            if (said := getattr(item, "progress", None)) is not None:
                self.initial[f"state-{item.pk}"], self.initial[f"why-{item.pk}"] = said.state, said.why
        dress(self)
        put_back(self)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        for item in self.items:
            not_done = said.get(f"state-{item.pk}") == Progress.State.NOT_DONE
            if not_done and not str(said.get(f"why-{item.pk}", "")).strip():
                self.add_error(f"why-{item.pk}", "Write why it was not done.")
        if self.items and not self.errors and not any(said.get(f"state-{item.pk}") for item in self.items):
            self.add_error(f"state-{self.items[0].pk}", "Say of at least one recommendation how it went.")
        return said

    def rows(self) -> list[dict[str, Any]]:
        return [
            {"item": item, "state": self[f"state-{item.pk}"], "why": self[f"why-{item.pk}"]}
            for item in self.items
        ]

    def said(self) -> dict[int, tuple[str, str]]:
        said = self.cleaned_data
        return {item.pk: (said[f"state-{item.pk}"], said[f"why-{item.pk}"]) for item in self.items}


class FeedbackForm(Form):
    answered_us = ChoiceField(
        label=FeedbackLink.QUESTIONS["answered_us"], choices=FeedbackLink.Answer.choices
    )
    clear = ChoiceField(label=FeedbackLink.QUESTIONS["clear"], choices=FeedbackLink.Answer.choices)
    confident = ChoiceField(label=FeedbackLink.QUESTIONS["confident"], choices=FeedbackLink.Answer.choices)
    words = forms.CharField(
        label="What should we do differently, or keep?",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Please say nothing about the young person.",
    )


class ReviewForm(Form):
    on = DateField(
        label="Remind me on",
        error_messages={"required": "Enter the day on which we should remind you, for example 24 11 2026"},
    )


def open_progress(request: HttpRequest, token: str) -> HttpResponse:
    return open_link(
        request,
        ProgressLink,
        token,
        lambda link: reverse("consultations:progress", args=[link.pk]),
        lead="We ask how recommendations that you know of went. It takes two minutes.",
    )


@never_cache
@once(again=True)
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody's own recommendations, and nothing else of the report (R9)."""
    link = verified(request, ProgressLink, pk)
    if link is None:
        raise Http404("No such page, or the code is too old.")
    form = ProgressForm(request.POST or None, items=items_of(link))
    if request.method == "POST" and form.is_valid():
        with telling(request, "Thank you. We have kept what you told us. You can change it here.") as told:
            actions.tell_progress(link, form.said())
        if not told.refused:
            return redirect(request.path)
    elif request.method != "POST":
        record(link.report, "recommendations.read", by=link.name or link.masked_email, what="Their own part")
    return render(
        request,
        "consultations/progress.html",
        {"form": form, "link": link, "reference": link.report.consultation.reference},
        status=422 if form.errors else 200,
    )


def open_feedback(request: HttpRequest, token: str) -> HttpResponse:
    return open_link(
        request,
        FeedbackLink,
        token,
        lambda link: reverse("consultations:feedback", args=[link.pk]),
        lead="Three questions about how we did. It takes a minute.",
    )


@never_cache
@once
def feedback(request: HttpRequest, pk: int) -> HttpResponse:
    link = verified(request, FeedbackLink, pk)
    if link is None:
        raise Http404("No such page, or the code is too old.")
    form = FeedbackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        with telling(request, "Thank you. This helps us to do better."):
            actions.give_feedback(link, words=said.pop("words"), answers=said)
        return redirect(request.path)
    return render(
        request,
        "consultations/feedback.html",
        {"form": form, "link": link, "reference": link.consultation.reference},
        status=422 if form.errors else 200,
    )


@sign_in_required
@once
def review(request: SignedInRequest, reference: str) -> HttpResponseBase:
    """The referrer chooses a day on which we remind them to review the plan."""
    consultation = own(request, reference)
    report = consultation.issued_report
    if report is None:
        raise Http404("Nothing is issued.")
    kept = getattr(consultation, "review_reminder", None)
    first, last = suggested_review(report)
    form = ReviewForm(request.POST or None, initial={"on": kept.remind_on if kept else first})
    if request.method == "POST" and form.is_valid():
        on = form.cleaned_data["on"]
        try:
            actions.choose_review(consultation, on=on, by=request.user)
        except Refused as no:
            form.add_error("on", no.messages)
        else:
            messages.success(request, f"We will remind you on {long_date(on)}.")
            return redirect("consultations:recommendations", consultation.reference)
    return render(
        request,
        "consultations/review.html",
        {
            "consultation": consultation,
            "form": form,
            "kept": kept,
            "first": first,
            "last": last,
            "back_href": reverse("consultations:recommendations", args=[consultation.reference]),
        },
        status=422 if form.errors else 200,
    )
