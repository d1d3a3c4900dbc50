"""Calendar objects for other people's calendars: pure functions from an event to bytes.

RFC 5545 is the format, RFC 5546 (iTIP) says what an organiser sends, RFC 6047 (iMIP) how it is mailed
(the mail room's part), RFC 7986 section 5.11 the CONFERENCE property. Nothing here reads the database or
the clock, so that the same event gives the same bytes. Titles and text hold references only (R8).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from urllib.parse import quote

from icalendar import (
    Calendar,
    Event,
    Parameters,
    Timezone,
    vCalAddress,
    vDatetime,
    vDDDLists,
    vDuration,
    vRecur,
    vText,
    vUri,
)

from meetings.itip.recurrence import Recurrence
from meetings.times import LONDON

PRODID = "-//Fingerpost//Meetings 1.0//EN"

# RFC 5545 section 3.6.5. Two RRULE parts, since Outlook ignores RDATE; the rule that has held since 1996.
# Each DTSTART is the first onset, written in the offset before it.
VTIMEZONE = """BEGIN:VTIMEZONE
TZID:Europe/London
X-LIC-LOCATION:Europe/London
BEGIN:DAYLIGHT
TZNAME:BST
TZOFFSETFROM:+0000
TZOFFSETTO:+0100
DTSTART:19960331T010000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZNAME:GMT
TZOFFSETFROM:+0100
TZOFFSETTO:+0000
DTSTART:19961027T020000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE
""".replace("\n", "\r\n").encode()


class Quoted(Parameters):
    """Names are quoted always: not every reader copes with a bare one that holds a space or an accent."""

    always_quoted = (*Parameters.always_quoted, "CN", "LABEL")  # type: ignore[assignment]


@dataclass(frozen=True)
class Person:
    """One ATTENDEE, or the ORGANIZER. `partstat` is RFC 5545's word, section 3.2.12."""

    name: str
    email: str
    required: bool = True
    partstat: str = "NEEDS-ACTION"
    delegated_to: str = ""


@dataclass(frozen=True)
class Happening:
    """All that an invitation says. Datetimes are aware; `stamped_at` is when this revision was made.

    Of a series, the first VEVENT carries `recurrence`; one of its meetings that differs carries its
    `recurrence_id`, the start it had by the rule, however often it moves.
    """

    uid: str
    sequence: int
    created_at: datetime
    stamped_at: datetime
    starts_at: datetime
    ends_at: datetime
    title: str
    organiser: Person
    people: tuple[Person, ...] = ()
    description: str = ""
    place: str = ""
    video_url: str = ""
    cancelled: bool = False
    recurrence_id: datetime | None = None
    recurrence: Recurrence | None = None


def request(happening: Happening, *instances: Happening) -> bytes:
    """METHOD:REQUEST: an invitation or, with a raised SEQUENCE, its update (RFC 5546 section 3.2.2).

    Every attendee still invited is named, with what they have answered to this time. A whole series is its
    first VEVENT, then the `instances` that differ from it, all under one UID (section 3.2.2).
    """
    events = []
    for one in (happening, *instances):
        event = _event(one)
        event.add("status", "CONFIRMED")
        for person in one.people:
            event.add("attendee", _attendee(person), encode=False)
        events.append(event)
    return _calendar("REQUEST", *events)


def cancel(happening: Happening, only: Person | None = None) -> bytes:
    """METHOD:CANCEL, of the event for all, or for `only` one attendee (RFC 5546 section 3.2.5).

    STATUS:CANCELLED says that the whole event is off: uninviting one person must not carry it. The
    caller has raised SEQUENCE before, as every CANCEL must (section 2.1.4).
    """
    event = _event(happening)
    if only is None:
        event.add("status", "CANCELLED")
    for person in happening.people if only is None else (only,):
        event.add("attendee", _attendee(person), encode=False)
    return _calendar("CANCEL", event)


def decline_counter(
    happening: Happening, person: Person, *, sequence: int, at: datetime, comment: str = ""
) -> bytes:
    """METHOD:DECLINECOUNTER to whoever proposed another time; it echoes their SEQUENCE (RFC 5546 section 3.2.8).

    It is no revision, but later than their proposal: DTSTAMP says `at`.
    """
    event = _event(replace(happening, sequence=sequence, recurrence=None))
    event["dtstamp"] = vDatetime(at.astimezone(UTC))
    event.add("attendee", _attendee(person), encode=False)
    if comment:
        event.add("comment", vText(_clean(comment)), encode=False)
    return _calendar("DECLINECOUNTER", event)


def publish(happening: Happening) -> bytes:
    """METHOD:PUBLISH, the file to download: it must not name an ATTENDEE (RFC 5546 section 3.2.1)."""
    event = _event(happening)
    event.add("status", "CANCELLED" if happening.cancelled else "CONFIRMED")
    return _calendar("PUBLISH", event)


def entry(happening: Happening, *, tentative: bool = False) -> bytes:
    """One VEVENT of a feed: it names no ATTENDEE (RFC 5546 section 3.2.1)."""
    event = _event(happening)
    event.add("status", "TENTATIVE" if tentative else "CONFIRMED")
    return event.to_ical(sorted=False)


def feed(name: str, entries: Iterable[bytes], *, every: timedelta) -> bytes:
    """A calendar of `entry`s to subscribe to, read anew `every` so often."""
    head, tail = _cover(name, every)
    return b"".join((head, *entries, tail))


@lru_cache(maxsize=8)
def _cover(name: str, every: timedelta) -> tuple[bytes, bytes]:
    """What stands before the events and after them (RFC 7986 sections 5.1 and 5.7).

    X-WR-CALNAME and X-PUBLISHED-TTL say the same to programs older than that.
    """
    calendar = _frame("PUBLISH")
    calendar.add("name", vText(_clean(name)), encode=False)
    calendar.add("x-wr-calname", vText(_clean(name)), encode=False)
    refresh = vDuration(every)
    refresh.params = Parameters(VALUE="DURATION")
    calendar.add("refresh-interval", refresh, encode=False)
    calendar.add("x-published-ttl", vDuration(every), encode=False)
    calendar.add_component(Timezone.from_ical(VTIMEZONE))
    head, end, tail = calendar.to_ical(sorted=False).rpartition(b"END:VCALENDAR")
    return head, end + tail


def _frame(method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODID)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    return calendar


def _calendar(method: str, *events: Event) -> bytes:
    """One VCALENDAR with its zone and its VEVENTs; CRLF, lines folded at 75 octets (RFC 5545, 3.1 and 3.4)."""
    calendar = _frame(method)
    calendar.add_component(Timezone.from_ical(VTIMEZONE))
    for event in events:
        calendar.add_component(event)
    return calendar.to_ical(sorted=False)


def _event(happening: Happening) -> Event:
    event = Event()
    event.add("uid", _clean(happening.uid))
    event.add("sequence", happening.sequence)
    # UTC, section 3.8.7.2; whole seconds are all the format has.
    event.add("dtstamp", vDatetime(happening.stamped_at.astimezone(UTC)), encode=False)
    event.add("created", vDatetime(happening.created_at.astimezone(UTC)), encode=False)
    event.add("last-modified", vDatetime(happening.stamped_at.astimezone(UTC)), encode=False)
    if happening.recurrence_id is not None:
        event.add("recurrence-id", happening.recurrence_id.astimezone(LONDON))  # in DTSTART's zone
    event.add("dtstart", _moment(happening.starts_at))
    event.add("dtend", _moment(happening.ends_at))
    if happening.recurrence is not None:
        _repeat(event, happening.recurrence)
    event.add("summary", vText(_clean(happening.title)), encode=False)
    if happening.description:
        event.add("description", vText(_clean(happening.description)), encode=False)
    if location := happening.place or happening.video_url:
        event.add("location", vText(_clean(location)), encode=False)
    if happening.video_url:
        link = vUri(_clean(happening.video_url).replace("\n", ""))
        link.params = Quoted(VALUE="URI", FEATURE=["AUDIO", "VIDEO"], LABEL="Join by video")
        event.add("conference", link, encode=False)
    event.add("organizer", _mailbox(happening.organiser), encode=False)
    event.add("transp", "OPAQUE")
    return event


def _repeat(event: Event, recurrence: Recurrence) -> None:
    """RRULE, EXDATE, RDATE. UNTIL is in UTC, as it must be where DTSTART has a TZID (section 3.3.10)."""
    if recurrence.rule:
        rule = vRecur.from_ical(recurrence.rule)
        rule["UNTIL"] = [recurrence.until.astimezone(UTC)]
        event.add("rrule", rule)
    for name, dates in (("exdate", recurrence.exdates), ("rdate", recurrence.rdates)):
        for one in dates:  # a line each: not every reader takes a list
            event.add(name, vDDDLists([one.astimezone(LONDON)]), encode=False)


def _moment(moment: datetime) -> datetime:
    """London wall clock time with its TZID, so that a calendar shows what the letter says.

    An hour of October that comes twice is written in UTC: RFC 5545 section 3.3.5 reads it as the first of
    the two, but not every calendar does.
    """
    local = moment.astimezone(LONDON)
    comes_twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return moment.astimezone(UTC) if comes_twice else local


def _mailbox(person: Person) -> vCalAddress:
    """A bare mailbox: `mailto:` and the address alone, the name in CN (RFC 5545 section 3.3.3)."""
    address = vCalAddress("mailto:" + quote(person.email, safe="@!$&'*+-/=^_`{|}~.:[]"))
    address.params = Quoted()
    # A parameter may hold neither a double quote nor a control character (section 3.2).
    if name := _clean(person.name).replace("\n", " ").replace('"', "'").strip():
        address.params["CN"] = name
    return address


def _attendee(person: Person) -> vCalAddress:
    """ATTENDEE, RFC 5545 section 3.8.4.1: an answer is asked for until a firm one is given."""
    address = _mailbox(person)
    address.params["CUTYPE"] = "INDIVIDUAL"
    address.params["ROLE"] = "REQ-PARTICIPANT" if person.required else "OPT-PARTICIPANT"
    address.params["PARTSTAT"] = person.partstat
    if person.delegated_to:  # section 3.2.5; quoted, as any parameter that holds a colon
        address.params["DELEGATED-TO"] = f"mailto:{_clean(person.delegated_to)}"
    address.params["RSVP"] = "FALSE" if person.partstat in {"ACCEPTED", "DECLINED"} else "TRUE"
    return address


def _clean(text: str) -> str:
    """Control characters are not allowed in any value, RFC 5545 section 3.1; line ends become one kind."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return re.sub(r"[\x00-\x09\x0b-\x1f\x7f]", "", text)
