"""Counts over all cases never point to one."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from consultations.small_numbers import Counts
from consultations.staff.reports import HIDDEN

NAMES = ["done", "under_way", "not_done", "unanswered"]


@settings(max_examples=200)
@given(st.lists(st.integers(0, 30), min_size=4, max_size=4))
def test_no_small_count_can_be_worked_out_from_its_row(numbers):
    """R9: a row shows no count from 1 to 4, and never leaves exactly one of several unknown beside the sum."""
    row = Counts("About", dict(zip(NAMES, numbers, strict=True)))
    shown = [row.shown(name) for name in NAMES]
    assert not any(isinstance(count, int) and 0 < count < 5 for count in [*shown, row.total])
    unknown = [count for count in shown if not isinstance(count, int)]
    assert len(unknown) != 1 or row.total == HIDDEN
    assert all(told == number for told, number in zip(shown, numbers, strict=True) if isinstance(told, int))
