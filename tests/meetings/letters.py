"""Mails as the calendars of this world write them: mails/ holds one of each, with places to fill in."""

from __future__ import annotations

import base64
import quopri
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.utils import timezone

from meetings.models import Attendee
from meetings.times import LONDON

HERE = Path(__file__).parent / "mails"


def letter(
    name: str,
    attendee: Attendee,
    *,
    starts_at: datetime | None = None,
    stamped_at: datetime | None = None,
    sender: str = "",
    swap: tuple[str, str] = ("", ""),
    **filled: object,
) -> bytes:
    """A whole mail, about `attendee`'s meeting unless told otherwise. `swap` replaces text in its calendar object.

    The calendar object is in a file of the same name; what came back or was forwarded holds Thunderbird's.
    """
    meeting = attendee.meeting
    start = starts_at or meeting.starts_at
    end = start + (meeting.ends_at - meeting.starts_at)
    words = {
        "uid": meeting.uid,
        "email": attendee.email,
        "sequence": meeting.sequence,
        "stamp": f"{(stamped_at or timezone.now()).astimezone(UTC):%Y%m%dT%H%M%SZ}",
        "utc": f"{start.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        "utc_end": f"{end.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        "local": f"{start.astimezone(LONDON):%Y%m%dT%H%M%S}",
        "local_end": f"{end.astimezone(LONDON):%Y%m%dT%H%M%S}",
        **filled,
    }
    file = HERE / f"{name}.ics"
    text = (file if file.exists() else HERE / "thunderbird_accepted.ics").read_text(encoding="utf-8")
    for key, value in words.items():
        text = text.replace(f"{{{key}}}", str(value))
    assert swap[0] in text
    calendar = text.replace(*swap).replace("\n", "\r\n") if swap[0] else text.replace("\n", "\r\n")
    raw = calendar.encode()
    mail = (HERE / f"{name}.eml").read_text(encoding="utf-8").replace("\n", "\r\n")
    for key, value in {
        "email": sender or attendee.email,
        "calendar": calendar,
        "calendar_base64": base64.encodebytes(raw).decode().replace("\n", "\r\n"),
        "calendar_quoted": quopri.encodestring(raw.replace(b"\r\n", b"\n")).decode().replace("\n", "\r\n"),
    }.items():
        mail = mail.replace(f"{{{key}}}", str(value))
    return mail.encode()


def after(minutes: float) -> datetime:
    """A DTSTAMP so many minutes from now."""
    return (timezone.now() + timedelta(minutes=minutes)).replace(microsecond=0)
