"""Finding a time in the demonstration as a coordinator would, the answers that come to an invite, and a series."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TypeVar

from django.utils import timezone

from changes.refusals import Refused
from home.demo.clock import Days, Story, working_day
from home.demo.people import Cast
from meetings import actions as meetings
from meetings.itip import Answer
from meetings.models import Attendee, Meeting, Resource, Series
from meetings.received import Received
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


def supervision(cast: Cast, now: datetime) -> Story:
    """The consultants meet every two weeks. And a meeting about a case is proposed for another time."""
    days = Days(6, now=now, seed="supervision")
    yield days.at(0, 15)
    helen, amara, kieran = (cast.staff(name) for name in ("consultant", "a.diallo", "k.boyle"))
    staff = (cast.staff("lead"), helen, amara, kieran)

    def take(starts_at: datetime) -> Series:
        return meetings.book_series(
            title="Peer supervision",
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=1),
            repeats="fortnightly",
            count=5,
            invitees=[meetings.Invitee(str(one), one.email, user=one) for one in staff],
            resources=[Resource.objects.of(one) for one in (helen, kieran)],
            video_url="https://video.example.nhs.uk/supervision",
            by=cast.staff("coordinator"),
        )

    hours = ((9, 0), (16, 0), (15, 30), (12, 30))
    series = first_free(slots(days, 6 + 7, hours, over=False), take)
    yield days.at(1, 10)
    seen = {meeting.pk: meeting.sequence for meeting in series.listed}
    for email in (helen.email, kieran.email):
        first = series.listed[0].attendees.get(email=email)
        meetings.reply_to_series(first, Attendee.Partstat.ACCEPTED, sequences=seen)
    yield now - timedelta(minutes=90)
    _propose_another_time()


def _propose_another_time() -> None:
    """From the calendar of somebody who has not answered: the next working day, at the same hour."""
    open_ones = Attendee.objects.filter(partstat=Attendee.Partstat.NEEDS_ACTION, uninvited_at=None, user=None)
    meeting = Meeting.objects.upcoming().filter(attendees__in=open_ones, about__startswith="C-").first()
    if meeting is None:
        return
    attendee = open_ones.filter(meeting=meeting).order_by("pk")[0]
    local = timezone.localtime(meeting.starts_at)
    day = working_day(local.date() + timedelta(days=1), later=True)
    starts_at = local.replace(year=day.year, month=day.month, day=day.day)
    answer = Answer(
        method="COUNTER",
        uid=meeting.uid,
        sequence=meeting.sequence,
        stamp=timezone.now(),
        attendee=attendee.email,
        partstat=Attendee.Partstat.TENTATIVE,
        starts_at=starts_at,
        ends_at=starts_at + (meeting.ends_at - meeting.starts_at),
        comment="I am in court that morning.",
    )
    meetings.take_in(Received(attendee.email, (answer,)))
