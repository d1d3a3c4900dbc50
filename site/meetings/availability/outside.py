"""When is somebody busy, by a calendar that others keep? Bytes in, spans out, and never more than asked for.

Anybody may have written those bytes, so `busy_spans` reads them in a process of its own that is ended when
it takes too long or too much memory: some rules ("31 February", every year) run for minutes without an answer.
That process is this file run as a module; it imports neither Django nor any of our models.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from meetings.availability.intervals import Span

MAX_BYTES = 2 * 1024 * 1024
MAX_ENTRIES = 5_000  # components in the file
MAX_SPANS = 5_000  # instances of them in the time asked for
SECONDS = 10  # of the reading process, by the clock and by the processor
MEMORY = 768 * 1024 * 1024  # bytes
LONDON = ZoneInfo("Europe/London")
TOO_OFTEN = {"SECONDLY", "MINUTELY"}
SITE = Path(__file__).resolve().parents[2]

NOT_A_CALENDAR = "This is not a calendar file that we can read. Export it again as iCalendar (.ics)."
TOO_BIG = "This calendar is larger than 2 MB. Share fewer calendars, or only the free and busy times."
TOO_MUCH = (
    "This calendar holds more entries than we read. Share only the coming year, or free and busy times."
)
TOO_LONG = "Reading this calendar took too long. Look for an entry that repeats in an unusual way."
TOO_FREQUENT = "This calendar has an entry that repeats every minute or second. Remove it and try again."


class Unreadable(ValueError):
    """The calendar cannot be used; the message says what staff can do."""


def busy_spans(raw: bytes, start: datetime, end: datetime) -> list[tuple[Span, str]]:
    """When this iCalendar object (RFC 5545) says busy between `start` and `end`, with the entry's UID.

    Raises Unreadable. Takes at most ten seconds, whatever the bytes.
    """
    if len(raw) > MAX_BYTES:
        raise Unreadable(TOO_BIG)
    try:
        done = subprocess.run(  # noqa: S603 - our own module, no word of the calendar's on its command line
            [sys.executable, "-m", __name__, start.isoformat(), end.isoformat()],
            input=raw,
            capture_output=True,
            timeout=SECONDS,
            env={**os.environ, "PYTHONPATH": str(SITE)},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Unreadable(TOO_LONG) from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        raise Unreadable(said if said in SAID else NOT_A_CALENDAR if done.returncode > 0 else TOO_LONG)
    return [
        (Span(datetime.fromisoformat(first), datetime.fromisoformat(last)), uid)
        for first, last, uid in json.loads(done.stdout)
    ]


SAID = {NOT_A_CALENDAR, TOO_BIG, TOO_MUCH, TOO_FREQUENT}


# --- What follows runs in the process of its own ---------------------------------------------------


def main() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    window = Span(*(datetime.fromisoformat(text) for text in sys.argv[1:3]))
    try:
        found = list(_read(sys.stdin.buffer.read(), window))
    except Unreadable as no:
        sys.exit(str(no))
    except (
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        IndexError,
        OverflowError,
        MemoryError,
        RecursionError,
    ):
        sys.exit(NOT_A_CALENDAR)
    json.dump([(s.start.isoformat(), s.end.isoformat(), uid) for s, uid in found], sys.stdout)


def _read(raw: bytes, window: Span) -> Iterator[tuple[Span, str]]:
    import recurring_ical_events
    from icalendar import Calendar

    if not raw.lstrip(b"\xef\xbb\xbf \r\n").upper().startswith(b"BEGIN:VCALENDAR"):
        raise Unreadable(NOT_A_CALENDAR)
    calendar = Calendar.from_ical(raw)
    entries = calendar.walk("VEVENT")
    periods = [prop for part in calendar.walk("VFREEBUSY") for prop in _listed(part.get("FREEBUSY"))]
    if len(entries) + len(periods) > MAX_ENTRIES:
        raise Unreadable(TOO_MUCH)
    for event in entries:
        for rule in _listed(event.get("RRULE")):
            if TOO_OFTEN & {str(word).upper() for word in _listed(rule.get("FREQ"))}:
                raise Unreadable(TOO_FREQUENT)
    occurrences = recurring_ical_events.of(calendar, skip_bad_series=True).between(window.start, window.end)
    for counted, event in enumerate(occurrences):
        if counted == MAX_SPANS:
            raise Unreadable(TOO_MUCH)
        if _is_busy(event) and (span := _cut(_span(event), window)):
            yield span, str(event.get("UID", ""))
    for period in periods:
        if str(period.params.get("FBTYPE", "BUSY")).upper() == "FREE":
            continue
        if span := _cut(Span(_moment(period.start), _moment(period.end)), window):
            yield span, ""


def _listed(value: object) -> list:
    return [] if value is None else list(value) if isinstance(value, list) else [value]


def _is_busy(event: dict) -> bool:
    """Cancelled and transparent entries (RFC 5545 section 3.8.2.7) take nobody's time; nor Outlook's "free"."""
    return (
        str(event.get("STATUS", "")).upper() != "CANCELLED"
        and str(event.get("TRANSP", "")).upper() != "TRANSPARENT"
        and str(event.get("X-MICROSOFT-CDO-BUSYSTATUS", "")).upper() != "FREE"
    )


def _span(event: dict) -> Span:
    start = event["DTSTART"].dt
    if "DTEND" in event:
        end = event["DTEND"].dt
    elif "DURATION" in event:
        end = start + event["DURATION"].dt
    else:  # RFC 5545 section 3.6.1: a date lasts the day, a moment no time
        end = start + timedelta(0 if isinstance(start, datetime) else 1)
    return Span(_moment(start), _moment(end))


def _moment(when: date) -> datetime:
    """A floating time and a whole day are London's."""
    if not isinstance(when, datetime):
        when = datetime.combine(when, time(0))
    return (when if when.tzinfo else when.replace(tzinfo=LONDON)).astimezone(UTC)


def _cut(span: Span, window: Span) -> Span | None:
    start, end = max(span.start, window.start), min(span.end, window.end)
    return Span(start, end) if start < end else None


if __name__ == "__main__":
    main()
