"""Bank holidays of the nation that settings name, from the `holidays` package."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import holidays
from django.conf import settings


@cache
def _of(nation: str, year: int) -> dict[date, str]:
    return dict(holidays.country_holidays("GB", subdiv=nation, years=year).items())


def bank_holiday(day: date) -> str:
    """The bank holiday's name, or "" on any other day."""
    return _of(settings.BANK_HOLIDAYS, day.year).get(day, "")


def bank_holidays(start: date, end: date) -> dict[date, str]:
    """Those from `start` to `end`, both included, by day."""
    days = (start + timedelta(days=n) for n in range((end - start).days + 1))
    return {day: name for day in days if (name := bank_holiday(day))}
