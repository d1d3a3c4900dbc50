"""A request for training, in three short steps."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils import timezone

from design.forms import ChoiceField, DateField, EmailField, Form
from organisations.models import Organisation
from training.models import PackagePage, RequestDraft

LONG = 2_000


def _write(label: str, hint: str = "", *, most: int = LONG, required: bool = False) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        required=required,
        max_length=most,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class StepForm(Form):
    """One step. Every step knows the package and where the person may book for."""

    title = ""
    slug = ""

    def __init__(self, *args: Any, package: PackagePage, places: list[Organisation], **kwargs: Any) -> None:
        self.package, self.places = package, places
        super().__init__(*args, **kwargs)


class TeamForm(StepForm):
    title = "Your team"
    slug = "team"
    required = {
        "audience": "Say who will take part, for example “social workers and their managers”",
        "numbers": "Enter how many people will take part",
        "organisation": "Choose the organisation you are booking for",
    }

    organisation = forms.TypedChoiceField(
        widget=forms.RadioSelect, label="Which organisation is this for?", empty_value=None
    )
    audience = _write(
        "Who will take part?", "Their roles, and what they know already.", most=500, required=True
    )
    numbers = forms.IntegerField(
        label="How many people?",
        min_value=1,
        max_value=500,
        error_messages={
            "invalid": "Enter how many people as a whole number, for example 18",
            "min_value": "Enter how many people as 1 or more",
            "max_value": "For more than 500 people, please call us",
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        low, high = self.package.group_min, self.package.group_max
        self.fields[
            "numbers"
        ].help_text = (
            f"This package works best with {low} to {high} people. With more, we suggest two groups."
        )
        theirs = {str(place.pk): place for place in self.places}
        field = cast(forms.TypedChoiceField, self.fields["organisation"])
        field.choices = [(pk, place.name) for pk, place in theirs.items()]
        field.coerce = theirs.__getitem__
        if len(theirs) == 1:
            field.initial = next(iter(theirs))
            field.widget = forms.HiddenInput()


class WhenForm(StepForm):
    title = "When and where"
    slug = "when"
    needed_sometimes = ("place",)
    required = {
        "mode": "Choose online or in person",
        "earliest_on": "Enter the earliest date, for example 24 11 2026",
        "latest_on": "Enter the latest date, for example 18 12 2026",
    }

    mode = ChoiceField(label="Online or in person?")
    place = forms.CharField(
        label="If in person, where?",
        required=False,
        max_length=300,
        help_text="A town and postcode are enough for now.",
    )
    earliest_on = DateField(label="Earliest date", earliest=timezone.localdate)
    latest_on = DateField(label="Latest date", earliest=timezone.localdate)
    dates_note = _write(
        "Days that suit, or do not", "For example: not in half-term; Wednesdays are best.", most=500
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mode = cast(forms.ChoiceField, self.fields["mode"])
        mode.choices = self.package.modes
        if len(self.package.modes) == 1:
            mode.initial = self.package.modes[0][0]
            mode.widget = forms.HiddenInput()
            if mode.initial == "online":
                del self.fields["place"]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("mode") == "in_person" and not said.get("place") and "place" not in self.errors:
            self.add_error("place", "Enter a town and postcode, so that we know how far we travel")
        first, last = said.get("earliest_on"), said.get("latest_on")
        if first and last and last < first:
            self.add_error("latest_on", "The latest date must be the same as the earliest date, or after it")
        elif last and (last - timezone.localdate()).days > 731:
            self.add_error("latest_on", "Enter a latest date within the next two years")
        return said


class CostForm(StepForm):
    title = "Needs and cost"
    slug = "cost"
    required = {
        "funder_name": "Enter the name of the person who agrees the cost",
        "funder_email": "Enter the work email of the person who agrees the cost",
    }

    needs = _write(
        "Does anybody need anything to take part?",
        "For example: step-free access, large print, an interpreter, a prayer break.",
    )
    notes = _write(
        "What would you like us to know?",
        "What you hope will change, and what has been tried. Do not write about a child or a case.",
    )
    funder_name = forms.CharField(
        label="Who agrees the cost?",
        max_length=150,
        help_text="The person who holds the budget. We send the quote to them. If that is you, enter your name.",
    )
    funder_email = EmailField(label="Their work email")


STEPS: list[type[StepForm]] = [TeamForm, WhenForm, CostForm]
BY_SLUG = {step.slug: step for step in STEPS}


def kept_form(step: type[StepForm], draft: RequestDraft | None, **known: Any) -> StepForm | None:
    """The step as it was typed and kept, read again by its form; None where nothing was kept."""
    typed = draft.answers.get(step.slug) if draft is not None else None
    if typed is None:
        return None
    data = QueryDict(mutable=True)
    for name, values in typed.items():
        data.setlist(name, values)
    return step(data, **known)


def begin_form(step: type[StepForm], draft: RequestDraft | None, **known: Any) -> StepForm:
    """An open form that starts from what was kept, so that coming back shows no errors, only answers."""
    kept = kept_form(step, draft, **known)
    if kept is None:
        return step(**known)
    initial = {
        name: field.widget.value_from_datadict(kept.data, {}, kept.add_prefix(name))
        for name, field in kept.fields.items()
    }
    return step(initial=initial, **known)
