"""What other people's calendars receive: exact bytes, and read by two other libraries."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events
import vobject
from hypothesis import given, settings
from hypothesis import strategies as st

from meetings import itip
from meetings.itip import Happening, Person
from meetings.itip.event import _clean as clean

GOLDEN = Path(__file__).parent / "golden"
LONDON = ZoneInfo("Europe/London")
ROWAN = Person("Rowan Hale", "referrer@example.gov.uk")
ZOE = Person('Zoë "Zed" O’Connor-Wójcik, Head of Safeguarding', "zoe@example.org", required=False)
CONNIE = Person("Connie Marsh", "consultant@example.nhs.uk", partstat="ACCEPTED")
MEETING = Happening(
    uid="0b9f3f3e-5f0c-4a54-9a4d-2f6f0e9a1c11@fingerpost.example.org",
    sequence=0,
    created_at=datetime(2026, 10, 1, 9, 30, tzinfo=UTC),
    stamped_at=datetime(2026, 10, 1, 9, 30, tzinfo=UTC),
    starts_at=datetime(2026, 11, 24, 10, tzinfo=UTC),
    ends_at=datetime(2026, 11, 24, 12, tzinfo=UTC),
    title="Consultation C-26-7K4M",
    organiser=Person("NCATS", "office@example.nhs.uk"),
    people=(ROWAN, ZOE, CONNIE),
    description="Join by video: https://meet.example.org/c-26-7k4m\n\nRing the bell; ask for “Room 2, up”.",
    place="Room 2, 1 Example Street, London",
    video_url="https://meet.example.org/c-26-7k4m?a=1,2;b=3",
)
MOVED = replace(
    MEETING,
    sequence=1,
    stamped_at=MEETING.stamped_at + timedelta(hours=1),
    starts_at=datetime(2027, 6, 1, 13, tzinfo=UTC),
    ends_at=datetime(2027, 6, 1, 14, 30, tzinfo=UTC),
    people=(ROWAN, ZOE, replace(CONNIE, partstat="NEEDS-ACTION")),
)
OFF = replace(MOVED, sequence=2, cancelled=True)
# Tuesdays at 10am, across the clock change; that of 3 November is left out.
WEEKS = [datetime.combine(date(2026, 10, 13) + timedelta(weeks=n), time(10), LONDON) for n in (0, 1, 2, 4)]
SERIES = replace(
    MEETING,
    title="Batch consultation B-26-7K4M",
    starts_at=WEEKS[0],
    ends_at=WEEKS[0] + timedelta(hours=2),
    recurrence=itip.recurrence("FREQ=WEEKLY", WEEKS),
)
INSTANCE = replace(
    SERIES,
    sequence=1,
    starts_at=datetime(2026, 10, 28, 14, tzinfo=UTC),
    ends_at=datetime(2026, 10, 28, 16, tzinfo=UTC),
    recurrence=None,
    recurrence_id=WEEKS[2],
)
OBJECTS = {
    "series": itip.request(SERIES, replace(INSTANCE, sequence=0)),
    "series_instance_moved": itip.request(INSTANCE),
    "series_instance_cancelled": itip.cancel(replace(INSTANCE, sequence=2)),
    "series_instance_uninvited": itip.cancel(replace(INSTANCE, sequence=2), only=ZOE),
    "series_ended": itip.request(
        replace(SERIES, sequence=2, recurrence=itip.recurrence("FREQ=WEEKLY", WEEKS[:2]))
    ),
    "series_dates": itip.request(replace(SERIES, recurrence=itip.recurrence("", WEEKS))),
    "series_cancelled": itip.cancel(replace(SERIES, sequence=3)),
    "counter_declined": itip.decline_counter(
        MEETING, ROWAN, sequence=0, at=MEETING.stamped_at + timedelta(days=2), comment="It stays; sorry."
    ),
    "request": itip.request(MEETING),
    "update": itip.request(MOVED),
    "uninvited": itip.cancel(OFF, only=ZOE),
    "cancelled": itip.cancel(OFF),
    "published": itip.publish(MEETING),
    "published_cancelled": itip.publish(OFF),
}


def unfolded(data: bytes) -> list[str]:
    return data.replace(b"\r\n ", b"").decode().split("\r\n")


@pytest.mark.parametrize("name", OBJECTS)
def test_an_object_is_its_golden_file_byte_for_byte(name):
    assert OBJECTS[name] == (GOLDEN / f"{name}.ics").read_bytes()


@pytest.mark.parametrize("name", OBJECTS)
def test_lines_end_in_crlf_and_fold_at_75_octets_between_characters(name):
    data = OBJECTS[name]
    assert data.endswith(b"END:VCALENDAR\r\n")
    assert data.count(b"\n") == data.count(b"\r\n") == data.count(b"\r")
    for line in data.split(b"\r\n"):
        assert len(line) <= 75
        line.decode()  # no character is cut in two


@pytest.mark.parametrize("name", OBJECTS)
def test_each_name_that_may_come_once_comes_once(name):
    event = OBJECTS[name].split(b"BEGIN:VEVENT\r\n")[1].split(b"END:VEVENT")[0]
    names = [line.split(";")[0].split(":")[0] for line in unfolded(event) if line]
    single = [n for n in names if n not in ("ATTENDEE", "EXDATE", "RDATE")]
    assert len(single) == len(set(single))
    assert {"UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "ORGANIZER"} <= set(names)


@pytest.mark.parametrize(
    ("name", "method", "status", "people"),
    [
        ("request", "REQUEST", "CONFIRMED", 3),
        ("update", "REQUEST", "CONFIRMED", 3),
        ("uninvited", "CANCEL", None, 1),
        ("cancelled", "CANCEL", "CANCELLED", 3),
        ("published", "PUBLISH", "CONFIRMED", 0),
        ("published_cancelled", "PUBLISH", "CANCELLED", 0),
        ("series", "REQUEST", "CONFIRMED", 3),
        ("series_instance_moved", "REQUEST", "CONFIRMED", 3),
        ("series_instance_cancelled", "CANCEL", "CANCELLED", 3),
        ("series_instance_uninvited", "CANCEL", None, 1),
        ("series_ended", "REQUEST", "CONFIRMED", 3),
        ("series_dates", "REQUEST", "CONFIRMED", 3),
        ("series_cancelled", "CANCEL", "CANCELLED", 3),
        ("counter_declined", "DECLINECOUNTER", None, 1),
    ],
)
def test_method_status_and_attendees_are_those_of_rfc_5546(name, method, status, people):
    """R11. Uninviting one person carries no STATUS: that would call the meeting off (section 3.2.5)."""
    calendar = icalendar.Calendar.from_ical(OBJECTS[name])
    event = calendar.walk("VEVENT")[0]
    attendees = event.get("attendee", [])
    attendees = attendees if isinstance(attendees, list) else [attendees]
    assert (calendar["method"], event.get("status"), len(attendees)) == (method, status, people)
    assert "METHOD:" + method in unfolded(OBJECTS[name])


def test_attendees_say_who_what_and_whether_to_answer():
    lines = [line for line in unfolded(OBJECTS["request"]) if line.startswith(("ATTENDEE", "ORGANIZER"))]
    assert lines == [
        'ORGANIZER;CN="NCATS":mailto:office@example.nhs.uk',
        'ATTENDEE;CN="Rowan Hale";CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE'
        ":mailto:referrer@example.gov.uk",
        "ATTENDEE;CN=\"Zoë 'Zed' O’Connor-Wójcik, Head of Safeguarding\";CUTYPE=INDIVIDUAL;"
        "ROLE=OPT-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:zoe@example.org",
        'ATTENDEE;CN="Connie Marsh";CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;RSVP=FALSE'
        ":mailto:consultant@example.nhs.uk",
    ]


def test_whoever_sends_somebody_else_is_listed_with_them():
    """RFC 5545 section 3.2.5: the address in quotes. A hostile one adds no parameter."""
    for address in ("sam@example.org", 'sam@example.org";ROLE=CHAIR;X="'):
        sent = itip.request(
            replace(MEETING, people=(replace(ROWAN, partstat="DELEGATED", delegated_to=address),))
        )
        (line,) = [one for one in unfolded(sent) if one.startswith("ATTENDEE")]
        assert ';PARTSTAT=DELEGATED;DELEGATED-TO="mailto:sam@example.org' in line
        person = icalendar.Calendar.from_ical(sent).walk("VEVENT")[0]["attendee"]
        assert person.params["ROLE"] == "REQ-PARTICIPANT"


def test_the_zone_has_two_rules_and_no_rdate():
    """Outlook ignores RDATE, so a zone of dates alone would be an hour out in summer."""
    zone = OBJECTS["request"].split(b"BEGIN:VTIMEZONE")[1].split(b"END:VTIMEZONE")[0]
    assert zone.count(b"RRULE:") == 2
    assert b"RDATE" not in zone


@pytest.mark.parametrize("year", [1996, 2026, 2027, 2037])
def test_the_zone_means_the_same_as_the_machine_s_own(year):
    """R11. Each hour of the two days on which the clocks change, read from our VTIMEZONE alone."""
    zone = icalendar.Calendar.from_ical(OBJECTS["request"]).timezones[0].to_tz(lookup_tzid=False)
    for month in (3, 10):
        last_sunday = max(d for d in range(25, 32) if datetime(year, month, d).weekday() == 6)
        for hour in range(24):
            wall = datetime(year, month, last_sunday, hour)
            if month == 3 and hour == 1:
                continue  # does not exist
            ours, theirs = wall.replace(tzinfo=zone), wall.replace(tzinfo=LONDON)
            if month == 10 and hour == 1:
                continue  # comes twice: written in UTC when it is the second
            assert ours.utcoffset() == theirs.utcoffset(), wall


def test_an_hour_that_comes_twice_is_written_in_utc():
    """R11. RFC 5545 section 3.3.5 reads it as the first of the two; not every calendar does."""
    night = replace(
        MEETING,
        starts_at=datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        ends_at=datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
    )
    lines = unfolded(itip.request(night))
    assert "DTSTART:20261025T003000Z" in lines
    assert "DTEND:20261025T013000Z" in lines


text = st.text(st.characters(codec="utf-8", exclude_characters="^"), max_size=120)
moments = st.datetimes(datetime(2025, 1, 1), datetime(2037, 12, 1)).map(
    lambda d: d.replace(microsecond=0, tzinfo=UTC)
)


@settings(deadline=None)
@given(
    title=text,
    description=text,
    place=text,
    name=text,
    start=moments,
    minutes=st.integers(1, 3000),
    sequence=st.integers(0, 10**6),
)
def test_what_is_written_is_what_is_read(title, description, place, name, start, minutes, sequence):
    """R11. Any text and any time, through icalendar and vobject; nothing typed can add a line of its own."""
    there = replace(
        MEETING,
        title=title,
        description=description,
        place=place,
        starts_at=start,
        ends_at=start + timedelta(minutes=minutes),
        sequence=sequence,
        people=(Person(name, "a.b+c@example.org"),),
    )
    data = itip.request(there)
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    assert data.count(b"\r\nATTENDEE") == 1
    event = icalendar.Calendar.from_ical(data).walk("VEVENT")[0]
    assert event.decoded("dtstart") == there.starts_at
    assert event.decoded("dtend") == there.ends_at
    assert event["sequence"] == sequence
    assert str(event["summary"]) == clean(title)
    assert str(event.get("description", "")) == clean(description)
    assert str(event.get("location", "")) == clean(place or there.video_url)
    assert str(event["attendee"]) == "mailto:a.b+c@example.org"
    other = vobject.readOne(data.decode()).vevent
    assert other.dtstart.value == there.starts_at
    assert other.dtend.value == there.ends_at
    assert other.uid.value == there.uid
    assert other.attendee.value == "mailto:a.b+c@example.org"


def test_a_series_is_its_dates_in_the_eyes_of_another_library():
    """R11. Across the October change, with one moved and one left out."""
    read = recurring_ical_events.of(icalendar.Calendar.from_ical(OBJECTS["series"])).between(
        datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
    )
    assert sorted(e["dtstart"].dt for e in read) == [WEEKS[0], WEEKS[1], INSTANCE.starts_at, WEEKS[3]]
    read = recurring_ical_events.of(icalendar.Calendar.from_ical(OBJECTS["series_dates"])).all()
    assert sorted(e["dtstart"].dt for e in read) == WEEKS
    whole, instance = vobject.readOne(OBJECTS["series"].decode()).vevent_list
    assert [d.astimezone(UTC) for d in whole.getrruleset()] == [w.astimezone(UTC) for w in WEEKS]
    assert instance.recurrence_id.value == WEEKS[2]
