"""Where an entry stands in the drawing of a day or a week: rows are quarters of an hour. Pure.

The policy allows no inline style, so a place is a class (`fp-r5`: from the fifth quarter; `fp-s8`: eight
of them long; `fp-lane-2`) and diary.css knows them all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from meetings import times
from meetings.availability.agenda import Day, Entry

QUARTER = 15  # minutes
A_DAY = 24 * 4  # quarters
SHORTEST = 2  # quarters, so that a title can be read
OFFICE = (8, 18)  # hours that are always drawn
MOST_LANES = 6


@dataclass(frozen=True)
class Placed:
    """An entry with the classes of its place."""

    entry: Entry
    row: int
    length: int
    lane: int

    @property
    def place(self) -> str:
        return f"fp-r{self.row} fp-s{self.length} fp-lane-{self.lane}"


@dataclass(frozen=True)
class Column:
    """One day of a week, or one diary of a day."""

    key: str
    title: str
    day: date
    href: str = ""
    is_off: bool = False
    is_today: bool = False
    notes: list[str] = field(default_factory=list)
    whole: list[Entry] = field(default_factory=list)
    placed: list[Placed] = field(default_factory=list)

    @property
    def lanes(self) -> int:
        return max((one.lane for one in self.placed), default=1)


def hours_drawn(days: Iterable[Day]) -> tuple[int, int]:
    """The first hour and the hour after the last: the office's, and what lies outside it."""
    first, last = OFFICE
    for day in days:
        for entry in day.entries:
            if not entry.is_whole_day:
                start, end = _quarters(entry)
                first, last = min(first, start // 4), max(last, -(-end // 4))
    return first, last


def place(entries: Iterable[Entry], first_hour: int, last_hour: int) -> list[Placed]:
    """Entries of one column, side by side where they overlap."""
    ends: list[int] = []  # of the last entry in each lane
    placed = []
    for entry in entries:
        start, end = _quarters(entry)
        start = min(start, last_hour * 4 - SHORTEST)
        end = min(max(end, start + SHORTEST), last_hour * 4)
        lane = next((n for n, busy_until in enumerate(ends) if busy_until <= start), len(ends))
        if lane == len(ends) < MOST_LANES:
            ends.append(end)
        else:
            lane = min(lane, MOST_LANES - 1)
            ends[lane] = max(ends[lane], end)
        placed.append(Placed(entry, start - first_hour * 4 + 1, end - start, lane + 1))
    return placed


def _quarters(entry: Entry) -> tuple[int, int]:
    """From which to which quarter of the day, as the clock on the wall shows it.

    So ten o'clock is on one line all week, also when an hour is missing or comes twice in one of the days.
    """
    start = _quarter(entry.span.start)
    end = _quarter(entry.span.end, up=True)
    if entry.span.end.astimezone(times.LONDON).date() > entry.day:
        end = A_DAY
    return start, max(end, start + 1)


def _quarter(moment: datetime, *, up: bool = False) -> int:
    local = moment.astimezone(times.LONDON)
    minutes = local.hour * 60 + local.minute
    return -(-minutes // QUARTER) if up else minutes // QUARTER
