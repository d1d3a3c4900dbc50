"""The diary: a month, a week or a day at a time, drawn and as a table."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.urls import reverse
from django.utils import timezone

from meetings.availability import agenda
from meetings.availability.agenda import Day, Entry
from meetings.models import Resource
from meetings.staff import drawing
from meetings.staff.drawing import Column
from meetings.staff.page import KeepersPage

VIEWS = {"month": "Month", "week": "Week", "day": "Day"}
SHOWN_IN_A_MONTH = 4  # entries of a day, then "and 3 more"
Kind = Resource.Kind


class Filters(forms.Form):
    """Whose diary, and what. Anything odd in the address is left out rather than refused."""

    view = forms.ChoiceField(choices=list(VIEWS.items()), required=False, widget=forms.HiddenInput)
    on = forms.DateField(required=False, widget=forms.HiddenInput)
    person = forms.ModelChoiceField(Resource.objects.none(), required=False, empty_label="Everybody")
    room = forms.ModelChoiceField(
        Resource.objects.none(), required=False, label="Room or link", empty_label="All of them"
    )
    kind = forms.ChoiceField(
        label="What", required=False, choices=[("", "Everything"), *agenda.KINDS.items()]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people, rooms = self.fields["person"], self.fields["room"]
        people.queryset = Resource.objects.bookable().filter(kind=Kind.PERSON)  # type: ignore[attr-defined]
        rooms.queryset = Resource.objects.bookable().exclude(kind=Kind.PERSON)  # type: ignore[attr-defined]


class DiaryPage(KeepersPage):
    """`?view=week&on=2026-11-24&person=3&room=5&kind=meetings`, all of it optional."""

    template_name = "meetings/admin/diary.html"
    page_title = "Diary"
    header_icon = "date"

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        return [*self.breadcrumbs_items, {"url": "", "label": "Diary"}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        self.today = timezone.localdate()
        filters = Filters(self._asked())
        filters.is_valid()
        chosen = filters.cleaned_data
        view = chosen.get("view") or "week"
        on = chosen.get("on") or self.today
        on = min(max(on, date(2000, 1, 1)), date(2100, 1, 1))
        wanted = [r for r in (chosen.get("person"), chosen.get("room")) if r]
        self.kept = {k: v for k in ("person", "room", "kind") if (v := self._asked().get(k))}
        start, end = bounds(view, on)
        days = agenda.days(
            start, end, resources=wanted or None, kinds=[chosen["kind"]] if chosen.get("kind") else ()
        )
        first, last = drawing.hours_drawn(days)
        return {
            **super().get_context_data(**kwargs),
            "filters": filters,
            "view": view,
            "title": _title(view, on, start, end),
            "days": days,
            "month": self._month(days, on) if view == "month" else None,
            "columns": self._columns(view, days, wanted, first, last) if view != "month" else [],
            "first_hour": first,
            "rows": (last - first) * 4,
            "hours": [((n - first) * 4 + 1, _hour(n)) for n in range(first, last)],
            "views": [(label, self._to(name, on), name == view) for name, label in VIEWS.items()],
            "previous": self._to(view, _step(view, on, -1)),
            "next": self._to(view, _step(view, on, 1)),
            "now": self._to(view, self.today),
            "can_change": self.request.user.has_perm("meetings.change_meeting"),
        }

    def _asked(self) -> dict[str, str]:
        """One value a name. `?resource=` is what a diary's own page links to."""
        asked = {k: v for k in (*Filters.base_fields, "resource") if (v := self.request.GET.get(k))}
        if number := asked.pop("resource", ""):
            found = (
                Resource.objects.filter(pk=int(number)).first()
                if number.isdecimal() and len(number) < 18
                else None
            )
            if found:
                asked["person" if found.kind == Kind.PERSON else "room"] = str(found.pk)
        return asked

    def _to(self, view: str, on: date) -> str:
        return f"{reverse('diary:index')}?{urlencode({'view': view, 'on': on.isoformat(), **self.kept})}"

    def _month(self, days: list[Day], on: date) -> list[dict[str, Any]]:
        return [
            {
                "day": day,
                "href": self._to("day", day.date),
                "is_today": day.date == self.today,
                "is_other": day.date.month != on.month,
                "shown": day.entries[:SHOWN_IN_A_MONTH],
                "more": len(day.entries[SHOWN_IN_A_MONTH:]),
            }
            for day in days
        ]

    def _columns(
        self, view: str, days: list[Day], wanted: list[Resource], first: int, last: int
    ) -> list[Column]:
        if view == "day":
            (day,) = days
            return [
                self._column(f"diary-{n}", name, day, entries, first, last)
                for n, (name, entries) in enumerate(_by_diary(day, wanted))
            ]
        return [
            self._column(
                f"day-{day.date}",
                f"{day.date:%A} {day.date.day} {day.date:%B}",
                day,
                day.entries,
                first,
                last,
                href=self._to("day", day.date),
            )
            for day in days
            if day.date.weekday() < 5 or day.entries or day.notes
        ]

    def _column(
        self, key: str, title: str, day: Day, entries: list[Entry], first: int, last: int, *, href: str = ""
    ) -> Column:
        return Column(
            key=key,
            title=title,
            day=day.date,
            href=href,
            is_off=day.is_off,
            is_today=day.date == self.today,
            notes=day.notes if href else [],
            whole=[e for e in entries if e.is_whole_day],
            placed=drawing.place([e for e in entries if not e.is_whole_day], first, last),
        )


def bounds(view: str, on: date) -> tuple[date, date]:
    """First and last day that is drawn: whole weeks, from Monday, for a month."""
    if view == "day":
        return on, on
    first = on.replace(day=1) if view == "month" else on
    start = first - timedelta(days=first.weekday())
    if view == "week":
        return start, start + timedelta(days=6)
    last = _step("month", first, 1) - timedelta(days=1)
    return start, last + timedelta(days=6 - last.weekday())


def _step(view: str, on: date, way: int) -> date:
    if view == "month":
        months = on.year * 12 + on.month - 1 + way
        return date(months // 12, months % 12 + 1, 1)
    return on + timedelta(days=way * (7 if view == "week" else 1))


def _title(view: str, on: date, start: date, end: date) -> str:
    if view == "month":
        return f"{on:%B %Y}"
    if view == "day":
        return f"{on:%A} {on.day} {on:%B %Y}"
    first = f"{start.day} {start:%B}" if start.month != end.month else str(start.day)
    return f"{first} to {end.day} {end:%B %Y}"


def _hour(hour: int) -> str:
    return "noon" if hour == 12 else f"{hour % 12 or 12}{'am' if hour < 12 else 'pm'}"


def _by_diary(day: Day, wanted: list[Resource]) -> list[tuple[str, list[Entry]]]:
    """Who or what has something on that day, people first; a meeting stands with each that it needs."""
    found: dict[Resource, list[Entry]] = {resource: [] for resource in wanted}
    nobody: list[Entry] = []
    for entry in day.entries:
        for resource in entry.whose:
            if not wanted or resource in found:
                found.setdefault(resource, []).append(entry)
        if not entry.whose:
            nobody.append(entry)
    order = {Kind.PERSON: 0, Kind.ROOM: 1, Kind.VIDEO: 2}
    columns = sorted(found.items(), key=lambda pair: (order[Kind(pair[0].kind)], pair[0].name))
    named = [(resource.name, entries) for resource, entries in columns]
    return [*named, *([(agenda.NOBODY, nobody)] if nobody or not named else [])]
