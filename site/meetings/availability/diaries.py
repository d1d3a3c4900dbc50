"""What the database knows of who is free when, read for many diaries at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime, time, timedelta
from typing import TypeVar

from meetings import times
from meetings.availability.days import at, day_span, days_of
from meetings.availability.finding import Free
from meetings.availability.intervals import Span, joined
from meetings.models import BusyTime, Leave, Reservation, Resource, WorkingHours, held_warnings
from provider.bank_holidays import bank_holiday, bank_holidays

OFFICE = (time(9), time(17))  # of a person without hours of their own
SATURDAY = 5
Row = TypeVar("Row", Leave, WorkingHours, BusyTime, Reservation)


def warnings(resources: Collection[Resource], starts_at: datetime, ends_at: datetime) -> list[str]:
    """What speaks against these times without being a double booking; staff may go ahead with a reason.

    Outside the hours that were entered, on leave, busy in an outside calendar, or held for a date poll. Two of
    our own meetings at once are no warning: `reserve` refuses them.
    """
    meeting = Span(starts_at, ends_at)
    days = days_of(meeting)
    hours = _by_resource(WorkingHours.objects.filter(resource__in=resources))
    leave = _by_resource(Leave.objects.filter(resource__in=resources).between(days[0], days[-1]))
    busy = _by_resource(_busy(resources, meeting))
    said = []
    for resource in resources:
        mine = hours.get(resource.pk, [])
        if mine and not any(span.holds(meeting) for span in _open(mine, days)):
            closed = "does not work" if resource.kind == Resource.Kind.PERSON else "is not open"
            said.append(f"{resource} {closed} then: {_why_closed(mine, days)}.")
        for row in leave.get(resource.pk, []):
            if row.span().meets(meeting):
                said.append(f"{resource} is marked “{row}” then: {_spoken(row)}.")
        if taken := joined(row.span() for row in busy.get(resource.pk, [])):
            spans = " and ".join(times.spoken_hours(*span) for span in taken)
            said.append(f"{resource} is busy elsewhere then: {spans}.")
    return [*said, *held_warnings(resources, starts_at, ends_at)]


def blocked_days(resources: Collection[Resource], start: date, end: date) -> dict[date, str]:
    """The days from `start` to `end`, both included, on which not everybody works, with the reason in words.

    Bank holidays in England, and leave of whole days of any of `resources`. Weekends are not in it.
    """
    blocked = {day: f"{name} (bank holiday)" for day, name in bank_holidays(start, end).items()}
    leave = Leave.objects.filter(resource__in=resources).between(start, end).select_related("resource")
    for row in leave:
        if row.is_whole_days:
            for day in days_of(row.span()):
                if start <= day <= end:
                    blocked.setdefault(day, f"{row.resource}: {row.get_word_display().lower()}")
    return dict(sorted(blocked.items()))


def free(
    resources: Collection[Resource],
    start: date,
    end: date,
    *,
    in_person: bool = False,
    moving: int | None = None,
) -> dict[int, Free]:
    """Each diary by the resource's pk, as finding a time takes it, for the days from `start` to `end`.

    `in_person`: people travel to the meeting that is sought. `moving` is the pk of a meeting that is to
    move: what is reserved for it does not stand in its own way. Bank holidays are nobody's working days.
    """
    days = [start + timedelta(days=n) for n in range((end - start).days + 1)]
    days = [day for day in days if not bank_holiday(day)]
    whole = Span(day_span(start).start - timedelta(days=1), day_span(end).end + timedelta(days=1))
    hours = _by_resource(WorkingHours.objects.filter(resource__in=resources))
    leave = _by_resource(Leave.objects.filter(resource__in=resources).between(start, end))
    busy = _by_resource(_busy(resources, whole))
    kept = _by_resource(
        Reservation.objects.filter(
            resource__in=resources, active=True, starts_at__lt=whole.end, ends_at__gt=whole.start
        ).exclude(meeting=moving)
    )
    found = {}
    for resource in resources:
        taken = [
            *(
                (Span(r.starts_at, r.ends_at), _said("booked", r.starts_at, r.ends_at))
                for r in kept[resource.pk]
            ),
            *((row.span(), str(row).lower()) for row in leave[resource.pk]),
            *((row.span(), _said("busy elsewhere", row.starts_at, row.ends_at)) for row in busy[resource.pk]),
        ]
        before, after = resource.travel("there" if in_person else "")
        mine = hours[resource.pk]
        opened = _open(mine, days) if mine else _usual(resource, days)
        found[resource.pk] = Free(resource.name, opened, taken, before, after)
    return found


def _said(word: str, starts_at: datetime, ends_at: datetime) -> str:
    return f"{word} {times.spoken_hours(starts_at, ends_at)}"


def _usual(resource: Resource, days: list[date]) -> list[Span]:
    if resource.kind != Resource.Kind.PERSON:
        return joined(day_span(day) for day in days)
    return [Span(at(day, OFFICE[0]), at(day, OFFICE[1])) for day in days if day.weekday() < SATURDAY]


def _open(hours: Iterable[WorkingHours], days: list[date]) -> list[Span]:
    return joined(row.on(day) for day in days for row in hours if row.weekday == day.weekday())


def _why_closed(hours: list[WorkingHours], days: list[date]) -> str:
    """The hours of the first day of the meeting, in words."""
    day = days[0]
    spans = [times.spoken_hours(*span) for span in _open(hours, [day])]
    if not spans:
        return f"never on a {day:%A}"
    return f"on a {day:%A} from {' and from '.join(spans)} only"


def _spoken(leave: Leave) -> str:
    span = leave.span()
    if not leave.is_whole_days:
        return times.spoken_span(*span)
    first = times.spoken_day(span.start)
    return (
        first
        if leave.first_on == leave.last_on
        else f"{first} to {times.spoken_day(at(leave.last_on, time(12)))}"
    )


def _busy(resources: Collection[Resource], within: Span) -> Iterable[BusyTime]:
    return BusyTime.objects.filter(
        calendar__resource__in=resources, starts_at__lt=within.end, ends_at__gt=within.start
    ).select_related("calendar")


def _by_resource(rows: Iterable[Row]) -> defaultdict[int, list[Row]]:
    found: defaultdict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.calendar.resource_id if isinstance(row, BusyTime) else row.resource_id].append(row)
    return found
