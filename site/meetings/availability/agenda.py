"""What stands in the diary: meetings of every status, leave, and busy times, for some days and diaries."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from meetings import times
from meetings.availability.days import day_span, days_of
from meetings.availability.intervals import Span
from meetings.models import BusyTime, Hold, Leave, Meeting, Resource
from provider.bank_holidays import bank_holiday

KINDS = {
    "meetings": "Meetings",
    "held": "Held for a date poll",
    "leave": "Leave",
    "busy": "Busy elsewhere",
}
NOBODY = "No person or room"


@dataclass(frozen=True)
class Entry:
    """One thing that takes time, as far as it lies on one day.

    `whose` are the diaries it stands in; `meeting` is set for a meeting.
    """

    span: Span
    title: str
    word: str  # its status, or what kind of absence it is
    tone: str  # of the drawing: a meeting's status, leave or busy
    whose: tuple[Resource, ...] = ()
    meeting: Meeting | None = None

    @property
    def names(self) -> str:
        return ", ".join(resource.name for resource in self.whose)

    @property
    def where(self) -> str:
        if self.meeting is None:
            return ""
        return self.meeting.place or ("By video" if self.meeting.video_url else "")

    @property
    def begins(self) -> str:
        """Its start alone: in a narrow drawing the end is seen, not read."""
        return "All day" if self.is_whole_day else times.spoken_clock(self.span.start)

    @property
    def until(self) -> str:
        return "" if self.is_whole_day else f" to {times.spoken_clock(self.span.end)}"

    @property
    def hours(self) -> str:
        return self.begins + self.until

    @property
    def is_whole_day(self) -> bool:
        return any(day_span(day) == self.span for day in days_of(self.span)[:1])

    @property
    def day(self) -> date:
        return days_of(self.span)[0]

    def on(self, day: date) -> Entry | None:
        """The part of it that lies on `day`, by the clocks of London."""
        whole = day_span(day)
        start, end = max(self.span.start, whole.start), min(self.span.end, whole.end)
        return replace(self, span=Span(start, end)) if start < end else None


@dataclass(frozen=True)
class Day:
    """One day: what stands in it, in order, and what is to be known about the day itself."""

    date: date
    entries: list[Entry] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def is_off(self) -> bool:
        """A weekend or a bank holiday."""
        return self.date.weekday() > 4 or bool(bank_holiday(self.date))


def days(
    start: date, end: date, *, resources: Collection[Resource] | None = None, kinds: Collection[str] = ()
) -> list[Day]:
    """Each day from `start` to `end`, both included, in four queries and two for what meetings show.

    `resources`: only what stands in one of these diaries. `kinds` of KINDS: only these.
    """
    whole = Span(day_span(start).start, day_span(end).end)
    found: list[Entry] = []
    if not kinds or "meetings" in kinds:
        found += _meetings(whole, resources)
    if not kinds or "held" in kinds:
        found += _held(whole, resources)
    if not kinds or "leave" in kinds:
        found += _leave(start, end, resources)
    if not kinds or "busy" in kinds:
        found += _busy(whole, resources)
    found.sort(key=lambda entry: (entry.span.start, entry.span.end, entry.title))
    by_day: dict[date, list[Entry]] = {start + timedelta(days=n): [] for n in range((end - start).days + 1)}
    for entry in found:
        for day in days_of(entry.span):
            if day in by_day and (part := entry.on(day)):
                by_day[day].append(part)
    return [
        Day(day, sorted(entries, key=lambda e: not e.is_whole_day), notes_of(day))
        for day, entries in by_day.items()
    ]


def notes_of(day: date) -> list[str]:
    """The bank holiday, and the change of the clocks."""
    notes = [f"Bank holiday: {name}"] if (name := bank_holiday(day)) else []
    whole = day_span(day)
    if (hours := (whole.end - whole.start) // timedelta(hours=1)) != 24:
        notes.append(f"The clocks go {'forward at 1am' if hours < 24 else 'back at 2am'}")
    return notes


def _meetings(whole: Span, resources: Collection[Resource] | None) -> list[Entry]:
    rows = Meeting.objects.for_page().filter(starts_at__lt=whole.end, ends_at__gt=whole.start)
    if resources is not None:
        rows = rows.filter(reservations__resource__in=resources).distinct()
    return [
        Entry(
            Span(m.starts_at, m.ends_at),
            m.title,
            str(m.get_status_display()),
            str(m.status),
            tuple(r.resource for r in m.reservations.all()),
            m,
        )
        for m in rows
    ]


def _held(whole: Span, resources: Collection[Resource] | None) -> list[Entry]:
    """Each time that is offered in an open date poll, once, with all that is pencilled in for it."""
    rows = Hold.objects.standing().between(*whole).select_related("resource", "slot__poll")
    if resources is not None:
        rows = rows.filter(resource__in=resources)
    by_slot: dict[int, list[Hold]] = {}
    for hold in rows:
        by_slot.setdefault(hold.slot_id, []).append(hold)
    return [
        Entry(
            Span(holds[0].slot.starts_at, holds[0].slot.ends_at),
            f"Held for {holds[0].slot.poll.about}",
            "Held",
            "held",
            tuple(hold.resource for hold in holds),
        )
        for holds in by_slot.values()
    ]


def _leave(start: date, end: date, resources: Collection[Resource] | None) -> list[Entry]:
    rows = Leave.objects.between(start, end).select_related("resource").filter(resource__is_active=True)
    if resources is not None:
        rows = rows.filter(resource__in=resources)
    return [Entry(r.span(), r.resource.name, str(r), "leave", (r.resource,)) for r in rows]


def _busy(whole: Span, resources: Collection[Resource] | None) -> list[Entry]:
    rows = BusyTime.objects.filter(
        starts_at__lt=whole.end, ends_at__gt=whole.start, calendar__resource__is_active=True
    ).select_related("calendar__resource")
    if resources is not None:
        rows = rows.filter(calendar__resource__in=resources)
    return [
        Entry(r.span(), r.calendar.resource.name, "Busy elsewhere", "busy", (r.calendar.resource,))
        for r in rows
    ]
