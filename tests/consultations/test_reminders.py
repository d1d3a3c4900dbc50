"""Reminders of documents: due soon, overdue, then to those who can help."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from consultations import actions, tasks
from consultations.models import ConsultationSettings, DocumentRequest
from mail.models import Message
from tests.consultations.test_agency import make, opened
from tests.factories import consultations as cases

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(referrer, council, coordinator, funder):
    return cases.funded(referrer, council, coordinator, funder)


@pytest.fixture
def due(case) -> date:
    return case.document_requests.earliest("number").due_on


def told(case) -> list[str]:
    """The reminders in the outbox by template, without their prefix."""
    names = ("documents_due_soon", "documents_overdue", "documents_late", "agency_due_soon", "agency_overdue")
    mails = Message.objects.filter(about=case.reference).order_by("pk").values_list("template", flat=True)
    return [name for mail in mails for name in [mail.partition("/")[2]] if name.startswith(names)]


STEPS = [
    (-4, []),
    (-3, ["documents_due_soon"]),
    (0, ["documents_due_soon"]),
    (1, ["documents_overdue"]),
    (4, ["documents_overdue"]),
    (5, ["documents_overdue", "documents_late", "documents_late_to_office"]),
]


@pytest.mark.parametrize(("days", "expected"), STEPS)
def test_each_step_has_its_day(case, due, days, expected):
    actions.remind_of_documents(due + timedelta(days=days))

    assert told(case) == expected


def test_every_reminder_goes_out_once_and_escalates(case, due):
    """R10, R8: the whole ladder day by day, each run twice; no mail names a document."""
    for day in range(-6, 12):
        for _ in range(2):
            actions.remind_of_documents(due + timedelta(days=day))

    assert told(case) == [
        "documents_due_soon",
        "documents_overdue",
        "documents_late",
        "documents_late_to_office",
    ]
    for mail in Message.objects.filter(template__in=[f"consultations/{name}" for name in told(case)]):
        for line in case.document_requests.all():
            assert line.title not in mail.subject + mail.text + mail.html


def test_nobody_is_reminded_while_the_case_is_paused(case, due, coordinator):
    actions.pause(case, why="police", by=coordinator)
    assert actions.remind_of_documents(due + timedelta(days=9)) == 0
    actions.go_on(case, by=coordinator)
    assert actions.remind_of_documents(due + timedelta(days=9)) == 1


def test_days_are_a_setting(case, due):
    rules = ConsultationSettings.load()
    rules.remind_days_before, rules.escalate_days_after = 1, 2
    rules.save()

    actions.remind_of_documents(due - timedelta(days=2))
    assert told(case) == []
    actions.remind_of_documents(due + timedelta(days=2))
    assert told(case)[-1] == "documents_late_to_office"


def test_another_due_date_is_reminded_of_anew(case, due):
    actions.remind_of_documents(due)
    case.document_requests.update(due_on=due + timedelta(days=10))

    actions.remind_of_documents(due + timedelta(days=10))

    assert told(case) == ["documents_due_soon", "documents_due_soon"]


def test_what_an_agency_was_asked_for_is_reminded_of_there_with_a_link_that_opens(
    case, due, coordinator, referrer
):
    """R8, R10: once, with a fresh link in place of the one before."""
    required = list(case.document_requests.filter(is_required=True))
    link = make(case, required, coordinator)

    for _ in range(2):
        actions.remind_of_documents(timezone.localdate() + timedelta(days=12))
    assert told(case) == ["agency_due_soon"]
    assert opened().get(link.get_absolute_url()).status_code == 200

    actions.revoke_agency_link(link, by=coordinator)
    actions.remind_of_documents(due + timedelta(days=1))
    assert told(case) == ["agency_due_soon", "documents_overdue"]


@pytest.mark.parametrize("status", ["received", "accepted", "not_held", "refused", "waived"])
def test_nobody_is_reminded_of_what_is_not_wanted(case, due, status):
    case.document_requests.filter(is_required=True).update(status=status)

    actions.remind_of_documents(due + timedelta(days=30))

    assert told(case) == []


def test_nobody_is_reminded_of_what_is_being_scanned_or_of_a_case_that_is_over(
    case, due, referrer, coordinator
):
    for line in case.document_requests.filter(is_required=True):
        actions.receive_document(line, cases.text_file(), by=referrer)
    actions.remind_of_documents(due)
    DocumentRequest.objects.filter(consultation=case).update(is_required=True)
    actions.withdraw(case, reason="They asked.", by=coordinator)
    actions.remind_of_documents(due)

    assert told(case) == []


def test_the_job_runs_by_the_clock(case):
    assert "consultations.tasks.remind_of_documents" in settings.SCHEDULES
    case.document_requests.update(due_on=timezone.localdate())

    assert tasks.remind_of_documents() == 1
    assert told(case) == ["documents_due_soon"]
