"""Booking the meeting, and what has to come first."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from changes.refusals import Refused
from consultations import actions
from consultations.models import Consultation, ConsultationSettings
from meetings.models import Meeting, Resource
from tests.consultations.conftest import url
from tests.factories import consultations as cases

pytestmark = pytest.mark.django_db


def book(case, by, **given):
    starts_at = timezone.now() + timedelta(days=5)
    return actions.book_meeting(
        case, starts_at=starts_at, ends_at=starts_at + timedelta(hours=1), by=by, **given
    )


def test_no_meeting_before_funding(referrer, council, coordinator, funder):
    """R3"""
    case = cases.quoted(referrer, council, coordinator, funder)

    with pytest.raises(Refused, match="Funding is not agreed yet"):
        book(case, coordinator)

    assert Meeting.objects.count() == 0


def test_a_setting_may_relax_it(referrer, council, coordinator, funder):
    """R3: the service decides."""
    settings = ConsultationSettings.load()
    settings.book_before_funding = True
    settings.save()
    case = cases.quoted(referrer, council, coordinator, funder)

    book(case, coordinator)

    assert cases.fresh(case).meeting is not None


def test_the_referrer_and_the_network_are_invited_once_each(
    referrer, council, coordinator, funder, consultant
):
    case = cases.documented(referrer, council, coordinator, funder)
    actions.allocate(case, consultant=consultant, by=coordinator)

    meeting = book(cases.fresh(case), coordinator)

    assert sorted(a.email for a in meeting.attendees.all()) == [
        "consultant@example.nhs.uk",
        "referrer@example.gov.uk",
        "sam.brook@example.org",
    ]
    assert meeting.title == case.title


def test_both_consultants_are_invited_and_kept_free_for_it(
    referrer, council, coordinator, funder, consultant, lead, staff
):
    case = cases.documented(referrer, council, coordinator, funder)
    actions.allocate(case, consultant=consultant, second=lead, by=coordinator)
    form = staff(coordinator).get(url("book", case)).context["form"]
    assert form.initial["resources"] == [Resource.objects.of(one).pk for one in (consultant, lead)]

    meeting = book(cases.fresh(case), coordinator)

    ours = {a.email: a.user for a in meeting.attendees.all() if a.user_id != referrer.pk and a.user_id}
    assert ours == {consultant.email: consultant, lead.email: lead}


def test_one_meeting_stands_at_a_time(referrer, council, coordinator, funder):
    case = cases.booked(referrer, council, coordinator, funder)

    with pytest.raises(Refused, match="A meeting stands already"):
        book(case, coordinator)


@pytest.mark.parametrize("status", [s for s in Consultation.Status if s != Consultation.Status.ACCEPTED])
def test_only_an_accepted_case_is_booked(referrer, council, coordinator, funder, status):
    """R7"""
    case = cases.documented(referrer, council, coordinator, funder)
    Consultation.objects.filter(pk=case.pk).update(status=status)

    with pytest.raises(Refused, match="Accept the referral"):
        book(case, coordinator)
