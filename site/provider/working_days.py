"""Working days: Monday to Friday without bank holidays."""

from __future__ import annotations

from datetime import date, timedelta

from provider.bank_holidays import bank_holiday

DAY = timedelta(days=1)
SATURDAY = 5


def is_working_day(day: date) -> bool:
    return day.weekday() < SATURDAY and not bank_holiday(day)


def working_days_after(day: date, count: int) -> date:
    """The working day `count` working days after `day`; with 0 the day itself, working or not."""
    while count > 0:
        day += DAY
        count -= is_working_day(day)
    return day


def working_days_before(day: date, count: int) -> date:
    """The working day `count` working days before `day`."""
    while count > 0:
        day -= DAY
        count -= is_working_day(day)
    return day


def working_days_between(first: date, last: date) -> int:
    """Working days after `first` up to and with `last`; 0 when `last` is no later."""
    return sum(is_working_day(first + DAY * number) for number in range(1, (last - first).days + 1))
