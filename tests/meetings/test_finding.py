"""Finding a time: intervals and slots as pure functions, against a plain look at every half hour."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meetings.availability.days import at, day_span, days_of
from meetings.availability.finding import STEP, Free, rounded_up, slots, spread
from meetings.availability.intervals import Span, common, joined, without
from meetings.times import LONDON

START = datetime(2026, 10, 24, tzinfo=UTC)  # the clocks go back on the 25th
MINUTE = timedelta(minutes=1)


def moment(minutes: int) -> datetime:
    return START + minutes * MINUTE


def span(first: int, last: int) -> Span:
    return Span(moment(first), moment(last))


SPANS = st.lists(
    st.tuples(st.integers(0, 900), st.integers(1, 300)).map(lambda t: span(t[0], t[0] + t[1])), max_size=6
)
DIARIES = st.builds(
    lambda opened, taken, before, after: Free(
        "A", opened, [(s, "booked") for s in taken], timedelta(minutes=before), timedelta(minutes=after)
    ),
    SPANS,
    SPANS,
    st.sampled_from([0, 15, 40]),
    st.sampled_from([0, 30]),
)


def minutes_of(spans: list[Span]) -> set[int]:
    return {m for s in spans for m in range(int((s.start - START) / MINUTE), int((s.end - START) / MINUTE))}


@given(SPANS, SPANS)
@settings(max_examples=60, deadline=None)
def test_intervals_are_sets_of_minutes(some, others):
    a, b = minutes_of(some), minutes_of(others)
    for found, wanted in [
        (joined([*some, *others]), a | b),
        (common(some, others), a & b),
        (without(some, others), a - b),
    ]:
        assert minutes_of(found) == wanted
        assert all(x.end < y.start for x, y in pairwise(found))


def suits(diary: Free, slot: Span) -> bool:
    """In plain words: open all along, and nothing taken from the way there to the way back."""
    way = Span(slot.start - diary.before, slot.end + diary.after)
    inside = any(o.start <= slot.start and slot.end <= o.end for o in joined(diary.open))
    return inside and not any(t.start < way.end and way.start < t.end for t, _ in diary.taken)


@given(st.lists(DIARIES, min_size=1, max_size=3), DIARIES, SPANS, st.sampled_from([15, 50, 90]))
@settings(max_examples=60, deadline=None)
def test_the_slots_are_exactly_those_that_suit_everybody(needed, welcome, within, length):
    """R3. None is missed, none clashes, in order; who is welcome but cannot come is told."""
    long = timedelta(minutes=length)
    found = slots(needed, [welcome], within, length=long, count=10_000)
    candidates = [Span(START + n * STEP, START + n * STEP + long) for n in range(1400 // 30)]
    wanted = [
        slot
        for slot in candidates
        if any(w.holds(slot) for w in joined(within)) and all(suits(d, slot) for d in needed)
    ]
    assert [s.span for s in found] == wanted
    for slot in found:
        assert (slot.clashes == []) == suits(welcome, slot.span)
    assert slots(needed, [welcome], within, length=long, count=2) == found[:2]


def test_a_clash_says_who_and_why():
    diary = Free("Amara Diallo", [span(0, 500)], [(span(60, 120), "on a course")])
    assert diary.why_not(span(100, 130)) == "Amara Diallo: on a course"
    far = Free("Amara Diallo", [span(0, 500)], [(span(60, 120), "booked")], before=timedelta(minutes=30))
    assert far.why_not(span(130, 160)) == "Amara Diallo: booked, too near to travel"
    assert diary.why_not(span(490, 520)) == "Amara Diallo: outside working hours"
    assert diary.why_not(span(120, 150)) == ""


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 11, 24), 24)]
)
def test_a_day_is_as_long_as_the_clocks_make_it(day, hours):
    """R11."""
    whole = day_span(day)
    assert whole.end - whole.start == timedelta(hours=hours)
    assert days_of(whole) == [day]
    assert at(day, time(9)).astimezone(UTC).hour == (8 if day.month == 3 else 9)


def test_half_hours_are_london_s_too():
    assert rounded_up(at(date(2026, 7, 1), time(9, 1))) == at(date(2026, 7, 1), time(9, 30))
    assert rounded_up(at(date(2026, 7, 1), time(9))) == at(date(2026, 7, 1), time(9))


@given(DIARIES, SPANS, st.sampled_from([15, 50, 90]), st.integers(1, 4))
@settings(max_examples=60, deadline=None)
def test_slots_for_a_poll_never_overlap_and_are_spread_over_the_days(diary, within, length, a_day):
    found = slots([diary], [], within, length=timedelta(minutes=length), count=10_000)
    kept = spread(found, a_day=a_day)
    assert [s for s in found if s in kept] == kept
    assert all(one.span.end <= other.span.start for one, other in pairwise(kept))
    days = [s.span.start.astimezone(LONDON).date() for s in kept]
    assert all(days.count(day) <= a_day for day in days)
    assert bool(kept) == bool(found)
