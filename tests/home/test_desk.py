"""What needs you: each role its own, the oldest promise first, nothing of a case to those who read none."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from consultations.models import Consultation
from home.desk import needs_of
from tests.factories import consultations as cases
from tests.factories import training as bookings

World = tuple[Any, Any, Any, Any]  # referrer, council, coordinator, funder
pytestmark = pytest.mark.django_db


def told(user) -> list[str]:
    return [need.label for need in needs_of(user)]


@pytest.fixture
def world(referrer, council, coordinator, funder) -> World:
    return (referrer, council, coordinator, funder)


def test_coordinator_hears_of_triage_quotes_and_meetings_oldest_first(
    world: World, coordinator, referrer, council
):
    cases.documented(*world)
    cases.accepted(referrer, council, coordinator)
    old = cases.submitted(referrer, council)
    Consultation.objects.filter(pk=old.pk).update(submitted_at=timezone.now() - timedelta(days=8))
    cases.quoted(*world)
    cases.draft(referrer, council)

    assert told(coordinator) == [
        "Read the referral and decide",
        "Book the meeting",
        "Send the funder a quote",
    ]
    assert [n.days for n in needs_of(coordinator)] == [8, 0, 0]


def test_consultant_hears_of_their_own_cases_alone(world: World, consultant):
    """R9"""
    mine, other = cases.met(*world), cases.met(*world)
    Consultation.objects.filter(pk=mine.pk).update(lead_consultant=consultant)
    assert [n.reference for n in needs_of(consultant)] == [mine.reference]
    assert told(consultant) == ["Write the recommendations"]
    assert other.reference != mine.reference


def test_lead_hears_of_drafts_to_review_and_of_cases_nobody_leads(world: World, consultant, lead):
    report = cases.written(*world, consultant)
    cases.actions.send_for_review(report, by=consultant)
    cases.quoted(*world)
    own = cases.written(*world, lead)
    cases.actions.send_for_review(own, by=lead)
    Consultation.objects.filter(pk=own.consultation_id).update(lead_consultant=lead)
    assert sorted(told(lead)) == ["Name the lead consultant", "Review the draft and sign it off"]


def test_finance_hears_of_invoices_by_order_and_nothing_of_the_case(
    world: World, consultant, lead, finance, client, settings
):
    """R9"""
    settings.STAFF_SECOND_FACTOR = False
    case: Any = cases.issued(*world, consultant, lead).consultation
    assert [(n.reference, n.label) for n in needs_of(finance)] == [
        (case.order.reference, "Issue the invoice")
    ]
    client.force_login(finance)
    page = client.get("/admin/").content.decode()
    assert case.order.reference in page
    assert f"/admin/consultations/{case.pk}/" not in page


def test_overdue_invoices_come_up_for_finance(world: World, consultant, lead, finance, monkeypatch):
    from billing.actions import issue_invoice

    case: Any = cases.issued(*world, consultant, lead).consultation
    invoice = issue_invoice(case.order, by=finance)
    assert needs_of(finance) == []
    later = timezone.localdate() + timedelta(days=40)
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *args: later)
    (need,) = needs_of(finance)
    assert need.what == f"Overdue: £{invoice.total:,.2f} left to pay"


def test_bookings_come_up_for_whose_turn_it_is(referrer, council, coordinator, consultant, lead, finance):
    asked = bookings.requested(referrer, council)
    bookings.quoted(referrer, council, coordinator)
    done = bookings.delivered(referrer, council, coordinator, consultant)
    assert [(n.reference, n.label) for n in needs_of(coordinator)] == [
        (asked.reference, "Read the request, then accept or decline it")
    ]
    assert [(n.reference, n.label) for n in needs_of(finance)] == [(done.reference, "Issue the invoice")]
    assert needs_of(consultant) == needs_of(lead) == []


def test_editor_has_no_desk(editor, client, settings):
    settings.STAFF_SECOND_FACTOR = False
    client.force_login(editor)
    assert "What needs you" not in client.get("/admin/").content.decode()


def test_desk_says_so_when_nothing_waits(coordinator, client, settings):
    settings.STAFF_SECOND_FACTOR = False
    client.force_login(coordinator)
    assert "Nothing is waiting for you just now." in client.get("/admin/").content.decode()


def test_desk_asks_the_same_of_the_database_at_1_and_at_50(world: World, coordinator, referrer, council):
    cases.booked(*world)
    counts = []
    for more in (0, 49):
        for _ in range(more):
            cases.accepted(referrer, council, coordinator)
        user = type(coordinator).objects.get(pk=coordinator.pk)
        with CaptureQueriesContext(connection) as asked:
            needs_of(user)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_age_of_a_case_is_not_told_as_the_time_a_step_waits(client, settings, world: World, coordinator):
    settings.STAFF_SECOND_FACTOR = False
    old = cases.documented(*world)
    Consultation.objects.filter(pk=old.pk).update(submitted_at=timezone.now() - timedelta(days=8))
    client.force_login(coordinator)

    assert "open for 8 days" in client.get("/admin/").content.decode()
