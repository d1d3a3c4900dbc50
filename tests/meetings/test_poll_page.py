"""The page behind a date poll's link."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from mail.models import Message
from meetings import actions
from meetings.actions import poll as polls
from meetings.models import Meeting, Vote
from tests.factories.meetings import booking, poll, vote

pytestmark = pytest.mark.django_db


def page_of(voter) -> str:
    return reverse("meetings:poll", args=[voter.link_token])


def send(client, voter, *answers: str, page: str = ""):
    """As a browser does: open the page, choose, press the button."""
    html = page or client.get(page_of(voter)).content.decode()
    (token,) = re.findall(r'name="once" value="([^"]+)"', html)
    given = zip(voter.poll.slots.all(), answers, strict=False)
    return client.post(page_of(voter), {"once": token, **{f"slot_{s.pk}": a for s, a in given}})


def test_the_mail_leads_to_the_page_which_names_times_and_nobody_else(client):
    """R9: what others said is not shown."""
    made = vote(poll(), "", "yyy")
    (url,) = set(re.findall(r"http://testserver(/meetings/poll/\S+)", Message.objects.order_by("pk")[0].text))
    html = client.get(url).content.decode()
    assert all(slot.when in html for slot in made.slots.all())
    assert html.count('type="radio"') == 9
    assert "Person 2" not in html


def test_opening_the_page_changes_nothing(client):
    """A mail scanner opens every link."""
    voter = poll().voters.all()[0]
    client.get(page_of(voter))
    client.head(page_of(voter))
    voter.refresh_from_db()
    assert (voter.answered_at, Vote.objects.count()) == (None, 0)


def test_answers_are_kept_and_may_be_changed(client):
    voter = poll().voters.all()[0]
    response = send(client, voter, "yes", "maybe", "no")
    assert (response.status_code, response.url) == (302, page_of(voter))
    html = client.get(response.url).content.decode()
    assert "Thank you" in html
    assert html.count("checked") == 3
    send(client, voter, "no", "no", "yes")
    assert list(voter.votes.values_list("answer", flat=True)) == ["no", "no", "yes"]


def test_a_missing_answer_is_said_at_its_time_and_the_others_stay(client):
    """R13"""
    voter = poll().voters.all()[0]
    response = send(client, voter, "yes", "maybe")
    html = response.content.decode()
    assert response.status_code == 422
    assert f"Say whether {voter.poll.slots.all()[2].when} suits" in html
    assert html.count("checked") == 2
    assert Vote.objects.count() == 0


def test_a_poll_that_closed_meanwhile_says_so(client, coordinator):
    """R7"""
    made = poll()
    voter = made.voters.all()[0]
    html = client.get(page_of(voter)).content.decode()
    polls.close(made, by=coordinator, reason="No")
    response = send(client, voter, "yes", "yes", "yes", page=html)
    html = client.get(response.url).content.decode()
    assert "This date poll is closed" in html
    assert 'type="radio"' not in html
    assert Vote.objects.count() == 0


def test_a_settled_poll_says_when_the_meeting_is_now(client, coordinator):
    """It may be moved or called off after it was chosen."""
    made = vote(poll(), "yyy", "yyy", "yyy")
    page = page_of(made.voters.all()[0])
    meeting = polls.settle(made, made.slots.all()[1], by=coordinator, book=booking)
    assert f'fp-turn__sentence">{meeting.when}' in client.get(page).content.decode()
    later = meeting.starts_at + timedelta(hours=3)
    actions.move(meeting, starts_at=later, ends_at=later + timedelta(hours=1), by=coordinator)
    html = client.get(page).content.decode()
    assert Meeting.objects.get().when in html
    assert made.slots.all()[1].when not in html
    actions.cancel(meeting, by=coordinator, reason="The room is gone.")
    assert "The meeting was called off" in client.get(page).content.decode()


@pytest.mark.parametrize("token", ["1", "1-1", "1-1:abc", "x", "9" * 300])
def test_another_link_opens_nothing(client, token):
    """R9"""
    poll()
    assert client.get(f"/meetings/poll/{token}/").status_code == 404


def test_a_link_ends(client):
    """R9: after the last time that was offered."""
    made = poll()
    voter = made.voters.all()[0]
    last = made.slots.all()[2].ends_at
    with time_machine.travel(last, tick=False):
        assert client.get(page_of(voter)).status_code == 404


def test_whoever_was_taken_off_gets_nothing(client, coordinator):
    """R9"""
    voter = poll().voters.all()[0]
    polls.take_off(voter, by=coordinator)
    response = client.get(page_of(voter))
    assert response.status_code == 404
    assert "This link no longer works" in response.content.decode()


def test_the_page_of_a_personal_link_is_not_kept_or_found(client):
    response = client.get(page_of(poll().voters.all()[0]))
    assert "no-store" in response["Cache-Control"]
    assert '<meta name="robots" content="noindex">' in response.content.decode()
