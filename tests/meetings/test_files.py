"""The meeting as a file, from every page that shows it to somebody signed in."""

from __future__ import annotations

import icalendar
import pytest
from django.urls import reverse

from meetings import actions
from tests.factories import consultations as cases
from tests.factories import training as bookings

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _without_second_factor(settings):
    settings.STAFF_SECOND_FACTOR = False


def summary(response) -> str:
    assert response.status_code == 200
    (event,) = icalendar.Calendar.from_ical(response.content).walk("VEVENT")
    return str(event["summary"])


def test_a_case_s_meeting_is_downloaded_by_its_referrer_and_by_staff_alone(
    client, request, referrer, council, coordinator, funder
):
    """R8, R9"""
    case = cases.booked(referrer, council, coordinator, funder)
    ours = reverse("consultations:meeting_file", args=[case.reference])
    client.force_login(referrer)
    page = client.get(reverse("consultations:case", args=[case.reference])).content.decode()
    assert ours in page
    response = client.get(ours)
    assert summary(response) == f"Consultation {case.reference}"
    assert response["Content-Disposition"] == f'attachment; filename="meeting-{case.reference}.ics"'
    for who in ("colleague", "outsider"):
        client.force_login(request.getfixturevalue(who))
        assert client.get(ours).status_code == 404
    meeting = case.meeting
    assert meeting is not None
    staff = reverse("meeting:file", args=[meeting.pk])
    assert client.get(staff).status_code == 404
    for who, sees in (("coordinator", True), ("finance", False), ("editor", False)):
        client.force_login(request.getfixturevalue(who))
        assert (client.get(staff).status_code == 200) == sees
    client.force_login(coordinator)
    assert staff in client.get(reverse("meeting:inspect", args=[meeting.pk])).content.decode()
    assert staff in client.get(reverse("consultation:inspect", args=[case.pk])).content.decode()
    actions.cancel(meeting, by=coordinator, reason="Off")
    client.force_login(referrer)
    assert client.get(ours).status_code == 404


def test_a_booking_s_day_is_downloaded_by_its_booker(
    client, request, referrer, council, coordinator, consultant
):
    """R9"""
    booking = bookings.confirmed(referrer, council, coordinator, consultant)
    ours = reverse("training:meeting_file", args=[booking.reference])
    client.force_login(referrer)
    assert ours in client.get(reverse("training:booking", args=[booking.reference])).content.decode()
    assert summary(client.get(ours)) == f"Training {booking.reference}"
    client.force_login(request.getfixturevalue("outsider"))
    assert client.get(ours).status_code == 404
    client.logout()
    assert client.get(ours).status_code == 302
