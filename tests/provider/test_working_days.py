"""Days on which somebody works: no weekends, no bank holidays."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provider.working_days import (
    is_working_day,
    working_days_after,
    working_days_before,
    working_days_between,
)

days = st.dates(date(2024, 1, 1), date(2030, 12, 31))


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 11, 24), True),
        (date(2026, 11, 28), False),  # a Saturday
        (date(2026, 12, 25), False),
        (date(2026, 12, 28), False),  # Boxing Day is a Saturday, so this Monday stands in for it
        (date(2026, 4, 3), False),  # Good Friday
        (date(2026, 11, 30), True),  # St Andrew's Day, no holiday in England
    ],
)
def test_working_day(day, works):
    assert is_working_day(day) is works


def test_another_nation_has_other_holidays(settings):
    settings.BANK_HOLIDAYS = "SCT"
    assert not is_working_day(date(2026, 11, 30))


@settings(max_examples=50)
@given(days, st.integers(1, 60))
def test_counting_there_and_back(day, count):
    later = working_days_after(day, count)
    assert is_working_day(later)
    assert working_days_between(day, later) == count
    assert working_days_before(later + timedelta(days=1), 1) == later
