"""Series on the staff side: every date shown before it is booked, and each act through its action."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import ModelLogEntry

from meetings import actions, times
from meetings.models import Leave, Meeting, Series, WorkingHours
from tests.factories.meetings import meeting as booked
from tests.factories.meetings import room
from tests.factories.meetings import series as booked_series

pytestmark = pytest.mark.django_db
BOOK = "/admin/diary/series/book/"
TYPED = {
    "title": "Batch consultation B-26-7K4M",
    "about": "B-26-7K4M",
    "day": "2026-12-18",
    "start": "10:00",
    "minutes": "60",
    "repeats": "weekly",
    "count": "3",
    "until": "",
    "people": "Sam Reed, sam@example.org\nkit@example.org",
    "place": "Room 2",
    "video_url": "",
    "joining": "",
}


@pytest.fixture(autouse=True)
def _without_second_factor(settings):
    settings.STAFF_SECOND_FACTOR = False


@pytest.fixture
def staff(client, coordinator):
    client.force_login(coordinator)
    return client


def url(name: str, *args: int) -> str:
    return reverse(f"series:{name}", args=args)


def post(client, address: str, page: str = "", **data):
    html = client.get(page or address).content.decode()
    token = re.findall(r'name="(?!csrf)(\w+)" value="([^"]{20,})"', html)[0]
    return client.post(address, {token[0]: token[1], **data})


@pytest.mark.parametrize(
    ("person", "sees"),
    [("coordinator", 1), ("consultant", 1), ("finance", 0), ("editor", 0), ("referrer", 0), (None, 0)],
)
def test_series_are_for_those_who_keep_the_diary(client, request, person, sees):
    """R9."""
    series = booked_series()
    if person:
        client.force_login(request.getfixturevalue(person))
    first = series.listed[0].pk
    pages = [
        url("index"),
        BOOK,
        url("inspect", series.pk),
        url("invite", series.pk),
        url("cancel", series.pk),
    ]
    pages += [url("uninvite", series.pk, series.listed[0].invited[0].pk)]
    pages += [url("move", series.pk, first), url("cancel_from", series.pk, first)]
    assert [client.get(page).status_code == 200 for page in pages] == [bool(sees)] * len(pages)


def test_every_date_is_shown_before_anything_is_booked(staff):
    page = post(staff, BOOK, **TYPED)
    html = page.content.decode()
    assert "Friday 18 December 2026" in html
    assert "Friday 25 December 2026: Christmas Day" in html
    assert Series.objects.count() == 0
    (mark,) = re.findall(r'name="confirmed" value="(\w+)"', html)
    assert post(staff, BOOK, **{**TYPED, "count": "4", "confirmed": mark}).status_code == 200
    assert Series.objects.count() == 0  # other answers than those that were shown
    assert post(staff, BOOK, **TYPED, confirmed=mark).status_code == 302
    series = Series.objects.for_page().get()
    assert [f"{m.starts_at:%d %b}" for m in series.listed] == ["18 Dec", "08 Jan", "15 Jan"]
    assert [a.name for a in series.listed[0].invited] == ["Sam Reed", "kit@example.org"]


@pytest.mark.parametrize(
    ("odd", "said"),
    [
        ({"count": ""}, "Enter either how many meetings, or the last day"),
        ({"until": "2027-01-01"}, "Enter either how many meetings, or the last day"),
        ({"people": "Sam Reed"}, "Write each person as name, comma, email"),
        ({"title": ""}, "Enter a title"),
        ({"count": "", "until": "2026-12-01"}, "The last day is before the first meeting"),
    ],
)
def test_errors_say_what_to_do_and_keep_what_was_typed(staff, odd, said):
    """R13."""
    html = post(staff, BOOK, **{**TYPED, **odd}).content.decode()
    assert said in html
    assert 'value="Room 2"' in html


def test_this_and_later_are_moved_and_cancelled_from_the_page(staff):
    series = booked_series()
    third = series.listed[2]
    day = third.starts_at + timedelta(days=1)
    typed = {"day": f"{day:%Y-%m-%d}", "start": "14:00", "minutes": "60", "place": "Room 9", "sequence": "0"}
    response = post(staff, url("move", series.pk, third.pk), **typed)
    later = Series.objects.exclude(pk=series.pk).get()
    assert response.url == url("inspect", later.pk)
    assert later.meetings.filter(place="Room 9").count() == 2
    second = series.listed[1].pk
    post(staff, url("cancel_from", series.pk, second), reason="The team is away.")
    assert Meeting.objects.filter(status="cancelled").count() == 1
    post(staff, url("invite", later.pk), name="Sam Reed", email="sam@example.org")
    assert Meeting.objects.filter(attendees__email="sam@example.org").count() == 2
    post(staff, url("cancel", later.pk), reason="Off")
    assert Meeting.objects.filter(status="cancelled").count() == 3


def marks(response) -> list[str]:
    return re.findall(r'name="confirmed" value="(\w+)"', response.content.decode())


def test_every_clash_is_shown_at_its_date_before_anything_is_booked(staff):
    """R3."""
    place = room()
    booked(starts_at=datetime(2027, 1, 8, 10, tzinfo=UTC), resources=[place])
    typed: dict[str, Any] = {**TYPED, "resources": [str(place.pk)]}
    response = post(staff, BOOK, **typed)
    html = response.content.decode()
    assert (response.status_code, marks(response)) == (422, [])
    assert "1 of these 3 dates cannot be booked" in html
    assert re.search(r"<li>Friday 8 January 2027<br>.{0,200}Room 2 is already booked then", html, re.DOTALL)
    assert "Friday 25 December 2026: Christmas Day" in html


def test_a_clash_that_came_after_the_look_is_told_on_the_form(staff):
    """R3."""
    place = room()
    typed: dict[str, Any] = {**TYPED, "resources": [str(place.pk)]}
    (mark,) = marks(post(staff, BOOK, **typed))
    booked(starts_at=datetime(2026, 12, 18, 10, tzinfo=UTC), resources=[place])
    response = post(staff, BOOK, **typed, confirmed=mark)
    assert response.status_code == 422
    assert "cannot be booked" in response.content.decode()
    assert Series.objects.count() == 0


def test_hours_and_leave_are_shown_at_their_dates_and_ask_for_a_reason(staff):
    place = room()
    WorkingHours.objects.create(resource=place, weekday=4, starts=time(9), ends=time(17))
    Leave.objects.create(
        resource=place, first_on=date(2027, 1, 8), last_on=date(2027, 1, 8), starts=time(9), ends=time(13)
    )
    typed: dict[str, Any] = {**TYPED, "resources": [str(place.pk)]}
    response = post(staff, BOOK, **typed)
    html = response.content.decode()
    assert (response.status_code, marks(response)) == (422, [])
    assert "Something speaks against 1 of these dates" in html
    assert re.search(r"<li>Friday 8 January 2027<br>.{0,100}Room 2 is marked", html, re.DOTALL)
    typed |= {"go_ahead": "on", "despite": "The caretaker opens it."}
    (mark,) = marks(post(staff, BOOK, **typed))
    assert post(staff, BOOK, **typed, confirmed=mark).status_code == 302
    (entry,) = ModelLogEntry.objects.filter(action="meeting.despite")
    assert entry.data["reason"] == "The caretaker opens it."


def test_moving_asks_about_every_date_that_follows(staff):
    """A reason is asked for where only a later date is outside somebody's hours."""
    place = room()
    series = booked_series(resources=[place])
    last = series.listed[-1].starts_at.date() + timedelta(days=1)
    Leave.objects.create(resource=place, first_on=last, last_on=last, starts=time(9), ends=time(17))
    first = series.listed[0]
    typed: dict[str, Any] = {
        "day": f"{first.starts_at + timedelta(days=1):%Y-%m-%d}",
        "start": "10:00",
        "minutes": "60",
        "place": "Room 2",
        "resources": [str(place.pk)],
        "sequence": "0",
    }
    response = post(staff, url("move", series.pk, first.pk), **typed)
    assert response.status_code == 422
    assert f"{times.spoken_date(last)}: Room 2 is marked" in response.content.decode()
    typed |= {"go_ahead": "on", "despite": "The caretaker opens it."}
    assert post(staff, url("move", series.pk, first.pk), **typed).status_code == 302
    assert Meeting.objects.filter(starts_at__date=last).exists()


def test_one_person_is_taken_off_all_that_is_to_come(staff):
    """R11: once asked, once done; pressed again it changes nothing (R7)."""
    series = booked_series()
    person = series.listed[0].invited[1]
    page = staff.get(url("inspect", series.pk)).content.decode()
    address = url("uninvite", series.pk, person.pk)
    assert address in page
    assert page.count("All 4 to come") == 3
    assert "Take Person 2 off all meetings to come" in staff.get(address).content.decode()
    assert post(staff, address).status_code == 302
    assert {a.name for m in Meeting.objects.all() for a in m.invited} == {"Person 1", "Person 3"}
    response = post(staff, address)
    assert response.status_code == 422
    assert "taken off already" in response.content.decode()
    elsewhere = booked_series(title="Other")
    assert staff.get(url("uninvite", elsewhere.pk, person.pk)).status_code == 404


def test_what_somebody_said_of_the_dates_is_counted(staff):
    series = booked_series(count=3)
    actions.reply(series.listed[1].invited[0], "ACCEPTED", sequence=0)
    actions.uninvite(series.listed[2].invited[1], by=None)
    said = [(a.name, to, answers) for a, to, answers in Series.objects.for_page().get().who_comes()]
    assert said == [
        ("Person 1", "All 3 to come", "No answer yet 2, Coming 1"),
        ("Person 2", "2 of 3 to come", "No answer yet"),
        ("Person 3", "All 3 to come", "No answer yet"),
    ]


def test_a_series_page_costs_the_same_for_two_meetings_and_for_many(staff):
    costs = []
    for count in (2, 30):
        page = url("inspect", booked_series(count=count).pk)
        staff.get(page)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert staff.get(page).status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1]
