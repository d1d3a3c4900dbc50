"""Another time that somebody proposes: staff hear of it, and take it or keep theirs, on a page of its own."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from changes.refusals import Stale
from mail.models import Message
from meetings import actions, emails
from meetings.models import Attendee, Leave, Meeting, Proposal, Resource
from meetings.received import read_mail
from provider.models import Provider
from tests.factories.meetings import meeting as booked
from tests.meetings.letters import letter

pytestmark = pytest.mark.django_db
REASON = "She comes in for it."


@pytest.fixture(autouse=True)
def _without_second_factor(settings):
    settings.STAFF_SECOND_FACTOR = False


@pytest.fixture
def diary() -> Resource:
    return Resource.objects.create(kind=Resource.Kind.PERSON, name="Connie Marsh")


@pytest.fixture
def proposal(diary) -> Proposal:
    attendee = booked(resources=[diary]).invited[0]
    start = attendee.meeting.starts_at + timedelta(days=2)
    actions.take_in(read_mail(letter("outlook_counter", attendee, starts_at=start)))
    return Proposal.objects.get()


def url(name: str, proposal: Proposal) -> str:
    return reverse(f"meeting:{name}", args=[proposal.attendee.meeting_id, proposal.pk])


def page(proposal: Proposal) -> str:
    return reverse("meeting:inspect", args=[proposal.attendee.meeting_id])


def away(diary: Resource, proposal: Proposal) -> None:
    day = timezone.localdate(proposal.starts_at)
    Leave.objects.create(resource=diary, first_on=day, last_on=day)


def press(client: Any, address: str, on: str, **typed: str) -> Any:
    html = client.get(on).content.decode()
    token = re.findall(r'name="(?!csrf)(\w+)" value="([^"]{20,})"', html)[0]
    return client.post(address, {token[0]: token[1], **typed})


def test_staff_are_mailed_once_without_what_was_written(proposal):
    """R8, R10."""
    attendee = Attendee.objects.select_related("meeting").get(pk=proposal.attendee_id)
    actions.take_in(
        read_mail(
            letter("outlook_counter", attendee, starts_at=proposal.starts_at, stamped_at=proposal.stamp)
        )
    )
    (told,) = Message.objects.filter(template="meetings/time_proposed")
    assert told.to == Provider.load().email
    assert told.subject == "Another time is proposed: Consultation C-26-7K4M"
    for body in (told.text, told.html):
        assert proposal.when in body
        assert page(proposal) in body
        assert "They left a note" in body
        assert proposal.comment not in body


def test_when_the_mail_cannot_be_written_nothing_is_proposed(diary, monkeypatch):
    """R10."""
    attendee = booked(resources=[diary]).invited[0]
    raw = letter("outlook_counter", attendee, starts_at=attendee.meeting.starts_at + timedelta(days=1))

    def fails(*args: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(emails, "time_proposed", fails)
    with pytest.raises(OSError, match="disk"):
        actions.take_in(read_mail(raw))
    assert not Proposal.objects.exists()


@pytest.mark.parametrize(
    ("person", "status"),
    [
        ("coordinator", 200),
        ("consultant", 200),
        ("finance", 302),
        ("editor", 302),
        ("referrer", 404),
        (None, 302),
    ],
)
def test_proposals_are_for_those_who_keep_the_diary(client, request, proposal, person, status):
    """R9."""
    if person:
        client.force_login(request.getfixturevalue(person))
    assert client.get(url("accept_proposal", proposal)).status_code == status
    other = booked(about="C-26-1111")
    wrong = reverse("meeting:accept_proposal", args=[other.pk, proposal.pk])
    assert client.get(wrong).status_code == (status if status == 302 else 404)
    if status != 200:
        client.post(url("accept_proposal", proposal))
        client.post(url("decline_proposal", proposal))
        proposal.refresh_from_db()
        assert proposal.status == Proposal.Status.OPEN


def test_a_proposed_time_is_taken_from_the_meeting_s_page(client, coordinator, proposal):
    """R7. Nothing speaks against it, so no reason is asked for. A second press changes nothing."""
    client.force_login(coordinator)
    assert url("accept_proposal", proposal) in client.get(page(proposal)).content.decode()
    asked = client.get(url("accept_proposal", proposal)).content.decode()
    assert proposal.when in asked
    assert "despite" not in asked
    assert (
        press(client, url("accept_proposal", proposal), url("accept_proposal", proposal)).status_code == 302
    )
    meeting = Meeting.objects.get()
    assert (meeting.starts_at, meeting.sequence) == (proposal.starts_at, 1)
    again = client.get(url("accept_proposal", proposal), follow=True).content.decode()
    assert "has been decided" in again


def test_against_leave_a_reason_is_asked_for_and_kept(client, coordinator, proposal, diary):
    """R3's warnings: as for any meeting that is moved."""
    away(diary, proposal)
    client.force_login(coordinator)
    address = url("accept_proposal", proposal)
    asked = client.get(address).content.decode()
    assert "Connie Marsh is marked" in asked
    response = press(client, address, address, despite=" ")
    assert response.status_code == 422
    assert "Say why the meeting is moved all the same" in response.content.decode()
    assert Meeting.objects.get().sequence == 0
    press(client, address, address, despite=REASON)
    assert Meeting.objects.get().starts_at == proposal.starts_at
    assert ModelLogEntry.objects.get(action="meeting.despite").data["reason"] == REASON


def test_the_action_itself_asks_for_the_reason(coordinator, proposal, diary):
    away(diary, proposal)
    with pytest.raises(actions.Unsuitable):
        actions.accept_proposal(proposal, by=coordinator)
    proposal.refresh_from_db()
    assert proposal.status == Proposal.Status.OPEN
    actions.accept_proposal(proposal, by=coordinator, despite=REASON)
    assert Meeting.objects.get().starts_at == proposal.starts_at


def test_a_clash_is_told_on_the_page_and_no_reason_helps(client, coordinator, proposal, diary):
    """R3."""
    booked(resources=[diary], starts_at=proposal.starts_at, about="C-26-1111")
    client.force_login(coordinator)
    address = url("accept_proposal", proposal)
    response = press(client, address, address, despite=REASON)
    assert response.status_code == 422
    assert "Connie Marsh is already booked then" in response.content.decode()


def test_a_proposed_time_is_declined_with_a_button(client, coordinator, proposal):
    client.force_login(coordinator)
    press(client, url("decline_proposal", proposal), page(proposal))
    proposal.refresh_from_db()
    assert proposal.status == Proposal.Status.DECLINED
    assert Message.objects.filter(method="DECLINECOUNTER").count() == 1
    with pytest.raises(Stale):
        actions.accept_proposal(proposal, by=coordinator)
