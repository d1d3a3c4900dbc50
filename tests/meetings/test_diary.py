"""The staff side: who may see and do what, and that each act goes through its action."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from meetings import actions
from meetings.forms import MoveForm
from meetings.models import Meeting, Resource
from tests.factories.meetings import meeting as booked
from tests.factories.meetings import people, room, tomorrow

pytestmark = pytest.mark.django_db
LIST = "/admin/meetings/"


@pytest.fixture(autouse=True)
def _without_second_factor(settings):
    """It is `tests/accounts/`' matter."""
    settings.STAFF_SECOND_FACTOR = False


@pytest.fixture
def staff(client, coordinator):
    client.force_login(coordinator)
    return client


def url(name: str, *args: int) -> str:
    return reverse(f"meeting:{name}", args=args)


def post(client, address: str, page: str = "", **data):
    html = client.get(page or address).content.decode()
    token = re.findall(r'name="(?!csrf)(\w+)" value="([^"]{20,})"', html)[0]
    return client.post(address, {token[0]: token[1], **data})


def typed(meeting: Meeting, **changed) -> dict:
    local = meeting.starts_at + timedelta(days=7)
    return {
        "day": f"{local:%Y-%m-%d}",
        "start": "14:30",
        "minutes": "60",
        "place": "Room 9",
        "video_url": "",
        "joining": "",
        "sequence": str(meeting.sequence),
        **changed,
    }


@pytest.mark.parametrize(
    ("person", "sees", "changes"),
    [
        ("coordinator", True, True),
        ("consultant", True, True),
        ("lead", True, True),
        ("finance", False, False),
        ("editor", False, False),
        ("outsider", False, False),
        ("referrer", False, False),
        (None, False, False),
    ],
)
def test_the_diary_is_for_those_who_keep_it(client, request, person, sees, changes):
    """R9."""
    meeting = booked()
    if person:
        client.force_login(request.getfixturevalue(person))
    for page in (LIST, url("inspect", meeting.pk), url("history", meeting.pk)):
        assert (client.get(page).status_code == 200) == sees
    for page in (
        url("move", meeting.pk),
        url("invite", meeting.pk),
        url("cancel", meeting.pk),
        url("uninvite", meeting.pk, meeting.invited[0].pk),
    ):
        assert (client.get(page).status_code == 200) == changes


def test_nobody_adds_edits_or_deletes_a_meeting_by_hand(staff):
    meeting = booked()
    for page in ("new/", f"edit/{meeting.pk}/", f"delete/{meeting.pk}/"):
        assert staff.get(LIST + page).status_code == 404
    page = staff.get(LIST).content.decode()
    assert "/edit/" not in page
    assert "/delete/" not in page


def test_the_list_has_what_is_to_come_first(staff, coordinator):
    later, sooner = booked(starts_at=tomorrow(48), title="Later C-26-LLLL"), booked(title="Sooner C-26-SSSS")
    off = booked(starts_at=tomorrow(3), title="Off C-26-FFFF")
    actions.cancel(off, by=coordinator, reason="Off")
    page = staff.get(LIST).content.decode()
    places = [page.index(m.title) for m in (sooner, later, off)]
    assert places == sorted(places)
    assert "0 of 3 coming" in page


@pytest.mark.parametrize(
    ("query", "count"),
    [("q=C-26-ABCD", 1), ("q=person2", 2), ("q=nobody", 0), ("status=cancelled", 1), ("status=held", 0)],
)
def test_the_list_is_searched_and_filtered(staff, coordinator, query, count):
    booked(title="Consultation C-26-ABCD")
    actions.cancel(booked(title="Consultation C-26-EFGH"), by=coordinator, reason="Off")
    page = staff.get(f"{LIST}?{query}").content.decode()
    assert len(set(re.findall(r"C-26-(?:ABCD|EFGH)</a>|Consultation C-26-\w+(?=\s)", page))) == count


def test_the_list_is_filtered_by_room_and_date(staff):
    place = room()
    booked(title="Consultation C-26-ABCD", resources=[place])
    booked(title="Consultation C-26-EFGH", starts_at=tomorrow(24 * 20))
    page = staff.get(f"{LIST}?resource={place.pk}").content.decode()
    assert ("C-26-ABCD" in page, "C-26-EFGH" in page) == (True, False)
    page = staff.get(f"{LIST}?starts_at_from={tomorrow(24 * 19):%Y-%m-%d}").content.decode()
    assert ("C-26-ABCD" in page, "C-26-EFGH" in page) == (False, True)


def queries(client, address: str) -> int:
    with CaptureQueriesContext(connection) as caught:
        assert client.get(address).status_code == 200
    return len(caught)


def test_a_long_list_asks_the_database_no_more(staff):
    booked(resources=[room("Room 0")])
    staff.get(LIST)
    few = queries(staff, LIST)
    for n in range(1, 20):
        booked(starts_at=tomorrow(n * 3), resources=[room(f"Room {n}")])
    assert queries(staff, LIST) == few


def test_a_meeting_s_page_asks_no_more_for_more_people(staff):
    one, many = booked(invitees=people(1)), booked(invitees=people(30))
    staff.get(url("inspect", one.pk))
    assert queries(staff, url("inspect", one.pk)) == queries(staff, url("inspect", many.pk))


def test_a_meeting_s_page_shows_people_answers_mail_and_history(staff):
    meeting = booked(resources=[room()])
    actions.reply(meeting.invited[0], "DECLINED", sequence=0)
    page = staff.get(url("inspect", meeting.pk)).content.decode()
    for words in (
        "Person 1",
        "Not coming",
        "No answer yet",
        "queued",
        "Meeting booked",
        "Answered",
        "Room 2",
    ):
        assert words in page
    assert "Mark held" not in page


def test_moving(staff):
    meeting = booked()
    response = post(staff, url("move", meeting.pk), **typed(meeting))
    assert response.status_code == 302, response.content.decode()
    meeting.refresh_from_db()
    assert (meeting.sequence, meeting.place, meeting.minutes) == (1, "Room 9", 60)
    assert "Everybody invited is being told" in staff.get(response.url).content.decode()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"day": ""}, "Enter the date of the meeting"),
        ({"day": "soon"}, "Enter a real date"),
        ({"day": "2020-01-01"}, "This time has passed"),
        ({"day": "9999-12-31"}, "within the next two years"),
        ({"start": "25:99"}, "Enter a time"),
        ({"minutes": "0"}, "5 minutes at least"),
        ({"minutes": "99999999999999999999"}, "at most"),
        ({"minutes": "long"}, "whole number of minutes"),
        ({"place": ""}, "Enter a place or a video link"),
        ({"place": "x" * 301}, "Shorten the place"),
        ({"video_url": "javascript:alert(1)"}, "starting with https://"),
        ({"resources": "999999"}, "from the list"),
        ({"resources": "x"}, "from the list"),
        ({"sequence": "7"}, "Somebody changed this meeting"),
    ],
)
def test_a_move_that_cannot_be_is_said_and_kept(staff, changed, said):
    """R13: what was typed is still there."""
    meeting = booked()
    response = post(staff, url("move", meeting.pk), **typed(meeting, joining="Ring twice", **changed))
    assert response.status_code == 422
    page = response.content.decode()
    assert said in page
    assert "Ring twice" in page
    meeting.refresh_from_db()
    assert meeting.sequence == 0


def test_the_hour_that_the_clocks_skip_is_refused():
    with time_machine.travel("2027-03-01T09:00:00Z", tick=False):
        meeting = booked()
        form = MoveForm(typed(meeting, day="2027-03-28", start="01:30"), meeting=meeting)
        assert "clocks go forward" in str(form.errors["start"])


def test_a_double_booking_is_said_on_the_page(staff):
    """R3."""
    place = room()
    other = booked(resources=[place], starts_at=tomorrow(24))
    meeting = booked(resources=[place])
    response = post(
        staff,
        url("move", meeting.pk),
        **typed(
            meeting, day=f"{other.starts_at:%Y-%m-%d}", start="10:00", resources=str(place.pk), minutes="200"
        ),
    )
    assert "Room 2 is already booked then" in response.content.decode()


def test_a_double_click_moves_once(staff):
    """R10."""
    meeting = booked()
    address = url("move", meeting.pk)
    html = staff.get(address).content.decode()
    name, token = re.findall(r'name="(?!csrf)(\w+)" value="([^"]{20,})"', html)[0]
    for _ in range(2):
        assert staff.post(address, {name: token, **typed(meeting)}).status_code == 302
    meeting.refresh_from_db()
    assert meeting.sequence == 1


def test_inviting(staff):
    meeting = booked()
    address = url("invite", meeting.pk)
    response = post(staff, address, name="Sam Reed", email="Sam@Example.org", role="Police", required="on")
    assert response.status_code == 302
    assert [(a.email, a.role, a.is_required) for a in meeting.invited][3:] == [
        ("sam@example.org", "Police", True)
    ]
    response = post(staff, address, name="Sam", email="sam@example.org")
    assert "invited already" in response.content.decode()


def test_taking_off(staff):
    meeting = booked()
    gone = meeting.invited[0]
    assert post(staff, url("uninvite", meeting.pk, gone.pk)).status_code == 302
    gone.refresh_from_db()
    assert gone.uninvited_at is not None
    other = booked()
    assert staff.get(url("uninvite", other.pk, gone.pk)).status_code == 404


def test_cancelling_needs_a_reason(staff):
    meeting = booked()
    response = post(staff, url("cancel", meeting.pk), reason=" ")
    assert "Say why the meeting is cancelled" in response.content.decode()
    response = post(staff, url("cancel", meeting.pk), reason="The room is flooded.")
    meeting.refresh_from_db()
    assert meeting.status == "cancelled"
    page = staff.get(response.url).content.decode()
    assert "The room is flooded." in page
    assert "Move or change it" not in page


def test_marking_held(staff, coordinator):
    meeting = booked(starts_at=timezone.now() - timedelta(minutes=10))
    page = url("inspect", meeting.pk)
    assert staff.get(url("held", meeting.pk)).status_code == 405
    assert post(staff, url("held", meeting.pk), page).status_code == 302
    meeting.refresh_from_db()
    assert meeting.status == "held"


def test_a_stale_button_says_so(staff, coordinator):
    """R7."""
    meeting = booked(starts_at=timezone.now() - timedelta(minutes=10))
    page = staff.get(url("inspect", meeting.pk)).content.decode()
    name, token = re.findall(r'name="(?!csrf)(\w+)" value="([^"]{20,})"', page)[0]
    actions.cancel(meeting, by=coordinator, reason="Off")
    response = staff.post(url("held", meeting.pk), {name: token})
    assert "Nothing was done" in staff.get(response.url).content.decode()


def test_rooms_are_kept_in_the_admin(staff):
    assert staff.get(reverse("resource:index")).status_code == 200
    assert staff.get(reverse("resource:add")).status_code == 200
    staff.post(reverse("resource:add"), {"kind": "room", "name": "Room 5", "is_active": "on"})
    assert Resource.objects.get().name == "Room 5"


def test_the_diary_of_a_person_is_one(consultant):
    assert Resource.objects.of(consultant) == Resource.objects.of(consultant)
    assert str(Resource.objects.of(consultant)) == "Connie Marsh"
