"""Counts over all cases never point to one."""

from __future__ import annotations

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from consultations.small_numbers import Counts

NAMES = ["done", "under_way", "not_done", "unanswered"]


def told(numbers: tuple[int, ...]) -> tuple[int | str, ...]:
    row = Counts("About", dict(zip(NAMES, numbers, strict=True)))
    return (*(row.shown(name) for name in NAMES), row.total)


@settings(max_examples=200)
@given(st.lists(st.integers(0, 30), min_size=4, max_size=4))
def test_no_small_count_is_told(numbers):
    """R9: all of a row or none of it; what is told is true."""
    shown = told(tuple(numbers))
    assert not any(isinstance(count, int) and 0 < count < 5 for count in shown)
    assert all(said == number for said, number in zip(shown, numbers, strict=False) if isinstance(said, int))


def test_no_small_count_can_be_worked_out_from_its_row():
    """R9: whatever a row with a small count says, other rows say just the same, in which that count is another."""
    could_be: dict[tuple[int | str, ...], list[tuple[int, ...]]] = {}
    for numbers in product(range(12), repeat=4):
        could_be.setdefault(told(numbers), []).append(numbers)
    for shown, rows in could_be.items():
        for at, said in enumerate(shown[:4]):
            if said == "not shown" and shown[4] in range(
                5, 12
            ):  # larger sums go on beyond what is tried here
                assert len({row[at] for row in rows}) > 1, shown
