"""Drafts that were left: kept 90 days, reminded of twice, then deleted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from wagtail.models import ModelLogEntry

from consultations import actions, tasks
from consultations.models import Consultation, Referral
from mail.models import Message
from tests.factories import consultations as cases

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(referrer, council):
    return cases.draft(referrer, council)


def leave(case: Consultation, days: int) -> None:
    Referral.objects.filter(consultation=case).update(updated_at=timezone.now() - timedelta(days=days))


@pytest.mark.parametrize(("days", "mails"), [(0, 0), (59, 0), (60, 1), (82, 1), (83, 1), (89, 1)])
def test_a_draft_is_kept_90_days_with_reminders(draft, days, mails):
    leave(draft, days)

    actions.tend_drafts()
    actions.tend_drafts()

    assert Message.objects.filter(template="consultations/draft_waits").count() == mails
    assert Consultation.objects.filter(pk=draft.pk).exists()


def test_each_reminder_comes_once_and_a_change_starts_again(draft, referrer):
    """R10"""
    for days in (60, 61, 83, 84):
        leave(draft, days)
        actions.tend_drafts()
    keys = Message.objects.values_list("key", flat=True)
    assert {str(key).rpartition(":")[2] for key in keys} == {"30", "7"}

    actions.save_step(draft, {"tried": "More."}, by=referrer)
    assert actions.tend_drafts() == (0, 0)


def test_a_draft_left_for_90_days_is_deleted_with_all_that_was_typed(draft):
    """R8: the log keeps the reference and nothing else."""
    actions.withdraw(draft, reason="J.B. moved away.", by=draft.contact.user)
    other = cases.draft(draft.contact.user, draft.organisation)
    leave(draft, 90)
    leave(other, 90)

    assert tasks.tend_drafts() == "0 reminded, 2 deleted"

    assert not Consultation.objects.exists()
    assert not Referral.objects.exists()
    entries = ModelLogEntry.objects.filter(object_id=str(draft.pk), label=draft.reference)
    assert "consultation.deleted" in {entry.action for entry in entries}
    assert all(entry.data == {} for entry in entries)
    assert tasks.tend_drafts() == "0 reminded, 0 deleted"


@pytest.mark.parametrize("status", [s for s in Consultation.Status if s != Consultation.Status.DRAFT])
def test_what_was_sent_is_never_deleted(referrer, council, status):
    """R13"""
    case = cases.submitted(referrer, council)
    Consultation.objects.filter(pk=case.pk).update(status=status)
    leave(case, 400)

    assert actions.tend_drafts() == (0, 0)


def test_the_reminder_says_until_when_and_no_more(draft):
    """R8"""
    leave(draft, 60)

    actions.tend_drafts()

    mail = Message.objects.get()
    by = timezone.localdate() + timedelta(days=30)
    assert mail.subject == f"Finish draft {draft.reference} by {by.day} {by:%B %Y}"
    assert "J.B." not in mail.text + mail.html
