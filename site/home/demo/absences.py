"""Hours, leave, travel and an outside calendar in the demonstration's diary.

The hours, the travel and the outside calendar are a visitor's, whom no case or booking is given to, and leave
lies weeks ahead: so anybody may be booked for any minute of today without a warning.
"""

from __future__ import annotations

from datetime import date, time, timedelta

from django.utils import timezone

from home.demo.clock import working_day
from home.demo.people import Cast
from meetings import actions
from meetings.models import Leave, Resource, WorkingHours

VISITOR = "Wren Carey, visiting psychologist"


def build_absences(cast: Cast) -> None:
    """Somebody with everything that a diary can hold, and two who are away in some weeks."""
    today = timezone.localdate()
    amara, kieran = (Resource.objects.of(cast.staff(name)) for name in ("a.diallo", "k.boyle"))
    monday = today + timedelta(days=21 - today.weekday())
    Leave.objects.create(resource=amara, first_on=monday, last_on=monday + timedelta(days=4))
    course = monday + timedelta(days=2)
    Leave.objects.create(
        resource=kieran, word=Leave.Word.COURSE, first_on=course, last_on=course, starts=time(13)
    )
    visitor = Resource.objects.create(
        kind=Resource.Kind.PERSON, name=VISITOR, travel_before=45, travel_after=45
    )
    for weekday in (WorkingHours.Weekday.TUESDAY, WorkingHours.Weekday.THURSDAY):
        for starts, ends in ((time(9, 30), time(12, 30)), (time(13, 30), time(16))):
            WorkingHours.objects.create(resource=visitor, weekday=weekday, starts=starts, ends=ends)
    first = working_day(today + timedelta(days=1), later=True)
    actions.add_calendar(visitor, name="Hospital clinic", file=_clinic(first), by=cast.staff("coordinator"))


def _clinic(first: date) -> bytes:
    """Busy from 11am to 12 noon on that day, and on the same weekday ever after."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Example Hospital//Rota//EN",
        "BEGIN:VEVENT",
        "UID:clinic@hospital.example.org",
        f"DTSTAMP:{first:%Y%m%d}T000000Z",
        f"DTSTART;TZID=Europe/London:{first:%Y%m%d}T110000",
        "DURATION:PT1H",
        "RRULE:FREQ=WEEKLY",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "\r\n".join([*lines, ""]).encode()
