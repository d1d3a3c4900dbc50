"""Access needs, the agenda, and running late: from the attendee's page and from the staff side."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.urls import reverse

from changes.refusals import Refused, Stale
from mail.models import Message
from meetings import actions
from meetings.actions import joining
from meetings.models import AccessNeeds, Attendee, LateNote, Meeting
from provider.models import Provider
from tests.factories import consultations as cases
from tests.factories.meetings import meeting as booked

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _without_second_factor(settings):
    settings.STAFF_SECOND_FACTOR = False


@pytest.fixture
def meeting() -> Meeting:
    return booked(dial_in="01632 960123, code 4455#", joining="Ring at the side door.")


@pytest.fixture
def attendee(meeting) -> Attendee:
    return meeting.invited[0]


def page_of(attendee: Attendee) -> str:
    return reverse("meetings:reply", args=[attendee.reply_token])


def send(client, attendee: Attendee, act: str, **typed):
    html = client.get(page_of(attendee)).content.decode()
    token = re.findall(r'name="once" value="([^"]+)"', html)[0]
    return client.post(reverse(f"meetings:{act}", args=[attendee.reply_token]), {"once": token, **typed})


def post(client, name: str, meeting: Meeting, **typed):
    address = reverse(f"meeting:{name}", args=[meeting.pk])
    token = re.findall(r'name="once" value="([^"]+)"', client.get(address).content.decode())[0]
    return client.post(address, {"once": token, **typed})


def soon(meeting: Meeting):
    return time_machine.travel(meeting.starts_at - timedelta(minutes=30), tick=False)


def mails(name: str) -> list[Message]:
    return list(Message.objects.filter(template=f"meetings/{name}").order_by("pk"))


def test_the_invite_and_the_page_say_how_to_join(client, attendee):
    """R8: the agenda stays on the page."""
    joining.set_agenda(attendee.meeting, "1 What has happened\n2 Who does what", by=None)
    html, (letter, *_) = client.get(page_of(attendee)).content.decode(), mails("invited")
    for words in ("01632 960123, code 4455#", "Ring at the side door."):
        assert words in html
        assert words in letter.text
    assert "Who does what" in html
    calendar = bytes(letter.calendar or b"").decode().replace("\r\n ", "")
    assert "Join by phone: 01632 960123\\, code 4455#" in calendar
    assert all("Who does what" not in m.text for m in Message.objects.all())


def test_a_new_dial_in_is_a_revision_a_new_agenda_is_none(meeting, coordinator):
    """R11"""
    joining.set_agenda(meeting, "One point.", by=coordinator)
    assert (meeting.sequence, meeting.agenda) == (0, "One point.")
    actions.move(meeting, starts_at=meeting.starts_at, ends_at=meeting.ends_at, dial_in="999", by=coordinator)
    assert (meeting.sequence, meeting.dial_in) == (1, "999")


def test_access_needs_are_kept_encrypted_and_shown_to_staff_alone(client, attendee, coordinator):
    """R8, R9"""
    assert send(client, attendee, "needs", needs="Step-free access").status_code == 302
    html = client.get(page_of(attendee)).content.decode()
    assert "You have told us" in html
    assert "Step-free" not in html
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM meetings_accessneeds")
        assert "Step-free" not in cursor.fetchone()[0]
    assert all("Step-free" not in m.text for m in Message.objects.all())
    client.force_login(coordinator)
    page = reverse("meeting:inspect", args=[attendee.meeting_id])
    assert "Step-free access" in client.get(page).content.decode()
    send(client, attendee, "needs", needs="A hearing loop")
    assert AccessNeeds.objects.get().text == "A hearing loop"
    send(client, attendee, "needs", needs="")
    assert AccessNeeds.objects.count() == 0


def test_what_is_typed_wrongly_stays(client, attendee):
    """R13"""
    response = send(client, attendee, "needs", needs="x" * 501)
    assert (response.status_code, "x" * 501 in response.content.decode()) == (422, True)
    with soon(attendee.meeting):
        response = send(client, attendee, "late", minutes="soon", note="The train stands.")
    html = response.content.decode()
    assert response.status_code == 422
    assert "Enter the minutes as a whole number" in html
    assert "The train stands." in html


def test_running_late_is_on_the_meeting_s_page_and_mailed_to_us_once(client, attendee, coordinator):
    """R8, R10: the mail carries the minutes, the note stays on the page."""
    with soon(attendee.meeting):
        assert send(client, attendee, "late", minutes="15", note="Start without me").status_code == 302
        send(client, attendee, "late", minutes="15", note="Start without me")
        (letter,) = mails("late")
        assert letter.to == Provider.load().email
        assert "15 minutes" in letter.text
        assert "Start without me" not in letter.text
        client.force_login(coordinator)
        html = client.get(reverse("meeting:inspect", args=[attendee.meeting_id])).content.decode()
        assert "Person 1 is about 15 minutes late" in html
        assert "Start without me" in html


def test_the_attendee_s_page_says_what_we_told_and_what_they_told(client, attendee, coordinator):
    """R9: of what others told us, nothing."""
    other = attendee.meeting.invited[1]
    with soon(attendee.meeting):
        joining.tell_late(attendee, minutes=1)
        joining.tell_late(other, minutes=44, note="Start without me")
        joining.tell_everybody_late(attendee.meeting, minutes=20, note="Wait in the lobby.", by=coordinator)
        html = client.get(page_of(attendee)).content.decode()
    assert "We are about 20 minutes late.</strong> Wait in the lobby." in html
    assert "You told us that you will be about 1 minute late." in html
    assert "44 minutes" not in html
    assert "Start without me" not in html


@pytest.mark.parametrize(
    ("minutes", "takes"), [(-121, False), (-120, True), (30, True), (119, True), (120, False)]
)
def test_it_is_told_from_two_hours_before_until_the_end(client, attendee, minutes, takes):
    """R7"""
    with time_machine.travel(attendee.meeting.starts_at + timedelta(minutes=minutes), tick=False):
        html = client.get(page_of(attendee)).content.decode()
        assert ("Running late?" in html) == takes
        if takes:
            joining.tell_late(attendee, minutes=10)
        else:
            with pytest.raises(Stale):
                joining.tell_late(attendee, minutes=10)
    assert LateNote.objects.count() == int(takes)


def test_one_person_does_not_fill_our_mailbox(attendee):
    with soon(attendee.meeting):
        for minutes in range(1, 6):
            joining.tell_late(attendee, minutes=minutes)
        with pytest.raises(Refused, match="call us"):
            joining.tell_late(attendee, minutes=6)
    assert len(mails("late")) == 5


def test_staff_tell_everybody_by_mail_and_no_calendar_changes(client, meeting, coordinator):
    """R10, R11"""
    actions.reply(meeting.invited[1], "DECLINED", sequence=0)
    with soon(meeting):
        client.force_login(coordinator)
        assert post(client, "late", meeting, minutes="0").status_code == 422
        assert (
            post(client, "late", meeting, minutes="20", note="Please wait in the lobby.").status_code == 302
        )
    letters = mails("we_are_late")
    assert [m.to for m in letters] == ["person1@example.org", "person3@example.org"]
    assert all(m.calendar is None and "lobby" in m.text for m in letters)
    meeting.refresh_from_db()
    assert meeting.sequence == 0


@pytest.mark.parametrize("act", ["needs", "late"])
@pytest.mark.parametrize("end", ["cancelled", "taken off", "over"])
def test_nothing_is_taken_for_a_meeting_that_is_not_theirs_any_more(client, attendee, coordinator, act, end):
    """R7, R9"""
    moment = attendee.meeting.ends_at if end == "over" else attendee.meeting.starts_at
    if end == "cancelled":
        actions.cancel(attendee.meeting, by=coordinator, reason="Off")
    if end == "taken off":
        actions.uninvite(attendee, by=coordinator)
    with time_machine.travel(moment, tick=False):
        html = client.get(page_of(attendee)).content.decode()
        assert "Access</h2>" not in html
        assert "Running late?" not in html
        with pytest.raises(Stale):
            joining.tell_needs(attendee, "x") if act == "needs" else joining.tell_late(attendee, minutes=1)
    assert (AccessNeeds.objects.count(), LateNote.objects.count()) == (0, 0)


@pytest.mark.parametrize("act", ["needs", "late"])
def test_forms_of_the_page_act_by_post_and_by_its_own_link_alone(client, attendee, act):
    """R9"""
    assert client.get(reverse(f"meetings:{act}", args=[attendee.reply_token])).status_code == 405
    assert send(client, attendee, "needs", needs="x").status_code == 302
    html = client.get(page_of(attendee)).content.decode()
    token = re.findall(r'name="once" value="([^"]+)"', html)[0]
    other = reverse(f"meetings:{act}", args=["1:x"])
    assert client.post(other, {"once": token, "needs": "x", "minutes": "5"}).status_code == 404


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("coordinator", True),
        ("consultant", True),
        ("finance", False),
        ("editor", False),
        ("outsider", False),
        (None, False),
    ],
)
@pytest.mark.parametrize("act", ["agenda", "late"])
def test_agenda_and_lateness_are_for_those_who_keep_the_diary(client, request, meeting, act, who, may):
    """R9"""
    if who:
        client.force_login(request.getfixturevalue(who))
    address = reverse(f"meeting:{act}", args=[meeting.pk])
    assert (client.get(address).status_code == 200) == may


def test_the_agenda_is_written_in_the_admin(client, meeting, coordinator):
    client.force_login(coordinator)
    assert post(client, "agenda", meeting, agenda="1 Safety\n2 Plan").status_code == 302
    html = client.get(reverse("meeting:inspect", args=[meeting.pk])).content.decode()
    assert "1 Safety<br>2 Plan" in html
    assert "Agenda written" in html


def test_a_case_s_timeline_does_not_say_who_needs_what(client, referrer, council, coordinator, funder):
    """R9: not even that somebody does."""
    case = cases.booked(referrer, council, coordinator, funder)
    assert case.meeting is not None
    joining.tell_needs(case.meeting.invited[1], "A hearing loop")
    client.force_login(referrer)
    html = client.get(reverse("consultations:case", args=[case.reference])).content.decode()
    assert "Meeting booked" in html
    assert "access needs" not in html
