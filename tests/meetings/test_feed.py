"""Subscription feeds: whose meetings, the marks of change, and the secret address."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import icalendar
import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from meetings import actions, feeds
from meetings.actions import Invitee
from meetings.actions import feed as addresses
from meetings.actions import poll as polls
from meetings.models import Feed, Resource
from provider.models import Provider
from tests.factories.meetings import meeting as booked
from tests.factories.meetings import people, poll, room, series, tomorrow

pytestmark = pytest.mark.django_db
MINE, TEAM = Feed.Kind.MINE, Feed.Kind.TEAM


@pytest.fixture(autouse=True)
def _without_second_factor(settings):
    settings.STAFF_SECOND_FACTOR = False


def address(user, kind: str = TEAM) -> str:
    return reverse("meetings:feed", args=[kind, addresses.make_address(user, kind)])


def events(response) -> list[Any]:
    assert response.status_code == 200
    return icalendar.Calendar.from_ical(response.content).walk("VEVENT")


def queries(client, url: str, **headers: str) -> int:
    with CaptureQueriesContext(connection) as caught:
        client.get(url, headers=headers)
    return len(caught)


def test_everybody_s_feed_shows_every_meeting_that_stands(client, coordinator):
    """R8, R11: published under its UID, with its reference and nobody's name."""
    kept, off = booked(joining="Ring twice."), booked(title="Consultation C-26-FFFF")
    actions.cancel(off, by=coordinator, reason="Off")
    response = client.get(address(coordinator))
    (event,) = events(response)
    assert (event["uid"], event["summary"], event["status"]) == (kept.uid, kept.title, "CONFIRMED")
    assert event.decoded("dtstart") == kept.starts_at
    assert "attendee" not in event
    text = response.content.decode()
    for words in ("METHOD:PUBLISH", "REFRESH-INTERVAL;VALUE=DURATION:PT1H", "X-PUBLISHED-TTL:PT1H"):
        assert words in text
    assert "Ring twice" not in text
    assert response["Content-Type"] == "text/calendar; method=PUBLISH; charset=utf-8"
    assert max(len(line) for line in response.content.split(b"\r\n")) <= 75


def test_one_s_own_feed_shows_what_one_is_invited_to_or_booked_for(client, coordinator, consultant):
    invited = booked(invitees=[Invitee("Connie Marsh", consultant.email, user=consultant)])
    kept = booked(resources=[Resource.objects.of(consultant)], starts_at=tomorrow(5))
    booked(starts_at=tomorrow(9))
    url = address(consultant, MINE)
    assert [e["uid"] for e in events(client.get(url))] == [invited.uid, kept.uid]
    actions.uninvite(invited.invited[0], by=coordinator)
    assert [e["uid"] for e in events(client.get(url))] == [kept.uid]


def test_it_reaches_three_months_back_and_twelve_ahead(client, coordinator):
    shown = []
    for days in (-100, -80, 1, 360, 370):
        with time_machine.travel(timezone.now() + timedelta(days=min(days, 0) - 1), tick=False):
            one = booked(starts_at=tomorrow() + timedelta(days=max(days, 0)))
        shown += [one.uid] if -92 < days < 366 else []
    assert [e["uid"] for e in events(client.get(address(coordinator)))] == shown


def test_each_date_of_a_series_is_an_event_of_its_own(client, coordinator):
    """Their UID is the series': without its rule beside them, a calendar would show one of them alone."""
    made = series()
    shown = events(client.get(address(coordinator)))
    assert len({event["UID"] for event in shown}) == len(made.listed) == len(shown) == 4
    assert not [event for event in shown if "RECURRENCE-ID" in event]


def test_what_is_held_for_a_poll_is_tentative(client, coordinator, consultant):
    diary = Resource.objects.of(consultant)
    made = poll(resources=[diary, room()])
    for kind, who in ((TEAM, coordinator), (MINE, consultant)):
        found = events(client.get(address(who, kind)))
        assert [(e["summary"], e["status"]) for e in found] == [
            ("Held: Consultation C-26-7K4M", "TENTATIVE")
        ] * 3
    assert events(client.get(address(coordinator, MINE))) == []
    url = address(consultant, MINE)
    polls.close(made, by=coordinator, reason="No date.")
    assert events(client.get(url)) == []


def test_nothing_new_is_a_304_after_one_query_without_an_event_read(client, coordinator):
    for hours in range(0, 30, 3):
        booked(starts_at=tomorrow(hours))
    url = address(coordinator)
    Provider.load()
    first = client.get(url)
    again = client.get(url, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    since = client.get(url, headers={"If-Modified-Since": first["Last-Modified"]})
    assert (since.status_code, since["Last-Modified"]) == (304, first["Last-Modified"])
    assert queries(client, url, **{"If-None-Match": first["ETag"]}) == 1
    assert queries(client, url) == 3


CHANGES: dict[str, Any] = {
    "booked": lambda meeting, by: booked(starts_at=tomorrow(60)),
    "moved": lambda meeting, by: actions.move(meeting, starts_at=tomorrow(3), ends_at=tomorrow(4), by=by),
    "its place": lambda meeting, by: actions.move(
        meeting, starts_at=meeting.starts_at, ends_at=meeting.ends_at, place="Room 7", by=by
    ),
    "cancelled": lambda meeting, by: actions.cancel(meeting, by=by, reason="Off"),
    "taken off": lambda meeting, by: actions.uninvite(meeting.invited[0], by=by),
    "held times": lambda meeting, by: poll(resources=[Resource.objects.get()]),
    "our phone": lambda meeting, by: Provider.objects.update(phone="01632 960999"),
}


@pytest.mark.parametrize("kind", [MINE, TEAM])
@pytest.mark.parametrize("change", CHANGES)
def test_each_change_is_a_new_etag(client, consultant, coordinator, change, kind):
    meeting = booked(
        invitees=[Invitee("Connie Marsh", consultant.email, user=consultant)],
        resources=[Resource.objects.of(consultant)],
    )
    url = address(consultant, kind)
    before = client.get(url)
    with time_machine.travel(timezone.now() + timedelta(seconds=2), tick=False):
        CHANGES[change](meeting, coordinator)
        after = client.get(url, headers={"If-None-Match": before["ETag"]})
    if change == "booked" and kind == MINE:
        assert after.status_code == 304
    else:
        assert (after.status_code, after["ETag"] == before["ETag"]) == (200, False)


def test_last_modified_moves_also_when_a_meeting_leaves_the_feed(client, consultant, coordinator):
    """For programs that know no ETag."""
    meeting = booked(invitees=[Invitee("Connie Marsh", consultant.email, user=consultant)])
    url = address(consultant, MINE)
    before = client.get(url)
    with time_machine.travel(timezone.now() + timedelta(seconds=5), tick=False):
        actions.uninvite(meeting.invited[0], by=coordinator)
        after = client.get(url, headers={"If-Modified-Since": before["Last-Modified"]})
    assert after.status_code == 200


def test_a_new_address_ends_the_old_and_turning_off_ends_both(client, coordinator):
    """R9. Only a digest is kept."""
    old, new = address(coordinator), address(coordinator)
    assert client.get(old).status_code == 404
    assert client.get(new).status_code == 200
    secret = new.rsplit("/", 1)[1].removesuffix(".ics")
    assert secret not in str(Feed.objects.values())
    addresses.turn_off(coordinator, TEAM)
    assert client.get(new).status_code == 404


@pytest.mark.parametrize("end", ["left", "no longer staff", "other role"])
def test_the_address_of_whoever_left_answers_nothing(client, coordinator, end):
    """R9"""
    url = address(coordinator)
    if end == "other role":
        coordinator.groups.clear()
    else:
        setattr(coordinator, "is_active" if end == "left" else "is_staff", False)
        coordinator.save()
    assert client.get(url).status_code == 404


@pytest.mark.parametrize("path", ["team/x.ics", "mine/{}.ics", "other/{}.ics", "team/{}x.ics"])
def test_another_address_answers_nothing(client, coordinator, path):
    """R9: also the secret of one kind under the other."""
    secret = addresses.make_address(coordinator, TEAM)
    assert client.get(f"/meetings/feeds/{path.format(secret)}").status_code == 404


def test_times_are_london_s_on_both_sides_of_the_clock_changes(client, coordinator):
    """R11: 10 o'clock is 10 o'clock, by the library's reading."""
    with time_machine.travel("2026-10-20T09:00:00Z", tick=False):
        for day in ("2026-10-23T09:00", "2026-10-26T10:00", "2027-03-26T10:00", "2027-03-29T09:00"):
            booked(starts_at=datetime.fromisoformat(f"{day}:00+00:00"))
        found = events(client.get(address(coordinator)))
    assert [e["dtstart"].to_ical().decode()[9:] for e in found] == ["100000"] * 4


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("coordinator", True),
        ("consultant", True),
        ("lead", True),
        ("finance", False),
        ("editor", False),
        ("referrer", False),
        (None, False),
    ],
)
def test_addresses_are_for_those_who_see_the_diary(client, request, who, sees):
    """R9"""
    if who:
        client.force_login(request.getfixturevalue(who))
    assert (client.get(reverse("feed:index")).status_code == 200) == sees
    if who in ("finance", "editor"):
        assert "Calendar addresses" not in client.get("/admin/").content.decode()


def test_one_gets_copies_replaces_and_turns_off_one_s_address(client, coordinator):
    client.force_login(coordinator)
    index = reverse("feed:index")

    def press(kind: str, act: str) -> str:
        token = re.findall(r'name="once" value="([^"]+)"', client.get(index).content.decode())[0]
        response = client.post(reverse(f"feed:{act}", args=[kind]), {"once": token}, follow=True)
        return response.content.decode()

    shown = re.findall(r'value="http://testserver(/meetings/feeds/mine/[^"]+)"', press("mine", "make"))
    assert client.get(shown[0]).status_code == 200
    assert "/meetings/feeds/" not in client.get(index).content.decode()
    again = re.findall(r'value="http://testserver(/meetings/feeds/mine/[^"]+)"', press("mine", "make"))
    assert [client.get(url).status_code for url in (shown[0], again[0])] == [404, 200]
    assert "The address is off" in press("mine", "stop")
    assert "off already" in press("mine", "stop")
    assert client.get(again[0]).status_code == 404
    assert client.get(reverse("feed:make", args=["mine"])).status_code == 405
    assert "Calendar addresses" in client.get(reverse("wagtailadmin_account")).content.decode()


def test_the_same_values_are_written_once(client, coordinator):
    """The feed's lines are remembered: a second reading asks the library for none."""
    booked(invitees=people(1))
    url = address(coordinator)
    feeds._meeting.cache_clear()
    assert client.get(url).content == client.get(url).content
    assert (feeds._meeting.cache_info().misses, feeds._meeting.cache_info().hits) == (1, 1)
