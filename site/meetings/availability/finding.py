"""The next times that suit everybody who is needed. Pure: diaries in, slots out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from meetings.availability.intervals import Span, common, joined, without
from meetings.times import LONDON

STEP = timedelta(minutes=30)  # a meeting starts at the hour or at half past


@dataclass(frozen=True)
class Free:
    """One diary, as finding a time sees it.

    `open` are the times at which this person or room can be asked for at all; `taken` what stands in the
    way, each with a word for people. `before` and `after` are the travel around the meeting that is sought.
    """

    name: str
    open: Sequence[Span]
    taken: Sequence[tuple[Span, str]] = ()
    before: timedelta = timedelta(0)
    after: timedelta = timedelta(0)

    def free(self) -> list[Span]:
        """When a meeting may take place: open, and far enough from what is taken to travel."""
        return without(self.open, [span.widened(self.after, self.before) for span, _ in self.taken])

    def why_not(self, slot: Span) -> str:
        """What speaks against `slot` in this diary; nothing when it is free."""
        wide = slot.widened(self.before, self.after)
        for span, word in self.taken:
            if span.meets(wide):
                return f"{self.name}: {word}{'' if span.meets(slot) else ', too near to travel'}"
        if not any(span.holds(slot) for span in joined(self.open)):
            return f"{self.name}: outside working hours"
        return ""


@dataclass(frozen=True)
class Slot:
    """One time that suits. `clashes` says which of the optional people cannot come, and why."""

    span: Span
    clashes: list[str] = field(default_factory=list)


def slots(
    needed: Sequence[Free], welcome: Sequence[Free], within: Sequence[Span], *, length: timedelta, count: int
) -> list[Slot]:
    """The first `count` slots of `length` inside `within` that suit everybody in `needed`.

    `within` are the days and hours looked at. Each diary's free time is worked out as intervals, so it
    costs the same whether the range is a day or a year of meetings.
    """
    free = joined(within)
    for diary in needed:
        free = common(free, diary.free())
    found: list[Slot] = []
    for span in free:
        start = rounded_up(span.start)
        while start + length <= span.end:
            slot = Span(start, start + length)
            found.append(Slot(slot, [why for diary in welcome if (why := diary.why_not(slot))]))
            if len(found) == count:
                return found
            start += STEP
    return found


def spread(found: Iterable[Slot], *, a_day: int) -> list[Slot]:
    """Of slots in order, those to offer in a poll: no two that overlap, and at most `a_day` on one day in London."""
    kept: list[Slot] = []
    days: Counter[date] = Counter()
    for slot in found:
        day = slot.span.start.astimezone(LONDON).date()
        if days[day] < a_day and not (kept and kept[-1].span.meets(slot.span)):
            kept.append(slot)
            days[day] += 1
    return kept


def rounded_up(moment: datetime) -> datetime:
    """The next hour or half past. London is whole hours from UTC, so its clocks agree."""
    since = moment.astimezone(UTC) - datetime(2000, 1, 1, tzinfo=UTC)
    return moment + (-since % STEP)
