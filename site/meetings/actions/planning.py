"""Which days a series falls on, and which it leaves out: looked at before anything is booked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from changes.refusals import Refused
from meetings import times
from meetings.actions import revisions
from meetings.availability import diaries
from meetings.itip.recurrence import days_of, shifted
from meetings.models import Meeting, Resource, Series

MOST = 60  # meetings of one series
FURTHEST = timedelta(days=731)


@dataclass(frozen=True)
class Plan:
    days: list[date]
    skipped: dict[date, str] = field(default_factory=dict)

    @property
    def told(self) -> str:
        """Friday 25 December 2026 (Christmas Day)."""
        return ", ".join(f"{times.spoken_date(day)} ({why})" for day, why in self.skipped.items())


def plan(
    rule: str, first: date, resources: Collection[Resource], *, count: int = 0, until: date | None = None
) -> Plan:
    """The days of a rule on which everybody works: `count` of them, or those to `until`.

    A day left out does not count, so `count` meetings take place. Raises Refused when there are none or too many.
    """
    if bool(count) == bool(until):
        raise ValueError("Either how many, or until when.")
    last = until or first + FURTHEST
    if last > first + FURTHEST:
        raise Refused("A series can run for two years at most. Choose an earlier last day.")
    found = plan_dates(days_of(rule, first, until=last), resources)
    if not count:
        return bounded(found)
    if len(found.days) < count:
        raise Refused("So many meetings do not fit into two years. Choose fewer.")
    days = found.days[:count]
    return bounded(Plan(days, {day: why for day, why in found.skipped.items() if day < days[-1]}))


def plan_dates(dates: Iterable[date], resources: Collection[Resource]) -> Plan:
    """Those of `dates` on which everybody works, in order, and the rest with the reason."""
    wanted = sorted(set(dates))
    if not wanted:
        raise Refused("Choose at least one day for the series.")
    blocked = diaries.blocked_days(resources, wanted[0], wanted[-1])
    return Plan(
        [day for day in wanted if day not in blocked], {day: blocked[day] for day in wanted if day in blocked}
    )


def moved_days(series: Series, later: Sequence[Meeting], first: date) -> tuple[str, list[date]]:
    """The rule and the days of `later` when the first of them goes to `first` and the others follow it."""
    return shifted(series.rule, [one.planned_start.astimezone(times.LONDON).date() for one in later], first)


@dataclass(frozen=True)
class Look:
    """What stands in the way of one day: `clashes` shut it out (R3), `warnings` ask for a reason."""

    day: date
    clashes: list[str]
    warnings: list[str]


def look(
    days: Iterable[date],
    starts_at: datetime,
    ends_at: datetime,
    resources: Collection[Resource],
    *,
    place: str = "",
    but: Collection[Meeting] = (),
) -> list[Look]:
    """Each day, at the wall clock time of `starts_at`, looked at as booking would. `but`: what is to move itself."""
    clock, length = starts_at.astimezone(times.LONDON).time(), ends_at - starts_at
    found = []
    for day in days:
        start = times.london(day, clock)
        end = start + length
        found.append(
            Look(
                day,
                revisions.clashes(resources, start, end, place, but=but),
                diaries.warnings(resources, start, end),
            )
        )
    return found


def refuse_odd_hours(starts_at: datetime, ends_at: datetime) -> None:
    """A series keeps clear of the hour that the clocks skip or repeat, so each date has its one time."""
    revisions.refuse_odd_times(starts_at, ends_at)
    start, end = starts_at.astimezone(times.LONDON), ends_at.astimezone(times.LONDON)
    if start.date() != end.date() or start.time() < time(2):
        raise Refused("Meetings of a series start after 2am and end on the same day. Choose other times.")


def bounded(planned: Plan) -> Plan:
    """The plan, unless nothing is left of it or it is too long: then Refused."""
    if not planned.days:
        raise Refused("Every day of this series is left out. Choose another first day or an end further on.")
    if len(planned.days) > MOST:
        raise Refused(f"A series can have {MOST} meetings at most. Choose fewer, or an earlier last day.")
    return planned
