"""How a series repeats: its rule as text, the dates it gives, and what it says too much or too little.

RFC 5545 section 3.8.5. Pure. A rule is an RRULE without its end ("FREQ=WEEKLY;INTERVAL=2"), or "" for a
series on dates of its own. Times are wall clock times in London, so that 10am stays 10am.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from dateutil.rrule import rrulestr

from meetings.times import LONDON

WEEKLY, FORTNIGHTLY, MONTHLY = "weekly", "fortnightly", "monthly"
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True)
class Recurrence:
    """What the first VEVENT of a series carries. `until` is the last start, inclusive."""

    rule: str
    until: datetime
    exdates: tuple[datetime, ...] = ()
    rdates: tuple[datetime, ...] = ()


def rule_for(first: date, repeats: str) -> str:
    """The rule of a series that begins on `first`. Monthly means the same weekday of the month: the second
    Tuesday, or the last one where `first` is a fifth. Raises KeyError for a word that is not one of the three.
    """
    nth = (first.day - 1) // 7 + 1
    return {
        WEEKLY: "FREQ=WEEKLY",
        FORTNIGHTLY: "FREQ=WEEKLY;INTERVAL=2",
        MONTHLY: f"FREQ=MONTHLY;BYDAY={-1 if nth == 5 else nth}{DAYS[first.weekday()]}",
    }[repeats]


def days_of(rule: str, first: date, *, count: int = 0, until: date | None = None) -> list[date]:
    """The days that the rule gives from `first` on: `count` of them, or all to `until`, inclusive."""
    start = datetime.combine(first, datetime.min.time())
    end = f";COUNT={count}" if count else f";UNTIL={until:%Y%m%d}T235959"
    return [moment.date() for moment in rrulestr(rule + end, dtstart=start)]


def recurrence(rule: str, starts: Collection[datetime]) -> Recurrence:
    """The recurrence that gives exactly `starts` (aware, at one wall clock time), the first being DTSTART.

    What the rule would add is an EXDATE. Without a rule the later starts are RDATEs (section 3.8.5.2).
    """
    kept = sorted(starts)
    if not rule:
        return Recurrence("", kept[-1], rdates=tuple(kept[1:]))
    first, last = (moment.astimezone(LONDON) for moment in (kept[0], kept[-1]))
    wanted = {moment.astimezone(LONDON).date() for moment in kept}
    extra = [day for day in days_of(rule, first.date(), until=last.date()) if day not in wanted]
    return Recurrence(
        rule,
        kept[-1],
        exdates=tuple(datetime.combine(day, first.time(), tzinfo=LONDON) for day in extra),
    )


def shifted(rule: str, days: list[date], first: date) -> tuple[str, list[date]]:
    """`days`, moved so that they begin on `first`, and the rule they follow there. Gaps stay where they were."""
    if not rule.startswith("FREQ=MONTHLY"):
        return rule, [day + (first - days[0]) for day in days]
    new = rule_for(first, MONTHLY)
    before = days_of(rule, days[0], until=days[-1])
    after = days_of(new, first, count=len(before))
    return new, [after[before.index(day)] for day in days]


def spoken(rule: str) -> str:
    """Every week, every two weeks, once a month, on dates of its own."""
    if rule.startswith("FREQ=MONTHLY"):
        return "once a month"
    return {"FREQ=WEEKLY": "every week", "": "on its own dates"}.get(rule, "every two weeks")
