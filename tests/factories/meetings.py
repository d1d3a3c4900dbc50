"""Meetings that a test is not about, booked by the real action."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from meetings.actions import Invitee, book
from meetings.models import Meeting, Resource


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
