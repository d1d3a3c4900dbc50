"""The page behind an invite's links."""

from __future__ import annotations

import re

import icalendar
import pytest
import time_machine
from django.urls import reverse

from mail.models import Message
from meetings import actions
from meetings.models import Attendee, Meeting
from tests.factories.meetings import meeting as booked
from tests.factories.meetings import tomorrow

pytestmark = pytest.mark.django_db


def page_of(attendee: Attendee) -> str:
    return reverse("meetings:reply", args=[attendee.reply_token])


def answer(client, url: str, value: str, **extra: str):
    """As a browser does: open the page, press a button."""
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', client.get(url).content.decode()))
    return client.post(url, {**hidden, "answer": value, **extra})


@pytest.fixture
def attendee() -> Attendee:
    return booked().invited[0]


def test_the_mail_leads_to_the_page(client, attendee):
    text = Message.objects.order_by("pk")[0].text
    links = re.findall(r"http://testserver(/meetings/reply/\S+)", text)
    assert [link.rpartition("=")[2] for link in links] == ["ACCEPTED", "TENTATIVE", "DECLINED"]
    url = links[0]
    page = client.get(url).content.decode()
    assert "Consultation C-26-7K4M" in page
    assert attendee.meeting.when in page
    assert "Room 2, 1 Example Street" in page


def test_the_answers_come_before_what_is_long_to_read(client, attendee):
    """On a phone the buttons are reached before directions and agenda."""
    Meeting.objects.update(joining="Left at the church.", agenda="1 Safety")
    page = client.get(page_of(attendee)).content.decode()
    places = [page.index(text) for text in ("Room 2", ">Decline</button>", "Left at the church", "1 Safety")]
    assert places == sorted(places)


def test_opening_the_page_changes_nothing(client, attendee):
    """A mail scanner opens every link."""
    client.get(page_of(attendee) + "?answer=ACCEPTED")
    client.head(page_of(attendee) + "?answer=DECLINED")
    attendee.refresh_from_db()
    assert (attendee.partstat, attendee.rsvp_at) == ("NEEDS-ACTION", None)


@pytest.mark.parametrize("value", ["ACCEPTED", "TENTATIVE", "DECLINED"])
def test_a_button_answers(client, attendee, value):
    response = answer(client, page_of(attendee), value)
    assert (response.status_code, response.url) == (302, page_of(attendee))
    attendee.refresh_from_db()
    assert attendee.partstat == value
    assert "Thank you" in client.get(response.url).content.decode()


def test_an_answer_can_be_changed(client, attendee):
    answer(client, page_of(attendee), "ACCEPTED")
    answer(client, page_of(attendee), "DECLINED")
    attendee.refresh_from_db()
    assert attendee.partstat == "DECLINED"


@pytest.mark.parametrize("junk", ["", "YES", "\x00", "ACCEPTED'--", "9" * 3000])
def test_another_answer_is_told_and_kept_out(client, attendee, junk):
    response = answer(client, page_of(attendee), junk)
    assert response.status_code == 302
    assert "Choose whether you are coming" in client.get(response.url).content.decode()
    attendee.refresh_from_db()
    assert attendee.partstat == "NEEDS-ACTION"


@pytest.mark.parametrize("sequence", ["x", "-1", "9" * 400, "", "²"])
def test_a_garbled_revision_is_no_error(client, attendee, sequence):
    assert answer(client, page_of(attendee), "ACCEPTED", sequence=sequence).status_code == 302


def test_an_answer_to_the_old_time_is_not_taken_for_the_new(client, attendee, coordinator):
    """R7."""
    meeting = attendee.meeting
    actions.move(meeting, starts_at=tomorrow(3), ends_at=tomorrow(4), by=coordinator)
    response = answer(client, page_of(attendee), "ACCEPTED", sequence="0")
    page = client.get(response.url).content.decode()
    assert "The time has changed since you opened this page" in page
    assert meeting.when in page
    attendee.refresh_from_db()
    assert attendee.partstat == "NEEDS-ACTION"


@pytest.mark.parametrize("token", ["1", "1:abc", "abc", "0:0:0", "%00", "١:x", "9" * 500])
@pytest.mark.parametrize("page", ["reply/{}/", "reply/{}/meeting.ics"])
def test_another_link_is_not_found(client, attendee, token, page):
    """R9. Whoever guesses a number gets nothing."""
    token = token.replace("1", str(attendee.pk), 1)
    assert client.get("/meetings/" + page.format(token)).status_code == 404


def test_whoever_was_taken_off_sees_no_more_of_it(client, attendee, coordinator):
    """R9."""
    actions.uninvite(attendee, by=coordinator)
    page = client.get(page_of(attendee)).content.decode()
    assert "no longer on the list" in page
    assert "Room 2" not in page
    assert client.get(page_of(attendee) + "meeting.ics").status_code == 404


def test_a_cancelled_meeting_asks_nothing(client, attendee, coordinator):
    actions.cancel(attendee.meeting, by=coordinator, reason="Off")
    page = client.get(page_of(attendee)).content.decode()
    assert "This meeting is cancelled" in page
    assert 'name="answer"' not in page


def test_a_meeting_that_is_over_asks_nothing(client, attendee):
    with time_machine.travel(attendee.meeting.ends_at, tick=False):
        page = client.get(page_of(attendee)).content.decode()
    assert "This meeting is over" in page
    assert 'name="answer"' not in page


def test_the_file_holds_the_meeting_and_its_name_the_reference(client, attendee):
    """R8."""
    response = client.get(page_of(attendee) + "meeting.ics")
    assert response["Content-Disposition"] == 'attachment; filename="meeting-C-26-7K4M.ics"'
    calendar = icalendar.Calendar.from_ical(response.content)
    (event,) = calendar.walk("VEVENT")
    assert calendar["method"] == "PUBLISH"
    assert event.decoded("dtstart") == attendee.meeting.starts_at
    assert "attendee" not in event


def test_pages_of_a_personal_link_are_not_kept_or_found(client, attendee):
    response = client.get(page_of(attendee))
    assert "no-store" in response["Cache-Control"]
    assert '<meta name="robots" content="noindex">' in response.content.decode()
