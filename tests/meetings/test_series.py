"""Every act on a series: what it books, whom it tells, what everybody's calendar shows, when it refuses."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

import icalendar
import pytest

from changes.refusals import Refused, Stale
from mail.models import Message
from meetings import actions, emails, times
from meetings.actions import Invitee
from meetings.emails import series as series_emails
from meetings.itip.recurrence import recurrence, rule_for, shifted
from meetings.models import Attendee, Meeting, Reservation, Resource, Series, WorkingHours
from tests.factories.meetings import meeting as booked
from tests.factories.meetings import people, room
from tests.factories.meetings import series as booked_series
from tests.meetings.calendars import Calendar, calendar_in

pytestmark = pytest.mark.django_db
WEEK, HOUR = timedelta(days=7), timedelta(hours=1)


def mails(template: str = "") -> list[Message]:
    return list(Message.objects.filter(template__startswith=f"meetings/{template}").order_by("pk"))


def whole(message: Message):
    return icalendar.Calendar.from_ical(calendar_in(message)).walk("VEVENT")[0]


def days(series: Series) -> list[str]:
    return [f"{m.starts_at:%d %b}" for m in series.standing]


def test_booking_a_series_sends_each_person_one_invite_for_all_of_it(coordinator):
    """R10, R11."""
    place = room()
    series = booked_series(by=coordinator, resources=[place])
    assert [(m.uid, m.sequence) for m in series.listed] == [(series.uid, 0)] * 4
    assert [m.recurrence_id for m in series.listed] == [m.starts_at for m in series.listed]
    assert [m.to for m in mails()] == [f"person{n}@example.org" for n in (1, 2, 3)]
    event = whole(mails()[0])
    assert (
        event["rrule"].to_ical().decode() == f"FREQ=WEEKLY;UNTIL={series.listed[-1].starts_at:%Y%m%dT%H%M%SZ}"
    )
    assert "exdate" not in event
    assert Reservation.objects.filter(resource=place, active=True).count() == 4
    threads = {a.thread_id for a in Attendee.objects.filter(email="person1@example.org")}
    assert threads == {mails()[0].message_id}


def test_wall_clock_time_is_kept_across_both_clock_changes():
    """R11."""
    for first in (datetime(2027, 10, 19, 9, tzinfo=UTC), datetime(2028, 3, 21, 10, tzinfo=UTC)):
        series = booked_series(starts_at=first)
        assert {times.spoken_hours(m.starts_at, m.ends_at) for m in series.listed} == {"10am to 11am"}
        assert len({m.starts_at.hour for m in series.listed}) == 2


def test_bank_holidays_are_left_out_and_told():
    """Christmas Day 2026 and New Year's Day 2027 are Fridays; four meetings take place all the same."""
    series = booked_series(starts_at=datetime(2026, 12, 18, 10, tzinfo=UTC))
    assert series.skipped == {
        date(2026, 12, 25): "Christmas Day (bank holiday)",
        date(2027, 1, 1): "New Year's Day (bank holiday)",
    }
    assert days(series) == ["18 Dec", "08 Jan", "15 Jan", "22 Jan"]
    exdates = whole(mails()[0])["exdate"]
    assert [str(d.to_ical(), "ascii") if isinstance(d.to_ical(), bytes) else d.to_ical() for d in exdates]
    assert len(exdates) == 2


@pytest.mark.parametrize(
    ("repeats", "expected"),
    [("fortnightly", ["02 Feb", "16 Feb", "02 Mar"]), ("monthly", ["02 Feb", "02 Mar", "06 Apr"])],
)
def test_a_rule_gives_its_dates(repeats, expected):
    assert (
        days(booked_series(starts_at=datetime(2027, 2, 2, 10, tzinfo=UTC), repeats=repeats, count=3))
        == expected
    )


def test_dates_of_its_own_are_rdates():
    wanted = [date(2027, 2, 2), date(2027, 2, 11), date(2027, 3, 5)]
    series = booked_series(dates=wanted)
    assert days(series) == ["02 Feb", "11 Feb", "05 Mar"]
    event = whole(mails()[0])
    assert "rrule" not in event
    assert len(event["rdate"]) == 2


def test_every_clash_of_every_meeting_is_told_before_any_is_made(coordinator):
    """R3."""
    place = room()
    first = datetime(2027, 2, 2, 10, tzinfo=UTC)
    booked(starts_at=first + WEEK, resources=[place])
    booked(starts_at=first + 3 * WEEK, resources=[place])
    before = (Meeting.objects.count(), Message.objects.count())
    with pytest.raises(Refused) as refused:
        booked_series(starts_at=first, resources=[place])
    assert len(refused.value.messages) == 2
    assert (Meeting.objects.count(), Message.objects.count(), Series.objects.count()) == (*before, 0)


@pytest.mark.parametrize(
    "odd",
    [
        {"starts_at": datetime(2027, 2, 2, 1, 30, tzinfo=UTC)},
        {"starts_at": datetime(2027, 2, 2, 23, 30, tzinfo=UTC)},
        {"count": 61},
        {"until": date(2031, 1, 1)},
        {"dates": []},
        {"dates": [date(2026, 12, 25)]},
    ],
)
def test_odd_series_are_refused(odd):
    with pytest.raises(Refused):
        booked_series(**odd)
    assert (Meeting.objects.count(), Message.objects.count()) == (0, 0)


def test_one_meeting_is_moved_by_its_own_start(coordinator):
    """R11. RECURRENCE-ID is the original start in DTSTART's own type and zone, after a second move too."""
    series = booked_series()
    second = series.listed[1]
    original = second.starts_at
    for hours in (2, 4):
        at = original + timedelta(hours=hours)
        actions.move(second, starts_at=at, ends_at=at + HOUR, by=coordinator)
    assert (second.sequence, second.recurrence_id) == (2, original)
    event = whole(mails("moved")[-1])
    assert event["recurrence-id"].to_ical() == original.strftime("%Y%m%dT%H%M%S").encode()
    assert event["recurrence-id"].params["TZID"] == "Europe/London"
    assert "rrule" not in event


def test_from_one_on_is_a_clean_split(coordinator):
    """R11. The old series ends with a raised SEQUENCE, the later part has a UID of its own."""
    series = booked_series(resources=[room()])
    third = series.listed[2]
    later = actions.move_series(
        third,
        starts_at=third.starts_at + timedelta(days=1, hours=2),
        ends_at=third.starts_at + timedelta(days=1, hours=3),
        by=coordinator,
    )
    series = Series.objects.for_page().get(pk=series.pk)
    assert later.uid != series.uid
    assert (series.sequence, later.sequence) == (1, 0)
    assert (days(series), [m.uid for m in later.listed]) == (days(series)[:2], [later.uid] * 2)
    ended = whole(mails("series_changed")[0])
    assert ended["rrule"]["UNTIL"] == [series.standing[-1].starts_at]
    assert {m.method for m in mails("series_invited")} == {"REQUEST"}
    assert len(mails("series_invited")) == 6
    assert Reservation.objects.filter(active=True).count() == 4


def test_from_the_first_on_moves_the_whole_and_keeps_the_uid(coordinator):
    """R11. A week on, onto its own dates: meetings of one series do not clash with one another (R3)."""
    series = booked_series(resources=[room()])
    actions.reply(series.listed[0].invited[0], "ACCEPTED", sequence=0)
    first = series.listed[0]
    same = actions.move_series(
        first, starts_at=first.starts_at + WEEK, ends_at=first.ends_at + WEEK, by=coordinator
    )
    assert (same.uid, same.sequence) == (series.uid, 1)
    assert [m.starts_at for m in same.listed] == [m.starts_at + WEEK for m in series.listed]
    assert {a.partstat for m in same.listed for a in m.invited} == {"NEEDS-ACTION"}
    assert len(mails("series_changed")) == 3


def test_a_monthly_series_moves_to_another_weekday():
    assert rule_for(date(2027, 2, 9), "monthly") == "FREQ=MONTHLY;BYDAY=2TU"
    assert rule_for(date(2027, 3, 30), "monthly") == "FREQ=MONTHLY;BYDAY=-1TU"
    old = [date(2027, 2, 9), date(2027, 4, 13)]  # March's was called off
    assert shifted("FREQ=MONTHLY;BYDAY=2TU", old, date(2027, 2, 10)) == (
        "FREQ=MONTHLY;BYDAY=2WE",
        [date(2027, 2, 10), date(2027, 4, 14)],
    )


def test_cancelling_all_frees_all_and_tells_each_once(coordinator):
    """R11."""
    series = booked_series(resources=[room()])
    actions.cancel_series(series, by=coordinator, reason="The team has changed.")
    cancels = mails("series_cancelled")
    assert [m.method for m in cancels] == ["CANCEL"] * 3
    event = whole(cancels[0])
    assert (event["status"], event["sequence"], "recurrence-id" in event) == ("CANCELLED", 1, False)
    assert "The team has changed." in cancels[0].text
    assert not Reservation.objects.filter(active=True).exists()
    with pytest.raises(Stale):
        actions.cancel_series(series, by=coordinator, reason="Again")
    assert len(mails("series_cancelled")) == 3


def test_cancelling_from_one_on_leaves_those_before(coordinator):
    """R11."""
    series = booked_series()
    left = actions.cancel_series(series, start=series.listed[2], by=coordinator, reason="Off")
    assert len(left.standing) == 2
    assert whole(mails("series_changed")[0])["rrule"]["UNTIL"] == [left.standing[-1].starts_at]
    assert mails("series_cancelled") == []


def test_people_are_added_to_and_taken_off_all_of_it(coordinator):
    """R11. Taking one off carries no STATUS: it would call the series off for all."""
    series = booked_series()
    actions.invite_to_series(series, [Invitee("Sam Reed", "sam@example.org"), *people(1)], by=coordinator)
    assert mails("series_invited")[-1].to == "sam@example.org"
    assert len(mails("series_changed")) == 3
    actions.uninvite_from_series(series, "SAM@example.org", by=coordinator)
    (off,) = mails("series_cancelled")
    assert (off.to, "status" in whole(off), len(mails("series_changed"))) == ("sam@example.org", False, 6)
    with pytest.raises(Stale):
        actions.uninvite_from_series(series, "sam@example.org", by=coordinator)


def test_a_person_of_one_meeting_has_only_that_one(coordinator):
    series = booked_series()
    actions.invite(series.listed[1], [Invitee("Sam Reed", "sam@example.org")], by=coordinator)
    theirs = Calendar("sam@example.org")
    for message in Message.objects.filter(to=theirs.address):
        theirs.receive(calendar_in(message))
    assert [of for _, of in theirs.kept] == [series.listed[1].starts_at]


def test_a_page_that_is_out_of_date_changes_nothing(coordinator):
    """R7."""
    series = booked_series()
    actions.invite_to_series(series, [Invitee("Sam", "sam@example.org")], by=coordinator)
    with pytest.raises(Stale):
        actions.cancel_series(series, by=coordinator, reason="Off", sequence=0)
    first = series.listed[0]
    with pytest.raises(Stale):
        actions.move_series(
            first, starts_at=first.starts_at, ends_at=first.ends_at, by=coordinator, sequence=0
        )


def test_when_one_mail_fails_nothing_of_a_series_is_changed(coordinator, monkeypatch):
    """R10."""
    series = booked_series(resources=[room()])
    before = (Message.objects.count(), list(Meeting.objects.order_by("pk").values()))

    def fails(*args: object, **kwargs: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(series_emails, "told", fails)
    monkeypatch.setattr(series_emails, "cancelled", fails)
    first = series.listed[0]
    for act in (
        lambda: actions.cancel_series(series, by=coordinator, reason="Off"),
        lambda: actions.move_series(
            first, starts_at=first.starts_at + WEEK, ends_at=first.ends_at + WEEK, by=coordinator
        ),
        lambda: actions.uninvite_from_series(series, "person1@example.org", by=coordinator),
    ):
        with pytest.raises(OSError, match="disk"):
            act()
        assert (Message.objects.count(), list(Meeting.objects.order_by("pk").values())) == before


def test_what_reached_a_person_is_known_for_each_meeting_of_a_series():
    series = booked_series()
    for meeting in series.listed:
        assert set(emails.latest(meeting)) == {a.pk for a in meeting.invited}


def test_a_recurrence_gives_exactly_its_starts():
    starts = [datetime(2027, 2, 2, 10, tzinfo=UTC) + n * WEEK for n in (0, 1, 3)]
    found = recurrence("FREQ=WEEKLY", starts)
    assert (found.until, [d.date() for d in found.exdates]) == (starts[-1], [date(2027, 2, 16)])


def test_one_answer_holds_for_all_that_is_to_come(coordinator):
    """R7. A meeting whose time has changed since the page was opened is left alone."""
    series = booked_series()
    attendee = series.listed[0].invited[0]
    second = series.listed[1]
    actions.move(second, starts_at=second.starts_at + HOUR, ends_at=second.ends_at + HOUR, by=coordinator)
    seen = {m.pk: 0 for m in series.listed}
    assert actions.reply_to_series(attendee, "ACCEPTED", sequences=seen) == 3
    stats = Attendee.objects.filter(email=attendee.email).order_by("meeting__starts_at")
    assert [a.partstat for a in stats] == ["ACCEPTED", "NEEDS-ACTION", "ACCEPTED", "ACCEPTED"]
    with pytest.raises(Stale):
        actions.reply_to_series(attendee, "ACCEPTED", sequences={second.pk: 0})


def test_hours_that_do_not_suit_are_told_day_by_day(consultant):
    diary = Resource.objects.of(consultant)
    WorkingHours.objects.create(resource=diary, weekday=6, starts=time(9), ends=time(17))
    with pytest.raises(actions.Unsuitable) as refused:
        booked_series(resources=[diary])
    assert len(refused.value.messages) == 4
    assert all(": Connie Marsh does not work then" in line for line in refused.value.messages)


@pytest.mark.parametrize("for_all", ["", "1"])
def test_a_page_from_before_a_split_answers_nothing(client, coordinator, for_all):
    """R7. The later part has a UID of its own, and its SEQUENCE begins anew: the number alone does not tell."""
    third = booked_series().listed[2]
    attendee = third.invited[0]
    address = f"/meetings/reply/{attendee.reply_token}/"
    html = client.get(address).content.decode()
    page = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', html))
    page["seen"] = re.findall(r'name="seen" value="([^"]*)"', html)
    start = third.starts_at + 3 * HOUR
    actions.move_series(third, starts_at=start, ends_at=start + HOUR, by=coordinator)
    client.post(address, {**page, "answer": "ACCEPTED", "all": for_all})
    attendee.refresh_from_db()
    assert attendee.partstat == "NEEDS-ACTION"
