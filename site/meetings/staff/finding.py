"""Finding a time: who is needed, which room, how long; then the next slots that suit, each a link."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from design.forms import TimeField
from design.forms.dressed import word
from meetings import times
from meetings.availability import diaries
from meetings.availability.days import at
from meetings.availability.finding import Slot, slots, spread
from meetings.availability.intervals import Span
from meetings.forms import minutes_field
from meetings.models import MOST_SLOTS, Meeting, Resource
from meetings.staff.page import KeepersPage
from provider.bank_holidays import bank_holidays

HOW_MANY = 20
TO_ANSWER = 7  # days before the first time that a poll offers
A_DAY = 3  # of those to tick for a poll
RANGE_DAYS = 28  # looked at unless told otherwise
LONGEST_RANGE = 184  # days
Kind = Resource.Kind


def link(back: str, needed: Iterable[int] = (), **more: object) -> str:
    """To finding a time; its slots lead back to the form at `back`, filled in. With many=1 several are ticked."""
    asked = [("back", back), *(("needed", pk) for pk in needed), *more.items()]
    return f"{reverse('diary:find')}?{urlencode(asked)}"


def link_for(meeting: Meeting) -> str:
    back = reverse("meeting:move", args=[meeting.pk])
    people = [r.pk for r in meeting.resources if r.kind == Kind.PERSON]
    rooms = [("rooms", r.pk) for r in meeting.resources if r.kind != Kind.PERSON]
    place = {"in_person": "on"} if meeting.place else {}
    return f"{link(back, people, minutes=meeting.minutes, moving=meeting.pk, **place)}&{urlencode(rooms)}".rstrip(
        "&"
    )


class FindForm(forms.Form):
    needed = forms.ModelMultipleChoiceField(
        Resource.objects.none(),
        label="Who is needed",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    welcome = forms.ModelMultipleChoiceField(
        Resource.objects.none(),
        label="Who is welcome too",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Their clashes are told, and stop nothing.",
    )
    rooms = forms.ModelMultipleChoiceField(
        Resource.objects.none(),
        label="Rooms and links that are needed",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    minutes = minutes_field()
    first = forms.DateField(
        label="From",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Enter the first day", "invalid": "Enter a real first day"},
    )
    last = forms.DateField(
        label="Until",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Enter the last day", "invalid": "Enter a real last day"},
    )
    earliest = TimeField(
        label="Not before",
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        required=False,
        error_messages={"invalid": "Enter a time, for example 9:30am or 14:30"},
    )
    in_person = forms.BooleanField(
        label="At a place: keep the travel of each person free too", required=False
    )
    back = forms.CharField(widget=forms.HiddenInput, required=False)
    many = forms.BooleanField(widget=forms.HiddenInput, required=False)
    moving = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**63 - 1)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word(self)
        self.use_required_attribute = False
        people, others = Kind.PERSON, Resource.objects.bookable()
        for name in ("needed", "welcome"):
            self.fields[name].queryset = others.filter(kind=people)  # type: ignore[attr-defined]
        self.fields["rooms"].queryset = others.exclude(kind=people)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        if not self.errors and not data["needed"] and not data["rooms"]:
            self.add_error("needed", "Choose at least one person, room or link")
        if first and last and last < first:
            self.add_error("last", "The last day cannot be before the first. Choose a later last day")
        elif first and last and last - first > timedelta(days=LONGEST_RANGE):
            self.add_error("last", f"Choose a last day within {LONGEST_RANGE} days of the first")
        elif first and abs(first - timezone.localdate()) > timedelta(days=731):
            self.add_error("first", "Enter a first day within the next two years")
        return data


class FindPage(KeepersPage):
    """A search: it is asked by GET and changes nothing."""

    template_name = "meetings/admin/find.html"
    page_title = "Find a time"
    header_icon = "calendar-alt"

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        diary = {"url": reverse("diary:index"), "label": "Diary"}
        return [*self.breadcrumbs_items, diary, {"url": "", "label": str(self.page_title)}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = self.request.GET.copy()
        is_sent = "first" in asked
        first = timezone.localdate() + timedelta(days=TO_ANSWER if asked.get("many") else 0)
        for name, usual in {
            "minutes": "90",
            "first": first.isoformat(),
            "last": (first + timedelta(days=RANGE_DAYS)).isoformat(),
            "earliest": "",
        }.items():
            asked.setdefault(name, usual)
        form = FindForm(asked)
        is_answered = (is_sent or bool(asked.get("needed"))) and form.is_valid()
        if not is_sent and not is_answered:
            form.errors.clear()
        data = form.cleaned_data if is_answered else {}
        back = _safe(asked.get("back", ""), self.request)
        return {
            **super().get_context_data(**kwargs),
            "form": form,
            "back": back,
            "is_answered": is_answered,
            "ticked": bool(data and data["many"] and back),
            "wanted": _wanted(data) if data else [],
            "most": MOST_SLOTS,
            "found": [_shown(slot, data, back) for slot in find(data)] if data else [],
            "holidays": bank_holidays(data["first"], data["last"]).items() if data else [],
            "last": data.get("last"),
        }


def find(data: dict[str, Any]) -> list[Slot]:
    """The slots that a filled-in FindForm asks for."""
    needed, welcome = _wanted(data), list(data["welcome"])
    known = diaries.free(
        {*needed, *welcome},
        data["first"],
        data["last"],
        in_person=data["in_person"],
        moving=data["moving"],
    )
    found = slots(
        [known[r.pk] for r in needed],
        [known[r.pk] for r in welcome if r not in needed],
        _within(data["first"], data["last"], data["earliest"] or time(0)),
        length=timedelta(minutes=data["minutes"]),
        count=HOW_MANY * (48 if data["many"] else 1),
    )
    return spread(found, a_day=A_DAY)[:HOW_MANY] if data["many"] else found


def _wanted(data: dict[str, Any]) -> list[Resource]:
    return [*data["needed"], *data["rooms"]]


def _within(first: date, last: date, earliest: time) -> list[Span]:
    """Each day from the earliest hour on, and nothing that has begun."""
    soonest = timezone.now() + timedelta(minutes=1)
    spans = []
    for n in range((last - first).days + 1):
        day = first + timedelta(days=n)
        start, end = max(at(day, earliest), soonest), at(day + timedelta(days=1), time(0))
        if start < end:
            spans.append(Span(start, end))
    return spans


def _safe(back: str, request: HttpRequest) -> str:
    """Only a page of the staff side of this host."""
    if back.startswith("/admin/") and url_has_allowed_host_and_scheme(back, {request.get_host()}):
        return back
    return ""


def _shown(slot: Slot, data: dict[str, Any], back: str) -> dict[str, Any]:
    local: datetime = slot.span.start.astimezone(times.LONDON)
    asked: list[tuple[str, object]] = [
        ("day", local.date().isoformat()),
        ("start", f"{local:%H:%M}"),
        ("minutes", data["minutes"]),
        *(("resources", r.pk) for r in _wanted(data)),
    ]
    diary = f"{reverse('diary:index')}?{urlencode({'view': 'day', 'on': local.date().isoformat()})}"
    return {
        "day": times.spoken_day(slot.span.start),
        "hours": times.spoken_hours(*slot.span),
        "clashes": slot.clashes,
        "value": f"{local:%Y-%m-%dT%H:%M}",
        "href": f"{back}?{urlencode(asked)}" if back else diary,
    }
