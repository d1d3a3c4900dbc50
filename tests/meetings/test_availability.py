"""Hours, leave, travel and outside calendars: what is a warning, what is a refusal, and what is logged."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError
from wagtail.models import ModelLogEntry

from changes.refusals import Refused
from meetings import actions
from meetings.actions import Unsuitable
from meetings.availability import diaries
from meetings.availability.days import at
from meetings.forms import MoveForm
from meetings.models import (
    BusyTime,
    Leave,
    Meeting,
    OutsideCalendar,
    Reservation,
    Resource,
    WorkingHours,
)
from tests.factories.meetings import meeting as booked
from tests.factories.meetings import people, room

pytestmark = pytest.mark.django_db
TUESDAY = date(2026, 12, 1)
HALF = timedelta(minutes=30)


@pytest.fixture(autouse=True)
def _a_monday():
    with time_machine.travel("2026-11-23T09:00:00Z", tick=False):
        yield


@pytest.fixture
def diary(consultant) -> Resource:
    return Resource.objects.of(consultant)


def on_tuesday(hour: float, resource: Resource | None = None, minutes: int = 60, **fields: Any) -> Meeting:
    starts_at = at(TUESDAY, time(0)) + timedelta(hours=hour)
    return booked(
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=minutes),
        resources=[resource] if resource else [],
        invitees=people(1),
        **fields,
    )


def works(resource: Resource, *spans: tuple[int, int], weekday: int = 1) -> None:
    for first, last in spans:
        WorkingHours.objects.create(resource=resource, weekday=weekday, starts=time(first), ends=time(last))


def away(resource: Resource, first: date = TUESDAY, last: date | None = None, **hours) -> Leave:
    return Leave.objects.create(resource=resource, first_on=first, last_on=last or first, **hours)


def busy(resource: Resource, first: datetime, last: datetime) -> BusyTime:
    calendar = OutsideCalendar.objects.create(resource=resource, name="Clinic")
    return BusyTime.objects.create(calendar=calendar, starts_at=first, ends_at=last)


@pytest.mark.parametrize(
    ("hour", "minutes", "fits"),
    [(9, 60, True), (11, 120, False), (11.5, 30, True), (12, 60, False), (13, 240, True), (16.5, 60, False)],
)
def test_hours_of_a_day_may_have_a_gap(diary, hour, minutes, fits):
    works(diary, (9, 12), (13, 17))
    if fits:
        on_tuesday(hour, diary, minutes)
        return
    with pytest.raises(Unsuitable) as no:
        on_tuesday(hour, diary, minutes)
    assert no.value.messages == [
        "Connie Marsh does not work then: on a Tuesday from 9am to 12 noon and from 1pm to 5pm only."
    ]
    assert Meeting.objects.count() == 0


def test_somebody_without_hours_can_be_booked_at_any_hour(diary):
    on_tuesday(2.8, diary)


def test_a_day_without_hours_is_said(diary):
    works(diary, (9, 17), weekday=0)
    with pytest.raises(Unsuitable, match="never on a Tuesday"):
        on_tuesday(10, diary)


@pytest.mark.parametrize(
    ("hours", "hour", "fits"),
    [
        ({}, 10, False),
        ({"starts": time(13)}, 10, True),
        ({"starts": time(13)}, 13, False),
        ({"ends": time(10)}, 10, True),
        ({"ends": time(10)}, 9, False),
    ],
)
def test_leave_of_days_or_hours_is_a_warning(diary, hours, hour, fits):
    """R8. Colleagues read a neutral word."""
    away(diary, word=Leave.Word.COURSE, **hours)
    if fits:
        on_tuesday(hour, diary)
        return
    with pytest.raises(
        Unsuitable, match="Connie Marsh is marked “On a course” then: Tuesday 1 December 2026"
    ):
        on_tuesday(hour, diary)


def test_leave_over_several_days_says_both(diary):
    away(diary, TUESDAY - timedelta(days=1), TUESDAY + timedelta(days=3))
    with pytest.raises(Unsuitable, match="Monday 30 November 2026 to Friday 4 December 2026"):
        on_tuesday(10, diary)


def test_busy_elsewhere_is_a_warning_without_a_title(diary):
    """R8."""
    start = at(TUESDAY, time(10))
    busy(diary, start, start + HALF)
    with pytest.raises(Unsuitable) as no:
        on_tuesday(10, diary)
    assert no.value.messages == ["Connie Marsh is busy elsewhere then: 10am to 10:30am."]
    on_tuesday(10.5, diary)


def test_a_warning_may_be_overridden_with_a_reason_that_is_logged(diary, coordinator):
    works(diary, (9, 12))
    away(diary)
    meeting = on_tuesday(18, diary, despite="She agreed on the phone.", by=coordinator)
    entry = ModelLogEntry.objects.get(action="meeting.despite")
    assert (entry.user, entry.object_id) == (coordinator, str(meeting.pk))
    assert entry.data["reason"] == "She agreed on the phone."
    assert "does not work then" in entry.data["warnings"]
    assert "“Away”" in entry.data["warnings"]


def test_a_reason_where_there_is_no_warning_is_not_logged(diary):
    on_tuesday(10, diary, despite="For no reason")
    assert not ModelLogEntry.objects.filter(action="meeting.despite").exists()


def test_a_double_booking_is_never_overridden(diary):
    """R3."""
    on_tuesday(10, diary)
    with pytest.raises(Refused, match="already booked") as no:
        on_tuesday(10, diary, despite="It has to be then.")
    assert not isinstance(no.value, Unsuitable)


def test_moving_asks_again_and_another_place_does_not(diary, coordinator):
    away(diary)
    meeting = on_tuesday(10, diary, despite="She comes in for it.")
    actions.move(
        meeting, starts_at=meeting.starts_at, ends_at=meeting.ends_at, place="Room 9", by=coordinator
    )
    assert meeting.place == "Room 9"
    with pytest.raises(Unsuitable):
        actions.move(
            meeting, starts_at=meeting.starts_at + HALF, ends_at=meeting.ends_at + HALF, by=coordinator
        )
    meeting.refresh_from_db()
    assert meeting.starts_at == at(TUESDAY, time(10))


# --- Travel -----------------------------------------------------------------------------------------


@pytest.fixture
def traveller(diary) -> Resource:
    diary.travel_before, diary.travel_after = 45, 30
    diary.save()
    return diary


def test_travel_is_kept_around_a_meeting_with_a_place(traveller):
    """R3."""
    meeting = on_tuesday(10, traveller)
    kept = Reservation.objects.get()
    assert (kept.starts_at, kept.ends_at) == (
        meeting.starts_at - timedelta(minutes=45),
        meeting.ends_at + timedelta(minutes=30),
    )
    with pytest.raises(Refused) as no:
        on_tuesday(11.25, traveller, video_url="https://video.example.org/a", place="")
    assert no.value.messages == [
        "Connie Marsh is already booked then: Tuesday 1 December 2026, 9:15am to 11:30am, travel included. "
        "Choose another time."
    ]
    on_tuesday(11.5, traveller, video_url="https://video.example.org/a", place="")


def test_two_travels_do_not_overlap(traveller):
    """R3. Back from one, then off to the next."""
    on_tuesday(10, traveller)
    with pytest.raises(Refused, match="travel included"):
        on_tuesday(12, traveller)
    on_tuesday(12.25, traveller)


def test_nobody_travels_to_a_video_meeting_and_rooms_never_do(traveller):
    place = room()
    Resource.objects.filter(pk=place.pk).update(travel_before=60)
    place.refresh_from_db()
    on_tuesday(10, traveller, video_url="https://video.example.org/a", place="")
    on_tuesday(14, place)
    assert all(not r.has_travel for r in Reservation.objects.select_related("meeting"))


def test_a_place_given_later_adds_the_travel_or_is_refused(traveller, coordinator):
    """R3."""
    video: dict[str, Any] = {"video_url": "https://video.example.org/a", "place": ""}
    first, second = on_tuesday(10, traveller, **video), on_tuesday(11, traveller, **video)
    with pytest.raises(Refused, match="already booked"):
        actions.move(first, starts_at=first.starts_at, ends_at=first.ends_at, place="Room 9", by=coordinator)
    actions.cancel(second, by=coordinator, reason="Off")
    actions.move(first, starts_at=first.starts_at, ends_at=first.ends_at, place="Room 9", by=coordinator)
    assert Reservation.objects.get(meeting=first).ends_at == first.ends_at + timedelta(minutes=30)


def test_the_database_itself_guards_the_travel(traveller):
    """R3, whatever the code does."""
    on_tuesday(10, traveller)
    other = on_tuesday(20)
    with pytest.raises(IntegrityError, match="no_double_booking"):
        Reservation.objects.create(
            resource=traveller,
            meeting=other,
            starts_at=at(TUESDAY, time(11, 15)),
            ends_at=at(TUESDAY, time(12)),
        )


# --- Days on which not everybody works ----------------------------------------------------------------


def test_blocked_days_are_bank_holidays_and_whole_days_of_leave(diary):
    away(diary, date(2026, 12, 24), date(2026, 12, 28))
    away(diary, date(2026, 12, 30), starts=time(13))
    away(room(), date(2026, 12, 29))
    assert diaries.blocked_days([diary], date(2026, 12, 25), date(2027, 1, 1)) == {
        date(2026, 12, 25): "Christmas Day (bank holiday)",
        date(2026, 12, 26): "Boxing Day (bank holiday)",
        date(2026, 12, 27): "Connie Marsh: away",
        date(2026, 12, 28): "Boxing Day (observed) (bank holiday)",
        date(2027, 1, 1): "New Year's Day (bank holiday)",
    }


# --- The form -----------------------------------------------------------------------------------------


def typed(meeting: Meeting, **changed) -> dict:
    return {
        "day": "2026-12-01",
        "start": "18:00",
        "minutes": "60",
        "place": "Room 9",
        "sequence": "0",
        "resources": [r.pk for r in meeting.resources],
        **changed,
    }


def test_the_form_shows_the_way_round_only_after_a_warning(diary):
    works(diary, (9, 17))
    meeting = on_tuesday(10, diary)
    names = [f.name for f in MoveForm(meeting=meeting).visible_fields()]
    assert "despite" not in names
    form = MoveForm(typed(meeting), meeting=meeting)
    assert not form.is_valid()
    assert "does not work then" in str(form.errors["go_ahead"])
    assert {"go_ahead", "despite"} <= {f.name for f in form.visible_fields()}
    form = MoveForm(typed(meeting, go_ahead="on", despite=" "), meeting=meeting)
    assert "Say why" in str(form.errors["despite"])
    form = MoveForm(typed(meeting, go_ahead="on", despite="An evening clinic."), meeting=meeting)
    assert form.is_valid(), form.errors
    assert form.details()["despite"] == "An evening clinic."


def test_the_form_asks_nobody_about_a_time_that_stays(diary):
    meeting = on_tuesday(18, diary)
    works(diary, (9, 17))
    assert MoveForm(typed(meeting), meeting=meeting).is_valid()
