"""What attendees' calendars send back: REPLY and COUNTER (RFC 5546 sections 3.2.3 and 3.2.7). Pure.

Everything here is untrusted: sizes are capped, and whatever is wrong with it raises Unreadable alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from urllib.parse import unquote

from icalendar import Calendar

from meetings.times import LONDON

MOST_BYTES = 512 * 1024
MOST_EVENTS = 200
MOST_PEOPLE = 20
# What bad files make the parsers raise, read in their sources and seen in tests.
BAD = (
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    OverflowError,
    RecursionError,
    LookupError,
)


class Unreadable(ValueError):
    """It is no answer that we can read. Says why, quoting nothing of it."""


@dataclass(frozen=True)
class Answer:
    """One person's word on one meeting, or on all of a series when `recurrence_id` is None.

    Addresses are in lower case and without `mailto:`. Datetimes are aware, in UTC.
    """

    method: str
    uid: str
    sequence: int
    stamp: datetime
    attendee: str
    partstat: str
    sent_by: str = ""
    delegated_to: str = ""
    recurrence_id: datetime | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    comment: str = ""


def read_answers(raw: bytes) -> list[Answer]:
    """Every answer in a calendar object, the earliest first: by SEQUENCE, then DTSTAMP (section 2.1.5).

    ORGANIZER may be missing. Raises Unreadable.
    """
    if len(raw) > MOST_BYTES:
        raise Unreadable("the calendar object is too large")
    try:
        calendar = Calendar.from_ical(raw)
        method = str(calendar.get("method", "")).strip().upper()
        if method not in ("REPLY", "COUNTER"):
            raise Unreadable("it is neither a reply nor a counter-proposal")
        events = calendar.walk("VEVENT")
        if not 0 < len(events) <= MOST_EVENTS:
            raise Unreadable("it holds no event, or too many")
        found = [answer for event in events for answer in _answers(method, event)]
    except Unreadable:
        raise
    except BAD as error:
        raise Unreadable("the calendar object is malformed") from error
    if not found:
        raise Unreadable("it names no attendee")
    return sorted(dict.fromkeys(found), key=lambda a: (a.sequence, a.stamp))


def _answers(method: str, event: Any) -> list[Answer]:
    people = event.get("attendee", [])
    people = people if isinstance(people, list) else [people]
    if len(people) > MOST_PEOPLE:
        raise Unreadable("it names too many people")
    sequence = int(str(event.get("sequence", 0)))
    if not 0 <= sequence < 2**31:
        raise Unreadable("its SEQUENCE is no number that we could have sent")
    starts_at, ends_at = _moment(event, "dtstart"), _moment(event, "dtend")
    if starts_at and ends_at is None and "duration" in event:
        ends_at = starts_at + event.decoded("duration")
    return [
        Answer(
            method=method,
            uid=_one_line(event["uid"])[:255],
            sequence=sequence,
            stamp=_needed(event, "dtstamp"),
            attendee=_mailbox(person),
            partstat=str(person.params.get("PARTSTAT", "NEEDS-ACTION")).strip().upper(),
            sent_by=_address(person.params.get("SENT-BY", "")),
            delegated_to=_address(person.params.get("DELEGATED-TO", "")),
            recurrence_id=_moment(event, "recurrence-id"),
            starts_at=starts_at if method == "COUNTER" else None,
            ends_at=ends_at if method == "COUNTER" else None,
            comment=_text(event.get("comment", "")),
        )
        for person in people
    ]


def _needed(event: Any, name: str) -> datetime:
    moment = _moment(event, name)
    if moment is None:
        raise Unreadable(f"it has no {name.upper()}")
    return moment


def _moment(event: Any, name: str) -> datetime | None:
    """Aware, in UTC, whole seconds. A floating time is London's."""
    if name not in event:
        return None
    value = event.decoded(name)
    if isinstance(value, list):
        raise Unreadable(f"it has more than one {name.upper()}")
    if not isinstance(value, datetime):
        if not isinstance(value, date):
            raise Unreadable(f"its {name.upper()} is no time")
        value = datetime.combine(value, time())
    if value.tzinfo is None:
        value = value.replace(tzinfo=LONDON)
    return value.astimezone(UTC).replace(microsecond=0)


def _mailbox(person: Any) -> str:
    """Apple may write an address of its own, `urn:uuid:…`, and the mailbox in EMAIL (RFC 7986 section 6.2)."""
    is_own = not str(person).strip().strip('"').lower().startswith("mailto:")
    return _address(person.params["EMAIL"] if is_own and "EMAIL" in person.params else person)


def _address(value: Any) -> str:
    """`MAILTO:A.B@example.org` in any case, with or without its scheme and quotes."""
    if isinstance(value, list):
        value = value[0] if value else ""
    text = str(value).strip().strip('"').strip()
    if text[:7].lower() == "mailto:":
        text = unquote(text[7:])
    return _one_line(text).lower()[:254]


def _one_line(value: Any) -> str:
    """Without what no database keeps."""
    return "".join(c for c in str(value) if c.isprintable()).strip()


def _text(value: Any) -> str:
    if isinstance(value, list):
        value = "\n".join(str(one) for one in value[:5])
    return "".join(c for c in str(value)[:500] if c == "\n" or c.isprintable()).strip()
