"""Days in London as spans of real time: 23 hours long in March's last Sunday, 25 in October's. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from meetings import times
from meetings.availability.intervals import Span

MIDNIGHT = time(0)


def at(day: date, clock: time) -> datetime:
    """A wall clock time in London as a moment. Where the clocks skip it, the moment they jump to."""
    return datetime.combine(day, clock, tzinfo=times.LONDON).astimezone(UTC)


def day_span(day: date) -> Span:
    """From midnight to midnight: 23 hours in March's last Sunday, 25 in October's."""
    return Span(at(day, MIDNIGHT), at(day + timedelta(days=1), MIDNIGHT))


def days_of(span: Span) -> list[date]:
    """Each day in London that the span touches."""
    first = span.start.astimezone(times.LONDON).date()
    last = (span.end - timedelta(microseconds=1)).astimezone(times.LONDON).date()
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
