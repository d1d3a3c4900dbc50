"""What a feed shows, as bytes, and the marks by which a calendar program knows that nothing changed.

The lines of an event are written by the calendar library and then remembered: they follow from the values
alone, so the same values give the same bytes. References only (R8): no notes, no people, no agenda.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings

from meetings import itip
from meetings.models import Feed
from meetings.models.feed_reading import Reading, Row, Us, moment, today

EVERY = timedelta(hours=1)  # so often a calendar should ask
NAMES = {Feed.Kind.MINE: "your meetings", Feed.Kind.TEAM: "everybody’s meetings"}
HELD = "One of the times offered in a date poll. It is freed when a date is chosen."


def marks(reading: Reading) -> tuple[str, datetime]:
    """ETag and Last-Modified: no event is read for them. Both move on at midnight, with the window."""
    start = today()
    state = (reading.feed_id, reading.state, start.date(), reading.us)
    tag = hashlib.sha256(repr(state).encode()).hexdigest()[:32]
    return f'"{tag}"', max(reading.made_at, start, reading.changed_at or start)


def render(reading: Reading) -> bytes:
    """The whole calendar: meetings, then what is held for date polls as TENTATIVE. Two queries."""
    entries = [_meeting(row, reading.us) for row in reading.meetings()]
    entries += [_held(row, reading.us) for row in reading.holds()]
    return itip.feed(f"{reading.us[3]}: {NAMES[Feed.Kind(reading.kind)]}", entries, every=EVERY)


@lru_cache(maxsize=4096)
def _meeting(row: Row, us: Us) -> bytes:
    uid, sequence, created_at, stamped_at, starts_at, ends_at, title, place, video_url, dial_in, of_series = (
        row
    )
    if (
        of_series
    ):  # they share the UID of their series, whose rule is not told here: each is an event by itself
        uid = f"meeting-{of_series}@{urlsplit(settings.BASE_URL).hostname}"
    name, email, phone, _ = us
    lines = [f"Join by video: {video_url}"] if video_url else []
    lines += [f"Join by phone: {dial_in}"] if dial_in else []
    return itip.entry(
        itip.Happening(
            uid=uid,
            sequence=sequence,
            created_at=moment(created_at),
            stamped_at=moment(stamped_at),
            starts_at=moment(starts_at),
            ends_at=moment(ends_at),
            title=title,
            organiser=itip.Person(name, email),
            description="\n\n".join([*lines, f"Questions: {name}, {phone}, {email}"]),
            place=place,
            video_url=video_url,
        )
    )


@lru_cache(maxsize=512)
def _held(row: Row, us: Us) -> bytes:
    slot, created_at, starts_at, ends_at, title, place, video_url = row
    return itip.entry(
        itip.Happening(
            uid=f"slot-{slot}@{urlsplit(settings.BASE_URL).hostname}",
            sequence=0,
            created_at=moment(created_at),
            stamped_at=moment(created_at),
            starts_at=moment(starts_at),
            ends_at=moment(ends_at),
            title=f"Held: {title}",
            organiser=itip.Person(us[0], us[1]),
            description=HELD,
            place=place,
            video_url=video_url,
        ),
        tentative=True,
    )
