"""The demonstration's meetings leave today free, at whatever hour it is loaded and looked at."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from django.utils import timezone

from home.demo.bookings import DAY
from home.demo.clock import Days
from home.demo.diary import slots
from provider.bank_holidays import bank_holiday

DAYS_OF_THE_YEAR = [
    "2026-11-24",  # a Tuesday
    "2026-11-28",  # a Saturday
    "2026-10-25",  # the clocks go back
    "2027-03-28",  # and forward
    "2026-12-28",  # a bank holiday
]


@pytest.mark.parametrize("day", DAYS_OF_THE_YEAR)
@pytest.mark.parametrize("hour", [0, 2, 7, 10, 14, 17, 23])
def test_meetings_lie_in_office_hours_on_other_days_than_today(day, hour):
    """Held ones before it, the others after it."""
    now = datetime.fromisoformat(f"{day}T{hour:02d}:50:00+00:00")
    today = timezone.localdate(now)
    for ago, first, length, times in [
        (27, 35, 2, [(10, 0), (14, 0)]),
        (38, 35, 2, [(10, 0), (14, 0)]),
        (42, DAY, 6.5, [(9, 30)]),
        (19, DAY, 6.5, [(9, 30)]),
    ]:
        days = Days(ago, now=now, seed="x")
        with time_machine.travel(days.at(20 if first == 35 else 10, 11).astimezone(UTC), tick=False):
            over = ago >= 38
            found = slots(days, first, times, over=over)
        assert found
        for start in found:
            local, end = timezone.localtime(start), timezone.localtime(start + timedelta(hours=length))
            assert time(9) <= local.time() < end.time() <= time(17)
            assert local.weekday() < 5
            assert not bank_holiday(local.date())
            assert (local.date() < today) == over
            assert local.date() != today
