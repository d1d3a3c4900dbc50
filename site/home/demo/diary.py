"""Finding a time in the demonstration as a coordinator would, and the answers that come to an invite."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TypeVar

from django.utils import timezone

from changes.refusals import Refused
from home.demo.clock import Days
from meetings import actions as meetings
from meetings.models import Attendee, Meeting
from provider.bank_holidays import bank_holiday

T = TypeVar("T")
NEARBY = (0, 1, -1, 2, -2, 3, -3, 4, -4)  # days
ANSWERS = (
    Attendee.Partstat.ACCEPTED,
    Attendee.Partstat.ACCEPTED,
    Attendee.Partstat.ACCEPTED,
    Attendee.Partstat.TENTATIVE,
)


def first_free(slots: Iterable[datetime], take: Callable[[datetime], T]) -> T:
    """What `take` makes of the first slot that clashes with nothing (R3)."""
    for starts_at in slots:
        try:
            return take(starts_at)
        except Refused as refusal:
            if not any("already booked" in message for message in refusal.messages):
                raise
    raise Refused("None of these slots is free. Give the case another day, or another person.")


def slots(days: Days, first: int, times: Iterable[tuple[int, int]], *, over: bool) -> list[datetime]:
    """Times to try around day `first`, nearest first, on working days and all still to come at the time of booking.

    With `over`, those alone on a day before today; else those on a day after it. Today stays empty, so
    whoever looks at the demonstration can book anybody for any minute of it.
    """
    around = [days.at(first + away, hour, minute) for away in NEARBY for hour, minute in times]
    soonest, today = timezone.now() + timedelta(days=1), timezone.localdate(days.now)
    return [
        t
        for t in dict.fromkeys(around)
        if t > soonest
        and not bank_holiday(timezone.localdate(t))
        and (timezone.localdate(t) < today if over else timezone.localdate(t) > today)
    ]


def answer(meeting: Meeting) -> None:
    """Most people say yes, one says perhaps, and the last has not answered."""
    meeting.refresh_from_db()
    if meeting.starts_at < timezone.now():
        return
    people = list(meeting.attendees.filter(uninvited_at=None).order_by("pk"))
    for attendee, partstat in zip(people[:-1], ANSWERS, strict=False):
        meetings.reply(attendee, partstat, sequence=meeting.sequence)
