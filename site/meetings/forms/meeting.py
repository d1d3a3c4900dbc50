"""What staff type about a meeting. Used in the diary, and by consultations and training to book one."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone

from design.forms import TimeField
from meetings import times
from meetings.availability import diaries
from meetings.models import Attendee, Meeting, Resource

NO_DETAILS = "It goes into people's calendars and mail: no detail of a child or young person."


def reference_only(help_text: str) -> str:
    return f"{help_text} {NO_DETAILS}"


def prefilled(asked: QueryDict) -> dict[str, Any]:
    """What a link from the diary or from finding a time puts into a meeting's form. Odd values are left out."""
    found: dict[str, Any] = {
        name: asked[name][:10]
        for name in ("day", "start")
        if re.fullmatch(r"[0-9:-]{4,10}", asked.get(name, ""))
    }
    if asked.get("minutes", "").isdecimal():
        found["minutes"] = asked["minutes"][:4]
    if wanted := [pk for pk in asked.getlist("resources") if pk.isdecimal() and len(pk) < 18]:
        found["resources"] = [int(pk) for pk in wanted]
    return found


def minutes_field() -> forms.IntegerField:
    """How long a meeting lasts."""
    return forms.IntegerField(
        label="Length in minutes",
        min_value=5,
        max_value=24 * 60,
        initial=90,
        error_messages={
            "required": "Enter how many minutes the meeting lasts",
            "invalid": "Enter the length as a whole number of minutes, for example 90",
            "min_value": "A meeting lasts 5 minutes at least. Enter a longer length",
            "max_value": "A meeting lasts 1,440 minutes (a day) at most. Enter a shorter length",
        },
    )


class MeetingForm(forms.Form):
    """When, how long, where, and what it needs. `details()` is what `book` and `move` take."""

    day = forms.DateField(
        label="Date",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": "Enter the date of the meeting",
            "invalid": "Enter a real date, for example 24/11/2026",
        },
    )
    start = TimeField(
        label="Start time",
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={
            "required": "Enter the time that the meeting starts",
            "invalid": "Enter a time, for example 9:30am or 14:30",
        },
    )
    minutes = minutes_field()
    place = forms.CharField(
        max_length=300,
        required=False,
        help_text="Room and address. Leave it empty when everybody joins by video.",
        error_messages={"max_length": "Shorten the place to 300 characters"},
    )
    video_url = forms.URLField(
        label="Video link",
        max_length=500,
        required=False,
        assume_scheme="https",
        error_messages={
            "invalid": "Enter the whole video link, starting with https://",
            "max_length": "Shorten the video link to 500 characters",
        },
    )
    dial_in = forms.CharField(
        label="Dial-in",
        max_length=200,
        required=False,
        help_text="A phone number and its code, for those who join by phone.",
        error_messages={"max_length": "Shorten the dial-in to 200 characters"},
    )
    joining = forms.CharField(
        label="Directions and how to join",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=reference_only("The way there, entrance, parking, step-free access."),
        error_messages={"max_length": "Shorten the joining notes to 2,000 characters"},
    )
    resources = forms.ModelMultipleChoiceField(
        label="People, rooms and links to reserve",
        queryset=Resource.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Nobody and nothing can be booked twice at the same time.",
        error_messages={
            "invalid_choice": "Choose people, rooms and links from the list",
            "invalid_pk_value": "Choose people, rooms and links from the list",
        },
    )

    go_ahead = forms.BooleanField(label="Book it all the same", required=False)
    despite = forms.CharField(
        label="Why it is booked all the same",
        max_length=300,
        required=False,
        help_text="Kept in the meeting’s history for colleagues to read. No detail of a child or young person.",
        error_messages={"max_length": "Shorten the reason to 300 characters"},
    )

    def __init__(self, *args: Any, meeting: Meeting | None = None, **kwargs: Any) -> None:
        self.meeting = meeting
        self.warnings: list[str] = []
        if meeting is not None:
            local = meeting.starts_at.astimezone(times.LONDON)
            kwargs["initial"] = {
                "day": local.date(),
                "start": local.time(),
                "minutes": meeting.minutes,
                "place": meeting.place,
                "video_url": meeting.video_url,
                "dial_in": meeting.dial_in,
                "joining": meeting.joining,
                "resources": [r.pk for r in meeting.resources],
                **(kwargs.get("initial") or {}),
            }
        super().__init__(*args, **kwargs)
        for last in ("go_ahead", "despite"):  # after the fields of a subclass too
            self.fields[last] = self.fields.pop(last)
        kept = [r.pk for r in meeting.resources] if meeting else []
        self.fields["resources"].queryset = (  # type: ignore[attr-defined]
            Resource.objects.bookable() | Resource.objects.filter(pk__in=kept)
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("place") and not data.get("video_url") and not self.errors:
            self.add_error("place", "Enter a place or a video link, so that people know where to go")
        day, start, minutes = data.get("day"), data.get("start"), data.get("minutes")
        if day and start and minutes:
            try:
                data["starts_at"] = times.london(day, start)
            except times.NoSuchTime:
                self.add_error(
                    "start", "The clocks go forward over this time. Choose an earlier or later one"
                )
                return data
            except OverflowError:
                self.add_error("day", "Enter a date within the next two years")
                return data
            if data["starts_at"] < timezone.now():
                self.add_error("day", "This time has passed. Choose a date and time to come")
            elif data["starts_at"] > timezone.now() + timedelta(days=731):
                self.add_error("day", "Enter a date within the next two years")
            else:
                data["ends_at"] = times.lasting(data["starts_at"], minutes)
        if not self.errors and self.asks_for_time():
            self.warn(data)
        return data

    def needs(self, data: dict[str, Any]) -> list[Resource]:
        """Whom and what the meeting reserves."""
        return list(data["resources"])

    def asks_for_time(self) -> bool:
        """Is there anything to ask of people's diaries?"""
        return True

    def warned(self, data: dict[str, Any]) -> list[str]:
        """Hours, leave and outside calendars that speak against it."""
        return diaries.warnings(self.needs(data), data["starts_at"], data["ends_at"])

    def warn(self, data: dict[str, Any]) -> None:
        """They are said once, then left to staff with a tick and a reason."""
        self.warnings = self.warned(data)
        if not self.warnings:
            data["despite"] = ""
        elif not data.get("go_ahead"):
            self.add_error(
                "go_ahead",
                [*self.warnings, "Choose another time, or tick this and say why it has to be then"],
            )
        elif not data.get("despite", "").strip():
            self.add_error("despite", "Say why it is booked all the same")

    @property
    def offers_way_round(self) -> bool:
        """The tick and its reason are shown once there is a warning to go against."""
        return bool(self.warnings) or bool(self.is_bound and self.data.get("go_ahead"))

    def visible_fields(self) -> list[forms.BoundField]:
        hidden = set() if self.offers_way_round else {"go_ahead", "despite"}
        return [field for field in super().visible_fields() if field.name not in hidden]

    def details(self) -> dict[str, Any]:
        """Of a valid form: starts_at, ends_at, place, video_url, dial_in, joining, resources, despite."""
        names = ("starts_at", "ends_at", "place", "video_url", "dial_in", "joining", "despite")
        return {**{n: self.cleaned_data[n] for n in names}, "resources": list(self.cleaned_data["resources"])}


class MoveForm(MeetingForm):
    """The same, carrying the revision that the page showed, so that a stale page changes nothing (R7)."""

    sequence = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, meeting=meeting, **kwargs)
        self.initial["sequence"] = meeting.sequence

    def asks_for_time(self) -> bool:
        """Another place or other notes at the same time ask nobody again."""
        return bool({"day", "start", "minutes", "resources"} & set(self.changed_data))

    def details(self) -> dict[str, Any]:
        return {**super().details(), "sequence": self.cleaned_data["sequence"]}


class InviteForm(forms.Form):
    """One more person."""

    name = forms.CharField(
        max_length=150,
        error_messages={
            "required": "Enter the person's name",
            "max_length": "Shorten the name to 150 characters",
        },
    )
    email = forms.EmailField(
        label="Work email",
        max_length=254,
        error_messages={
            "required": "Enter the person's work email",
            "invalid": "Enter an email address in the correct format, like name@example.gov.uk",
        },
    )
    role = forms.CharField(
        label="Part in the meeting",
        max_length=60,
        required=False,
        help_text="For example: Social worker.",
        error_messages={"max_length": "Shorten the part in the meeting to 60 characters"},
    )
    required = forms.BooleanField(label="Needed: the meeting does not work without them", required=False)

    def __init__(self, *args: Any, meeting: Meeting | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.meeting = meeting

    def clean_email(self) -> str:
        email = self.cleaned_data["email"].lower()
        if Attendee.objects.filter(meeting=self.meeting, email=email, uninvited_at=None).exists():
            raise forms.ValidationError("This person is invited already. Enter somebody else's email")
        return email


class CancelForm(forms.Form):
    """Why it is called off, for everybody to read."""

    reason = forms.CharField(
        label="Why it is cancelled",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=reference_only("Everybody invited reads this."),
        error_messages={
            "required": "Say why the meeting is cancelled, for those who were to come",
            "max_length": "Shorten the reason to 300 characters",
        },
    )
