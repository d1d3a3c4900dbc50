"""What staff type about a series."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from changes.refusals import Refused
from meetings import times
from meetings.actions import Invitee
from meetings.actions.planning import MOST, Look, Plan, look, moved_days, plan, refuse_odd_hours
from meetings.forms import InviteForm, MeetingForm, MoveForm, reference_only
from meetings.itip.recurrence import FORTNIGHTLY, MONTHLY, WEEKLY, rule_for
from meetings.models import Meeting

REPEATS = [
    (WEEKLY, "Every week"),
    (FORTNIGHTLY, "Every two weeks"),
    (MONTHLY, "Once a month, on the same weekday"),
]


class SeriesForm(MeetingForm):
    """The first meeting, how it repeats, and who is invited. `details()` is what `book_series` takes."""

    title = forms.CharField(
        max_length=150,
        help_text=reference_only("For example: Batch consultation B-26-7K4M."),
        error_messages={"required": "Enter a title", "max_length": "Shorten the title to 150 characters"},
    )
    about = forms.CharField(
        label="Reference",
        max_length=20,
        required=False,
        error_messages={"max_length": "Shorten the reference to 20 characters"},
    )
    repeats = forms.ChoiceField(
        choices=REPEATS,
        error_messages={
            "required": "Choose how often it repeats",
            "invalid_choice": "Choose how often it repeats",
        },
    )
    count = forms.IntegerField(
        label="How many meetings",
        min_value=2,
        max_value=MOST,
        required=False,
        help_text="Fill in this or the last day. Days that are left out do not count.",
        error_messages={
            "invalid": "Enter how many meetings as a whole number, for example 6",
            "min_value": "A series has two meetings at least. Enter a larger number",
            "max_value": f"A series has {MOST} meetings at most. Enter a smaller number",
        },
    )
    until = forms.DateField(
        label="Last day",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Enter a real date, for example 24/11/2026"},
    )
    people = forms.CharField(
        label="People to invite",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=6000,
        help_text="One to a line: name, then a comma, then work email.",
        error_messages={"max_length": "Shorten the list to 6,000 characters"},
    )
    planned: Plan | None = None
    looks: Sequence[Look] = ()
    field_order = ["title", "about", "day", "start", "minutes", "repeats", "count", "until", "people"]

    def clean_people(self) -> list[Invitee]:
        found = []
        for line in self.cleaned_data["people"].splitlines():
            if not line.strip():
                continue
            name, _, email = line.rpartition(",")
            try:
                validate_email(email.strip())
            except ValidationError as error:
                said = "Write each person as name, comma, email: Sam Reed, sam@example.gov.uk"
                raise ValidationError(said) from error
            found.append(Invitee(name.strip() or email.strip(), email.strip()))
        return found

    def asks_for_time(self) -> bool:
        """Of all its dates together, once they are known."""
        return False

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not {"count", "until"} & set(self.errors):
            if bool(data.get("count")) == bool(data.get("until")):
                self.add_error("count", "Enter either how many meetings, or the last day")
            elif data.get("until") and data.get("day") and data["until"] < data["day"]:
                self.add_error("until", "The last day is before the first meeting. Enter a later one")
        if not self.errors:
            self._plan(data)
        return data

    def _plan(self, data: dict[str, Any]) -> None:
        """Its dates, those left out, and what stands in the way of each: what the preview shows."""
        start, end, resources = data["starts_at"], data["ends_at"], data["resources"]
        first = start.astimezone(times.LONDON).date()
        try:
            refuse_odd_hours(start, end)
            rule = rule_for(first, data["repeats"])
            self.planned = plan(rule, first, resources, count=data["count"] or 0, until=data["until"])
        except Refused as no:
            self.add_error(None, no.messages)
            return
        self.looks = look(self.planned.days, start, end, resources, place=data["place"])
        if taken := sum(bool(one.clashes) for one in self.looks):
            self.add_error(
                None,
                f"{taken} of these {len(self.looks)} dates cannot be booked: somebody or something is booked "
                "then. Choose another day or time, or others to reserve",
            )
        else:
            self.warn(data)

    def warned(self, data: dict[str, Any]) -> list[str]:
        count = sum(bool(one.warnings) for one in self.looks)
        return [f"Something speaks against {count} of these dates: see the list"] if count else []

    def fingerprint(self) -> str:
        """Of what the dates follow from: a preview holds for these answers and dates alone."""
        named = [str(self.cleaned_data[n]) for n in ("starts_at", "ends_at", "repeats", "count", "until")]
        named += [str(one.day) for one in self.looks]
        return hashlib.sha256("|".join(named).encode()).hexdigest()[:16]

    def details(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            **super().details(),
            "title": data["title"],
            "about": data["about"],
            "repeats": data["repeats"],
            "count": data["count"] or 0,
            "until": data["until"],
            "invitees": data["people"],
        }


class InviteToAllForm(InviteForm):
    """One more person, for all that is to come."""

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()


class MoveAllForm(MoveForm):
    """Where the first of `later` goes; the others follow it, and each is asked about."""

    def __init__(self, *args: Any, later: Sequence[Meeting], **kwargs: Any) -> None:
        super().__init__(*args, meeting=later[0], **kwargs)
        self.later = later

    def warned(self, data: dict[str, Any]) -> list[str]:
        start, end, series = data["starts_at"], data["ends_at"], self.later[0].series
        if series is None:
            return []
        _, days = moved_days(series, self.later, start.astimezone(times.LONDON).date())
        looks = look(days, start, end, data["resources"])
        return [f"{times.spoken_date(one.day)}: {line}" for one in looks for line in one.warnings]
