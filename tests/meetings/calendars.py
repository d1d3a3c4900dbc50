"""An attendee's side of iTIP: a small calendar that believes only the mail it gets."""

from __future__ import annotations

import email
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import icalendar

from mail import mime
from mail.models import Message


@dataclass
class Entry:
    sequence: int
    stamp: datetime
    starts_at: datetime
    ends_at: datetime
    title: str
    place: str
    people: dict[str, str]


@dataclass
class Calendar:
    """Applies REQUEST and CANCEL by UID, SEQUENCE and DTSTAMP (RFC 5546 section 2.1.5), in any order."""

    address: str
    entries: dict[str, Entry] = field(default_factory=dict)
    seen: dict[str, tuple[int, datetime]] = field(default_factory=dict)

    def receive(self, data: bytes) -> None:
        calendar = icalendar.Calendar.from_ical(data)
        (event,) = calendar.walk("VEVENT")
        uid = str(event["uid"])
        revision = (int(str(event["sequence"])), event.decoded("dtstamp"))
        assert revision[1].tzinfo is not None
        if revision <= self.seen.get(uid, (-1, datetime.min.replace(tzinfo=UTC))):
            return
        listed = event.get("attendee", [])
        listed = listed if isinstance(listed, list) else [listed]
        people = {str(a).removeprefix("mailto:"): str(a.params["PARTSTAT"]) for a in listed}
        if calendar["method"] == "CANCEL":
            if str(event.get("status", "")) == "CANCELLED" or self.address in people:
                self.entries.pop(uid, None)
                self.seen[uid] = revision
            return
        assert calendar["method"] == "REQUEST"
        assert self.address in people, "invited by mail, but not on the list"
        self.seen[uid] = revision
        self.entries[uid] = Entry(
            sequence=revision[0],
            stamp=revision[1],
            starts_at=event.decoded("dtstart").astimezone(UTC),
            ends_at=event.decoded("dtend").astimezone(UTC),
            title=str(event["summary"]),
            place=str(event.get("location", "")),
            people=people,
        )


def letter(message: Message) -> Any:
    """The message as it goes over the wire, read back."""
    written = mime.write(
        sender="no-reply@example.org",
        to=message.to,
        name=message.name,
        reply_to="office@example.org",
        subject=message.subject,
        text=message.text,
        html=message.html,
        message_id=message.message_id,
        calendar=bytes(message.calendar) if message.calendar else None,
        method=message.method,
        headers=message.headers,
    )
    return email.message_from_bytes(written.as_bytes(), policy=email.policy.default)


def calendar_in(message: Message) -> bytes:
    (part,) = [p for p in letter(message).walk() if p.get_content_type() == "text/calendar"]
    assert part.get_param("method") == message.method
    return part.get_payload(decode=True)
