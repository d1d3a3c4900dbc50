"""Proposed times on the desk, and who has answered on the pages of a case and of a booking."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from home.desk import needs_of
from meetings import actions
from meetings.models import Proposal
from tests.factories import consultations as cases
from tests.factories.meetings import meeting as booked
from tests.factories.meetings import people, tomorrow

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _without_second_factor(settings):
    settings.STAFF_SECOND_FACTOR = False


def proposed(attendee: Any, minutes: int = 0) -> Proposal:
    return Proposal.objects.create(
        attendee=attendee,
        starts_at=tomorrow(24),
        ends_at=tomorrow(26),
        sequence=0,
        stamp=timezone.now() + timedelta(minutes=minutes),
    )


def test_a_proposed_time_is_on_the_desk_of_those_who_keep_the_diary(coordinator, finance):
    """R9. A later one of the same person takes its place; a move makes it out of date."""
    meeting = booked()
    proposed(meeting.invited[0])
    latest = proposed(meeting.invited[0], minutes=1)
    (need,) = needs_of(coordinator)
    assert (need.reference, need.label, need.who) == ("C-26-7K4M", "Accept or decline the time", "Person 1")
    assert latest.when in need.what
    assert need.href == reverse("meeting:inspect", args=[meeting.pk])
    assert needs_of(finance) == []
    actions.move(meeting, starts_at=tomorrow(5), ends_at=tomorrow(6), by=coordinator)
    assert needs_of(coordinator) == []


def test_the_desk_asks_as_often_for_one_as_for_fifty(coordinator):
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert len(needs_of(coordinator)) == Proposal.objects.count()
        return len(queries)

    everybody = booked(invitees=people(50)).invited
    proposed(everybody[0])
    asked()
    once = asked()
    for attendee in everybody[1:]:
        proposed(attendee)
    assert asked() == once


def test_the_case_says_who_answered_and_whether_the_mail_arrived(
    client, referrer, council, coordinator, funder
):
    case = cases.documented(referrer, council, coordinator, funder)
    meeting = booked(title=case.title, about=case.reference)
    case.meetings.add(meeting)
    actions.reply(meeting.invited[0], "TENTATIVE", sequence=0)
    client.force_login(coordinator)
    page = client.get(reverse("consultation:inspect", args=[case.pk])).content.decode()
    row = page[page.index("<td>Person 1") :].partition("</tr>")[0]
    assert "Perhaps" in row
    assert "Queued" in row
