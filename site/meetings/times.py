"""Times as people say them, Europe/London: UTC is kept, London is spoken (the edge of the house)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


class NoSuchTime(ValueError):
    """The clocks jump over this time: 1am to 2am on the last Sunday of March."""


def london(day: date, clock: time) -> datetime:
    """The moment of a wall clock time in London. Of the two 1.30am in October it is the first.

    Raises NoSuchTime for an hour that the clocks skip in March.
    """
    moment = datetime.combine(day, clock, tzinfo=LONDON)
    if moment.astimezone(UTC).astimezone(LONDON).time() != clock:
        raise NoSuchTime(f"{clock:%H:%M} does not exist on {day}: the clocks go forward")
    return moment.astimezone(UTC)


def lasting(start: datetime, minutes: int) -> datetime:
    """The end of a meeting of so many real minutes, also across a clock change."""
    return start.astimezone(UTC) + timedelta(minutes=minutes)


def days_before(moment: datetime, days: int) -> datetime:
    """The same hour on London's clocks so many days earlier, in UTC: also across a clock change.

    Where the clocks skip that hour in March, it is the hour after.
    """
    return (moment.astimezone(LONDON) - timedelta(days=days)).astimezone(UTC)


def spoken_day(moment: datetime) -> str:
    """Tuesday 24 November 2026."""
    local = moment.astimezone(LONDON)
    return f"{local:%A} {local.day} {local:%B} {local.year}"


def spoken_date(day: date) -> str:
    """Tuesday 24 November 2026."""
    return spoken_day(datetime.combine(day, time(12), tzinfo=LONDON))


def spoken_clock(moment: datetime) -> str:
    """10am, 2:30pm, 12 noon, 12 midnight."""
    local = moment.astimezone(LONDON)
    if (local.hour, local.minute) in {(12, 0), (0, 0)}:
        return "12 noon" if local.hour else "12 midnight"
    minutes = f":{local.minute:02d}" if local.minute else ""
    return f"{local.hour % 12 or 12}{minutes}{'am' if local.hour < 12 else 'pm'}"


def spoken_hours(start: datetime, end: datetime) -> str:
    """10am to 12 noon; the end's day is added when it is another."""
    if start.astimezone(LONDON).date() != end.astimezone(LONDON).date():
        return f"{spoken_clock(start)} to {spoken_clock(end)} on {spoken_day(end)}"
    return f"{spoken_clock(start)} to {spoken_clock(end)}"


def spoken_span(start: datetime, end: datetime) -> str:
    """Tuesday 24 November 2026, 10am to 12 noon."""
    return f"{spoken_day(start)}, {spoken_hours(start, end)}"
