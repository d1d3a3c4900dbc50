"""Month, week and day of the diary, finding a time, and a diary's own page: who sees what, and what it costs."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from meetings import actions
from meetings.availability import agenda
from meetings.availability.days import at
from meetings.models import BusyTime, Leave, OutsideCalendar, Resource, WorkingHours
from meetings.staff import drawing
from meetings.staff.diary import bounds
from tests.factories.meetings import meeting as booked
from tests.factories.meetings import people, room
from tests.meetings.test_diary import post
from tests.meetings.test_outside import HOUR, calendar

pytestmark = pytest.mark.django_db
TUESDAY = date(2026, 12, 1)
DIARY, FIND = "/admin/diary/", "/admin/diary/find/"
VIEWS = ("month", "week", "day")


@pytest.fixture(autouse=True)
def _a_monday(settings):
    settings.STAFF_SECOND_FACTOR = False
    with time_machine.travel("2026-11-23T09:00:00Z", tick=True):
        yield


@pytest.fixture
def staff(client, coordinator):
    client.force_login(coordinator)
    return client


@pytest.fixture
def helen(consultant) -> Resource:
    return Resource.objects.of(consultant)


def on(day: date, hour: float, *resources: Resource, **fields):
    starts_at = at(day, time(0)) + timedelta(hours=hour)
    return booked(starts_at=starts_at, resources=resources, invitees=people(1), **fields)


def page(client, view: str = "week", day: date = TUESDAY, **asked) -> str:
    response = client.get(DIARY, {"view": view, "on": day.isoformat(), **asked})
    assert response.status_code == 200
    return response.content.decode()


def away(resource: Resource, first: date = TUESDAY, **fields) -> Leave:
    return Leave.objects.create(**{"resource": resource, "first_on": first, "last_on": first, **fields})


def busy(resource: Resource, start: datetime, hours: float = 1) -> None:
    outside = OutsideCalendar.objects.get_or_create(resource=resource, name="Clinic")[0]
    BusyTime.objects.create(calendar=outside, starts_at=start, ends_at=start + timedelta(hours=hours))


@pytest.mark.parametrize(
    ("person", "sees", "keeps"),
    [
        ("coordinator", True, True),
        ("consultant", True, True),
        ("finance", False, False),
        ("editor", False, False),
        ("outsider", False, False),
        ("referrer", False, False),
        (None, False, False),
    ],
)
def test_the_diary_is_for_those_who_keep_it(client, request, person, sees, keeps):
    """R9."""
    place = room()
    if person:
        client.force_login(request.getfixturevalue(person))
    for address in (DIARY, FIND, reverse("resource:inspect", args=[place.pk])):
        assert (client.get(address).status_code == 200) == sees
    assert (client.get(reverse("resource:add_calendar", args=[place.pk])).status_code == 200) == keeps
    if sees:
        home = client.get("/admin/").content.decode()
        assert DIARY in home


def test_the_diary_is_the_menu_s_first_entry(staff):
    menu = staff.get("/admin/").content.decode()
    places = [menu.index(f'"url": "/admin/{name}/"') for name in ("diary", "meetings", "diary/resources")]
    assert places == sorted(places)


@pytest.mark.parametrize("view", VIEWS)
def test_every_status_leave_and_busy_time_is_shown_with_a_word(staff, view, helen, coordinator):
    place = room()
    on(TUESDAY, 10, helen, place, title="Consultation C-26-CCCC")
    off = on(TUESDAY, 14, helen, title="Consultation C-26-FFFF")
    actions.cancel(off, by=coordinator, reason="Off")
    held = on(TUESDAY, 8, place, title="Consultation C-26-HHHH")
    with time_machine.travel(held.starts_at):
        actions.record_held(held, by=coordinator)
    away(place, word=Leave.Word.CLOSED, starts=time(15))
    busy(helen, at(TUESDAY, time(12)))
    shown = page(staff, view)
    drawn, _, table = shown.partition("<details")
    for words in ("C-26-CCCC", "C-26-FFFF", "C-26-HHHH", "Cancelled", "Held", "Not in use", "Busy elsewhere"):
        assert words in drawn or view == "month"  # a month shows four entries and how many more
        assert words in table
    assert reverse("meeting:inspect", args=[held.pk]) in drawn
    assert "Confirmed, 0 of 1 coming" in table
    assert "style=" not in re.sub(r"(?s)<header.*?</header>", "", drawn.partition("fp-calendar")[2])


def test_a_full_diary_asks_the_database_no_more(staff, helen):
    """Of every view, at 1 and at 50."""

    def asked() -> list[int]:
        counts = []
        for view in VIEWS:
            with CaptureQueriesContext(connection) as caught:
                page(staff, view)
            counts.append(len(caught))
        return counts

    on(TUESDAY, 8, helen)
    away(helen)
    busy(helen, at(TUESDAY, time(12)))
    asked()
    few = asked()
    for n in range(49):
        on(TUESDAY, 8 + n % 10, room(f"Room {n}"))
        busy(helen, at(TUESDAY, time(0)) + timedelta(minutes=20 * n), 0.2)
        away(Resource.objects.latest("pk"))
    assert asked() == few


def test_filters_by_person_room_and_kind(staff, helen):
    place = room()
    on(TUESDAY, 9, helen, title="Consultation C-26-PPPP")
    on(TUESDAY, 9, place, title="Consultation C-26-RRRR")
    away(helen)

    def seen(**asked) -> set[str]:
        shown = page(staff, **asked)
        return {word for word in ("C-26-PPPP", "C-26-RRRR", "Away") if word in shown}

    assert seen() == {"C-26-PPPP", "C-26-RRRR", "Away"}
    assert seen(person=helen.pk) == seen(resource=helen.pk) == {"C-26-PPPP", "Away"}
    assert seen(room=place.pk) == {"C-26-RRRR"}
    assert seen(person=helen.pk, room=place.pk, kind="meetings") == {"C-26-PPPP", "C-26-RRRR"}
    assert seen(kind="leave") == {"Away"}
    assert seen(view="day", person=helen.pk) == {"C-26-PPPP", "Away"}
    assert f"person={helen.pk}" in page(staff, person=helen.pk).partition("Next")[0]  # kept on the way


@pytest.mark.parametrize(
    "asked",
    [
        "view=year",
        "on=soon",
        "on=9999-12-31",
        "person=x",
        "room=999999",
        "kind=%00",
        "resource=²",
        "view=month&on=0001-01-01",
    ],
)
def test_an_odd_address_shows_the_diary(staff, asked):
    assert staff.get(f"{DIARY}?{asked}").status_code == 200


@pytest.mark.parametrize(
    ("view", "on", "first", "last"),
    [
        ("day", date(2026, 11, 24), date(2026, 11, 24), date(2026, 11, 24)),
        ("week", date(2026, 11, 29), date(2026, 11, 23), date(2026, 11, 29)),
        ("month", date(2026, 11, 24), date(2026, 10, 26), date(2026, 12, 6)),
        ("month", date(2027, 2, 28), date(2027, 2, 1), date(2027, 2, 28)),
    ],
)
def test_weeks_begin_on_monday(view, on, first, last):
    assert bounds(view, on) == (first, last)


def test_previous_next_and_today_lead_there(staff):
    shown = page(staff, "month", date(2027, 1, 31))
    assert "on=2026-12-01" in shown
    assert "on=2027-02-01" in shown
    assert "view=month&amp;on=2026-11-23" in shown


def test_bank_holidays_and_weekends_with_something_are_told(staff):
    shown = page(staff, "week", date(2026, 12, 25))
    assert "Bank holiday: Christmas Day" in shown
    assert "Saturday 26 December" in shown  # a bank holiday
    assert "Sunday 27 December" not in shown


@pytest.mark.parametrize(
    ("day", "note"),
    [(date(2027, 3, 28), "The clocks go forward at 1am"), (date(2026, 10, 25), "The clocks go back at 2am")],
)
def test_ten_o_clock_is_on_one_line_all_week(helen, staff, day, note):
    """R11. On the days of a clock change too; whole days are 23 and 25 hours there."""
    with time_machine.travel(at(day - timedelta(days=20), time(9))):
        for n in range(-1, 1):
            booked(starts_at=at(day + timedelta(days=n), time(10)), resources=[helen], invitees=people(1))
        away(helen, day)
    found = agenda.days(day - timedelta(days=1), day)
    placed = [drawing.place([e for e in d.entries if e.meeting], 8, 18) for d in found]
    assert [(one.row, one.length) for (one,) in placed] == [(9, 8), (9, 8)]
    (leave,) = [e for e in found[1].entries if e.tone == "leave"]
    assert leave.is_whole_day
    assert found[1].notes == [note]
    assert note in page(staff, "week", day)


def test_what_lasts_over_midnight_stands_on_both_days(helen):
    on(TUESDAY, 23, helen)
    days = agenda.days(TUESDAY, TUESDAY + timedelta(days=1))
    assert [day.entries[0].hours for day in days] == [
        "11pm to 12 midnight",
        "12 midnight to 1am",
    ]
    assert drawing.hours_drawn(days) == (0, 24)
    assert [(p.row, p.length) for day in days for p in drawing.place(day.entries, 0, 24)] == [(93, 4), (1, 4)]


def test_meetings_at_once_stand_side_by_side(helen):
    places = [room(f"Room {n}") for n in range(8)]
    for place in places:
        on(TUESDAY, 10, place)
    on(TUESDAY, 12, helen)
    (day,) = agenda.days(TUESDAY, TUESDAY)
    placed = drawing.place(day.entries, 8, 18)
    assert [p.lane for p in placed] == [1, 2, 3, 4, 5, 6, 6, 6, 1]


def test_a_day_has_a_column_for_each_diary(staff, helen):
    on(TUESDAY, 10, helen, room())
    on(TUESDAY, 10)
    heads = re.findall(r'fp-drawing__head" id="diary-\d">([^<]*?) *<', page(staff, "day"))
    assert heads == ["Connie Marsh", "Room 2", agenda.NOBODY]


# --- Finding a time -----------------------------------------------------------------------------------


def find(client, **asked) -> str:
    response = client.get(FIND, {"minutes": 60, "first": "2026-12-01", "last": "2026-12-01", **asked})
    assert response.status_code == 200
    return response.content.decode()


def offered(html: str) -> list[str]:
    return re.findall(r'button-secondary" href="[^"]*">([^<]+)<span class="w-sr-only">, ', html)


def test_the_next_slots_suit_all_who_are_needed(staff, helen):
    place, other = room(), Resource.objects.create(kind="person", name="Amara Diallo")
    WorkingHours.objects.create(resource=helen, weekday=1, starts=time(9), ends=time(13))
    on(TUESDAY, 9, place)  # until 11
    busy(other, at(TUESDAY, time(11)))
    html = find(staff, needed=helen.pk, welcome=other.pk, rooms=place.pk)
    assert offered(html) == [
        "11am to 12 noon", "11:30am to 12:30pm", "12 noon to 1pm",
    ]  # fmt: skip
    assert html.count("Amara Diallo: busy elsewhere 11am to 12 noon.") == 2
    assert offered(find(staff, needed=[helen.pk, other.pk], rooms=place.pk)) == ["12 noon to 1pm"]


def test_travel_and_the_earliest_hour_count(staff, helen):
    Resource.objects.filter(pk=helen.pk).update(travel_before=30, travel_after=30)
    helen.refresh_from_db()
    on(TUESDAY, 9, helen, place="", video_url="https://video.example.org/a")  # until 11
    on(TUESDAY, 13, helen, place="", video_url="https://video.example.org/a")  # until 3pm
    assert "11am to 12 noon" in offered(find(staff, needed=helen.pk))
    in_person = offered(find(staff, needed=helen.pk, in_person="on"))
    assert in_person[:3] == ["11:30am to 12:30pm", "3:30pm to 4:30pm", "4pm to 5pm"]
    assert offered(find(staff, needed=helen.pk, earliest="15:30"))[0] == "3:30pm to 4:30pm"


def test_bank_holidays_and_whole_days_of_leave_are_left_out(staff, helen):
    away(helen, date(2026, 12, 24))
    html = find(staff, needed=helen.pk, first="2026-12-24", last="2026-12-28")
    assert offered(html) == []
    assert "Nothing free until Monday 28 December 2026" in html
    assert "Christmas Day" in html


def test_each_slot_fills_in_the_move_form_and_the_meeting_is_not_in_its_own_way(staff, helen):
    place = room()
    meeting = on(TUESDAY, 10, helen, place)
    move = reverse("meeting:move", args=[meeting.pk])
    link = re.findall(r'<a href="([^"]*find[^"]*)"', staff.get(move).content.decode())[0].replace(
        "&amp;", "&"
    )
    asked = parse_qs(urlsplit(link).query)
    html = find(staff, **{**asked, "earliest": "10:30"})
    slot = re.findall(rf'href="({move}\?[^"]*)"', html)[0].replace("&amp;", "&")
    form = staff.get(slot).content.decode()
    assert 'value="2026-12-01"' in form
    assert 'value="10:30"' in form
    assert 'value="120"' in form
    assert form.count("checked") == 2


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({}, "Choose at least one person, room or link"),
        ({"minutes": "0"}, "5 minutes at least"),
        ({"first": "soon"}, "Enter a real first day"),
        ({"last": "2026-11-01"}, "cannot be before the first"),
        ({"last": "2028-01-01"}, "within 184 days"),
        ({"first": "2036-12-01", "last": "2036-12-02"}, "within the next two years"),
        ({"earliest": "25:99"}, "Enter a time"),
        ({"needed": "x"}, "from the list"),
    ],
)
def test_what_is_missing_to_find_a_time_is_said(staff, asked, said):
    html = find(staff, **asked)
    assert said in html
    assert "Book" not in offered(html)


@pytest.mark.parametrize(
    "back", ["https://evil.example/admin/", "//evil.example/", "/accounts/", "javascript:alert(1)"]
)
def test_a_slot_leads_nowhere_else(staff, helen, back):
    assert "evil" not in "".join(re.findall(r'href="([^"]*)"', find(staff, needed=helen.pk, back=back)))
    assert offered(find(staff, needed=helen.pk, back=back))


def test_nothing_that_has_begun_is_offered(staff, helen):
    with time_machine.travel("2026-11-23T14:10:00Z"):
        today = find(staff, needed=helen.pk, first="2026-11-23", last="2026-11-23")
        assert offered(today)[0] == "2:30pm to 3:30pm"


def test_finding_costs_the_same_for_a_full_diary(staff, helen):
    def asked() -> int:
        with CaptureQueriesContext(connection) as caught:
            find(staff, needed=helen.pk, last="2026-12-20")
        return len(caught)

    on(TUESDAY, 8, helen)
    asked()
    few = asked()
    for n in range(49):
        busy(helen, at(TUESDAY, time(0)) + timedelta(hours=7 * n))
        away(helen, TUESDAY + timedelta(days=n), starts=time(16))
    assert asked() == few


# --- A diary's own page -------------------------------------------------------------------------------


def test_a_calendar_is_added_by_file_or_address_read_and_removed(staff, helen):
    own, add = reverse("resource:inspect", args=[helen.pk]), reverse("resource:add_calendar", args=[helen.pk])
    file = SimpleUploadedFile("clinic.ics", calendar(HOUR))
    assert post(staff, add, name="Clinic", url="", file=file).status_code == 302
    assert post(staff, add, name="Private", url="https://example.org/a.ics").status_code == 302
    assert "Clinic" in staff.get(own).content.decode()
    private = OutsideCalendar.objects.get(name="Private")
    OutsideCalendar.objects.filter(pk=private.pk).update(problem="The calendar’s server did not answer.")
    shown = staff.get(own).content.decode()
    assert "did not answer" in shown
    assert "a.ics" not in shown  # the address is a secret
    for act in ("read", "remove"):
        address = reverse(f"resource:{act}_calendar", args=[helen.pk, private.pk])
        assert staff.get(address).status_code == 405
        assert post(staff, address, own).status_code == 302
    assert [c.name for c in OutsideCalendar.objects.all()] == ["Clinic"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"name": ""}, "Enter a name for this calendar"),
        ({"url": ""}, "one of the two"),
        ({"url": "file:///etc/passwd"}, "https://"),
        ({"url": "http://[::1"}, "https://"),
    ],
)
def test_a_calendar_that_cannot_be_added_is_said_and_kept(staff, helen, data, said):
    """R13."""
    add = reverse("resource:add_calendar", args=[helen.pk])
    response = post(staff, add, **{"name": "My clinic", "url": "https://example.org/a.ics", **data})
    assert response.status_code == 422
    assert said in response.content.decode()
    assert not OutsideCalendar.objects.exists()


def test_hours_and_leave_are_edited_on_the_diary_s_form(staff, helen):
    address = reverse("resource:edit", args=[helen.pk])
    assert staff.get(address).status_code == 200
    data = {
        "kind": "person", "name": "Connie Marsh", "user": helen.user_id, "is_active": "on",
        "travel_before": "20", "travel_after": "0",
        "hours-TOTAL_FORMS": "1", "hours-INITIAL_FORMS": "0",
        "hours-0-weekday": "1", "hours-0-starts": "09:00", "hours-0-ends": "08:00",
        "leave-TOTAL_FORMS": "1", "leave-INITIAL_FORMS": "0", "leave-0-word": "away",
        "leave-0-first_on": "2026-12-01", "leave-0-last_on": "2026-12-02",
    }  # fmt: skip
    shown = staff.post(address, data).content.decode()
    assert "Choose a later end" in shown
    assert staff.post(address, {**data, "hours-0-ends": "17:00"}).status_code == 302
    assert (WorkingHours.objects.count(), Leave.objects.count()) == (1, 1)
    shown = staff.get(reverse("resource:inspect", args=[helen.pk])).content.decode()
    assert "Tuesday, 9am to 5pm" in shown
    assert "20 minutes before" in shown


@pytest.mark.parametrize(("number", "status"), [("999999", 200), ("x", 302)])
def test_leave_that_is_gone_meanwhile_is_said(staff, helen, number, status):
    """R7. Nothing is saved."""
    address = reverse("resource:edit", args=[helen.pk])
    data = {
        "kind": "person", "name": "Another", "user": helen.user_id, "travel_before": "0", "travel_after": "0",
        "hours-TOTAL_FORMS": "0", "hours-INITIAL_FORMS": "0",
        "leave-TOTAL_FORMS": "1", "leave-INITIAL_FORMS": "1", "leave-0-id": number, "leave-0-word": "away",
        "leave-0-first_on": "2026-12-01", "leave-0-last_on": "2026-12-02",
    }  # fmt: skip
    response = staff.post(address, data)
    assert response.status_code == status
    shown = response if status == 200 else staff.get(response.url)
    assert re.search("Nothing was saved|could not be saved", shown.content.decode())
    helen.refresh_from_db()
    assert helen.name == "Connie Marsh"
