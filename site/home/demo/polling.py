"""A date poll of the demonstration: dates offered to the network, most of whom have answered."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.utils import timezone

from consultations import actions
from consultations.actions.meeting import default_invitees
from home.demo.case import Told
from home.demo.clock import Story
from meetings.actions import joining
from meetings.actions import poll as polls
from meetings.models import Meeting, Poll, Resource

DATES = ((9, 9), (11, 11), (14, 14), (16, 16))  # days from the offer, and the hour
SAID = (("yes", "yes", "no", "maybe"), ("yes", "maybe", "yes", "yes"), ("no", "yes", "maybe", "no"))
AGENDA = (
    "1  What each of us knows, and what worries us\n2  What keeps everybody safe now\n"
    "3  What might explain it\n4  Who does what next"
)


def ask(told: Told) -> Story:
    """Offered by the coordinator; the last person asked has not answered yet."""
    yield told.days.at(18, 15)
    case, coordinator = told.fresh(), told.cast.staff("coordinator")
    first = (timezone.localdate() - told.days.first).days
    starts = [told.days.at(first + days, hour, 0) for days, hour in DATES]
    closes_on = timezone.localdate() + timedelta(days=7)
    poll = actions.offer_dates(
        case,
        slots=[(start, start + timedelta(hours=2)) for start in starts],
        closes_at=timezone.make_aware(datetime.combine(closes_on, time(23, 59))),
        people=default_invitees(case),
        resources=_free([Resource.objects.of(told.cast.staff(told.case.consultant))], starts),
        video_url="https://video.example.nhs.uk/c",
        by=coordinator,
    )
    yield told.days.at(18, 17)
    _answer(Poll.objects.get(pk=poll.pk))


def _free(resources: list[Resource], starts: list[datetime]) -> list[Resource]:
    """Those who have nothing else at any of these times: only they can be held."""
    return [
        one
        for one in resources
        if not any(
            one.reservations.filter(
                active=True, starts_at__lt=start + timedelta(hours=2), ends_at__gt=start
            ).exists()
            for start in starts
        )
    ]


def _answer(poll: Poll) -> None:
    slots = list(poll.slots.all())
    for voter, said in zip(list(poll.voters.order_by("pk"))[:-1], SAID, strict=False):
        polls.answer(voter, {slot.pk: word for slot, word in zip(slots, said, strict=True)})


def prepare(meeting: Meeting, told: Told) -> None:
    """What the meeting is to talk about, and what one of those coming needs."""
    joining.set_agenda(meeting, AGENDA, by=told.cast.staff("coordinator"))
    joining.tell_needs(meeting.invited[-1], "A hearing loop, and a seat near the door.")
