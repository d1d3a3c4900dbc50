"""Meetings that a test is not about, booked by the real action."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone

from meetings.actions import Invitee, book, book_series
from meetings.actions import poll as polls
from meetings.models import Meeting, Poll, Resource, Series


def people(count: int = 3) -> list[Invitee]:
    return [Invitee(f"Person {n}", f"person{n}@example.org", required=n != 3) for n in range(1, count + 1)]


def room(name: str = "Room 2") -> Resource:
    return Resource.objects.create(kind=Resource.Kind.ROOM, name=name)


def tomorrow(hours: float = 0) -> datetime:
    noon = timezone.now().replace(hour=10, minute=0, second=0, microsecond=0)
    return noon + timedelta(days=1, hours=hours)


def meeting(**fields: Any) -> Meeting:
    starts_at = fields.pop("starts_at", tomorrow())
    return book(
        **{
            "title": "Consultation C-26-7K4M",
            "about": "C-26-7K4M",
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(hours=2),
            "place": "Room 2, 1 Example Street",
            "invitees": people(),
            "by": None,
            **fields,
        }
    )


def slots(count: int = 3, *, first: float = 24 * 20, minutes: int = 60) -> list[tuple[datetime, datetime]]:
    """One a day, the first so many hours after tomorrow at ten."""
    starts = [tomorrow(first + 24 * n) for n in range(count)]
    return [(start, start + timedelta(minutes=minutes)) for start in starts]


def poll(**fields: Any) -> Poll:
    return polls.offer(
        **{
            "title": "Consultation C-26-7K4M",
            "about": "C-26-7K4M",
            "slots": slots(),
            "closes_at": tomorrow(24 * 10),
            "people": people(),
            "by": None,
            **fields,
        }
    )


def booking(choice: polls.Choice) -> Meeting:
    """What an owner of a poll does with the slot that was chosen."""
    return book(
        title="Consultation C-26-7K4M",
        about="C-26-7K4M",
        starts_at=choice.starts_at,
        ends_at=choice.ends_at,
        invitees=choice.invitees,
        resources=choice.resources,
        by=None,
    )


def vote(poll: Poll, *words: str, by: Any = None) -> Poll:
    """What each person says of the times, in order: y, m, n a time; an empty word has not answered."""
    said = {"y": "yes", "m": "maybe", "n": "no"}
    for voter, letters in zip(poll.voters.order_by("pk"), words, strict=False):
        if letters:
            given = zip(poll.slots.all(), letters, strict=True)
            polls.answer(voter, {slot.pk: said[letter] for slot, letter in given}, by=by)
    return Poll.objects.for_page().get(pk=poll.pk)


def series(**fields: Any) -> Series:
    """Four weekly meetings at 10am from 2 February next year: no bank holiday is near."""
    starts_at = fields.pop("starts_at", datetime(timezone.now().year + 1, 2, 2, 10, tzinfo=UTC))
    return book_series(
        **{
            "title": "Batch consultation B-26-7K4M",
            "about": "B-26-7K4M",
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(hours=1),
            "repeats": "weekly",
            "count": 0 if {"until", "dates"} & set(fields) else 4,
            "place": "Room 2, 1 Example Street",
            "invitees": people(),
            "by": None,
            **({"repeats": ""} if "dates" in fields else {}),
            **fields,
        }
    )
