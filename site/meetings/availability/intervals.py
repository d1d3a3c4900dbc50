"""Spans of time and what can be done with lists of them. Pure; the end is not part of a span."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple


class Span(NamedTuple):
    """From `start` up to `end`, aware datetimes. A span that ends where another starts does not meet it."""

    start: datetime
    end: datetime

    def meets(self, other: Span) -> bool:
        return self.start < other.end and other.start < self.end

    def holds(self, other: Span) -> bool:
        return self.start <= other.start and other.end <= self.end

    def widened(self, before: timedelta, after: timedelta) -> Span:
        return Span(self.start - before, self.end + after)


def joined(spans: Iterable[Span]) -> list[Span]:
    """The same moments in order, without overlaps; neighbours that touch become one."""
    whole: list[Span] = []
    for span in sorted(s for s in spans if s.start < s.end):
        if whole and span.start <= whole[-1].end:
            whole[-1] = Span(whole[-1].start, max(whole[-1].end, span.end))
        else:
            whole.append(span)
    return whole


def common(some: Iterable[Span], others: Iterable[Span]) -> list[Span]:
    """The moments that lie in both."""
    left, right = joined(some), joined(others)
    both: list[Span] = []
    i = j = 0
    while i < len(left) and j < len(right):
        start, end = max(left[i].start, right[j].start), min(left[i].end, right[j].end)
        if start < end:
            both.append(Span(start, end))
        if left[i].end < right[j].end:
            i += 1
        else:
            j += 1
    return both


def without(some: Iterable[Span], taken: Iterable[Span]) -> list[Span]:
    """The moments of `some` that are not in `taken`."""
    left: list[Span] = []
    away = joined(taken)
    for span in joined(some):
        start = span.start
        for gone in away:
            if gone.end <= start:
                continue
            if gone.start >= span.end:
                break
            if gone.start > start:
                left.append(Span(start, gone.start))
            start = gone.end
        if start < span.end:
            left.append(Span(start, span.end))
    return left
