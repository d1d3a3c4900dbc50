"""The demonstration's past: stories that take turns on one clock, each step at its own moment.

Steps of all stories run in the order of their moments, so invoice numbers, the outbox and the log grow as
they would have grown in life. Between two steps the background jobs are worked off, as the worker would.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Generator, Iterable
from datetime import UTC, date, datetime, time, timedelta
from random import Random

import time_machine
from django.utils import timezone

# Yields the moment of its next step, then is resumed there and then.
Story = Generator[datetime, None, None]
BREATH = timedelta(minutes=7)  # at least so long between two steps of one story
FRIDAY = 4


def working_day(day: date, *, later: bool = False) -> date:
    """`day`, or the Friday before a weekend; with `later` the Monday after it."""
    beyond = day.weekday() - FRIDAY
    if beyond <= 0:
        return day
    return day + timedelta(days=3 - beyond) if later else day - timedelta(days=beyond)


class Days:
    """Days of one story, counted from its first. The same seed gives the same minutes past the hour."""

    def __init__(self, ago: int, *, now: datetime, seed: str) -> None:
        self.now = now
        self.first = timezone.localdate(now) - timedelta(days=ago)
        self.random = Random(seed)  # noqa: S311 - minutes and choices, no secrets

    def at(self, days: int, hour: int, minute: int | None = None) -> datetime:
        """A working moment `days` after the first day, London time."""
        day = self.first + timedelta(days=days)
        day = working_day(day, later=day > timezone.localdate(self.now))
        past = self.random.randrange(0, 60) if minute is None else minute
        return timezone.make_aware(datetime.combine(day, time(hour, past)))


def play(stories: Iterable[Story], *, now: datetime, between: Callable[[], object]) -> int:
    """Run every story to its end or to `now`, whichever is first. Returns the number of steps."""
    turns: list[tuple[datetime, int, Story]] = []

    def come_back(story: Story, number: int, earliest: datetime | None) -> None:
        moment = next(story, None)
        if moment is None:
            return
        if earliest is not None:
            moment = max(moment, earliest)
        heapq.heappush(turns, (min(moment, now), number, story))

    for number, story in enumerate(stories):
        come_back(story, number, None)
    steps = 0
    while turns:
        moment, number, story = heapq.heappop(turns)
        with time_machine.travel(moment.astimezone(UTC), tick=True):
            come_back(story, number, moment + BREATH)
            between()
        steps += 1
    return steps
