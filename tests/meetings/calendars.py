"""An attendee's side of iTIP: a small calendar that believes only the mail it gets."""

from __future__ import annotations

import email
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import icalendar

from mail import mime
from mail.models import Message
from meetings.itip.event import VTIMEZONE


@dataclass
class Entry:
    """One VEVENT as a calendar keeps it: a meeting, a series, or one meeting of a series that differs."""

    revision: tuple[int, datetime]
    event: Any

    @property
    def sequence(self) -> int:
        return self.revision[0]

    @property
    def stamp(self) -> datetime:
        return self.revision[1]

    @property
    def starts_at(self) -> datetime:
        return self.event.decoded("dtstart").astimezone(UTC)

    @property
    def ends_at(self) -> datetime:
        return self.event.decoded("dtend").astimezone(UTC)

    @property
    def title(self) -> str:
        return str(self.event["summary"])

    @property
    def place(self) -> str:
        return str(self.event.get("location", ""))

    @property
    def people(self) -> dict[str, str]:
        return {str(a).removeprefix("mailto:"): str(a.params["PARTSTAT"]) for a in listed(self.event)}


def listed(event: Any) -> list[Any]:
    found = event.get("attendee", [])
    return found if isinstance(found, list) else [found]


Key = tuple[str, datetime | None]
NEVER = (-1, datetime.min.replace(tzinfo=UTC))


@dataclass
class Calendar:
    """Applies REQUEST and CANCEL by UID, RECURRENCE-ID, SEQUENCE and DTSTAMP (RFC 5546 section 2.1.5), in any order.

    A VEVENT without RECURRENCE-ID speaks of the whole: it replaces every instance that is not newer than it.
    """

    address: str
    kept: dict[Key, Entry] = field(default_factory=dict)

    @property
    def entries(self) -> dict[str, Entry]:
        """Single meetings and whole series, by UID."""
        return {u: e for (u, of), e in self.kept.items() if of is None and not isinstance(e, Off)}

    def receive(self, data: bytes) -> None:
        calendar = icalendar.Calendar.from_ical(data)
        events = calendar.walk("VEVENT")
        assert len({str(event["uid"]) for event in events}) == 1
        for event in sorted(events, key=lambda e: "recurrence-id" in e):
            self._take(str(calendar["method"]), event)

    def _take(self, method: str, event: Any) -> None:
        uid = str(event["uid"])
        of = event.decoded("recurrence-id").astimezone(UTC) if "recurrence-id" in event else None
        revision = (int(str(event["sequence"])), event.decoded("dtstamp"))
        assert revision[1].tzinfo is not None
        if revision < max(self.revision(uid, of), self.revision(uid, None)):
            return
        entry = Entry(revision, event)
        is_off = False
        if method == "CANCEL":
            is_off = str(event.get("status", "")) == "CANCELLED" or self.address in entry.people
            if not is_off:
                return
        else:
            assert method == "REQUEST"
            assert self.address in entry.people, "invited by mail, but not on the list"
        if of is None:
            for key in [k for k in self.kept if k[0] == uid and self.revision(*k) <= revision]:
                del self.kept[key]
        self.kept[uid, of] = Off(revision, event) if is_off else entry

    def revision(self, uid: str, of: datetime | None) -> tuple[int, datetime]:
        entry = self.kept.get((uid, of))
        return entry.revision if entry else NEVER

    def objects(self) -> dict[str, bytes]:
        """What a store of this calendar holds, by UID: read by libraries that know nothing of iTIP."""
        found: dict[str, icalendar.Calendar] = {}
        gone: dict[str, list[datetime]] = {}
        for (uid, of), entry in sorted(self.kept.items(), key=lambda kv: kv[0][1] is not None):
            if isinstance(entry, Off):
                if of is not None:
                    gone.setdefault(uid, []).append(of)
                continue
            if uid not in found:
                found[uid] = icalendar.Calendar()
                found[uid].add("prodid", "-//Tests//EN")
                found[uid].add("version", "2.0")
                found[uid].add_component(icalendar.Timezone.from_ical(VTIMEZONE))
            found[uid].add_component(entry.event.copy(recursive=True))
        for uid, dates in gone.items():
            whole = self.kept.get((uid, None))
            if uid in found and whole:
                zone = whole.event.decoded("dtstart").tzinfo
                master = found[uid].walk("VEVENT")[0]
                for date in dates:
                    master.add("exdate", date.astimezone(zone))
        return {uid: calendar.to_ical() for uid, calendar in found.items()}


class Off(Entry):
    """Called off, or no longer this person's: remembered, so that what is older stays away."""


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
