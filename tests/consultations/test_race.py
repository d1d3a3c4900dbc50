"""Two who decide at once: one is first, the other is told (R7)."""

from __future__ import annotations

import pytest
from django.db import IntegrityError
from wagtail.models import ModelLogEntry

from changes.log import record
from changes.refusals import Stale
from consultations import actions
from consultations.models import Consultation, ProgressLink
from mail.models import Message
from tests.factories import consultations as cases
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_eight_coordinators_accept_and_one_does(postgres, referrer, council, coordinator):
    """R7, R10: one acceptance, one log entry, one mail; the other seven are told."""
    pk = cases.submitted(referrer, council).pk
    seen = [Consultation.objects.get(pk=pk) for _ in range(8)]

    said = at_once(lambda number: actions.accept_referral(seen[number], by=coordinator))

    assert sum(word is None for word in said) == 1
    assert sum(isinstance(word, Stale) for word in said) == 7
    assert ModelLogEntry.objects.filter(action="consultation.accepted").count() == 1
    assert Message.objects.filter(template="consultations/referral_accepted").count() == 1


def test_without_compare_and_set_all_eight_believe_they_did(postgres, referrer, council, coordinator):
    """The negative control: a status that is looked at and then written lets everybody through."""
    pk = cases.submitted(referrer, council).pk
    seen = [Consultation.objects.get(pk=pk) for _ in range(8)]

    def accept(number: int) -> None:
        case = seen[number]
        assert case.can_move_to(Consultation.Status.ACCEPTED)
        Consultation.objects.filter(pk=case.pk).update(status=Consultation.Status.ACCEPTED)
        record(case, "consultation.accepted", by=coordinator)

    assert at_once(accept) == [None] * 8
    assert ModelLogEntry.objects.filter(action="consultation.accepted").count() == 8


def test_a_report_is_issued_once_however_many_ask(
    postgres, referrer, council, coordinator, funder, consultant, lead
):
    """R1, R4, R10"""
    report = cases.signed_off(referrer, council, coordinator, funder, consultant, lead)

    said = at_once(lambda _: actions.issue_recommendations(type(report).objects.get(pk=report.pk), by=lead))

    assert sum(word is None for word in said) == 1
    assert Message.objects.filter(template="consultations/recommendations_issued").count() == 1


def test_owners_are_asked_once_however_many_jobs_run(
    postgres, referrer, council, coordinator, funder, consultant, lead
):
    """R10: one asks, seven find that it is done; one link, one mail."""
    report = cases.issued(referrer, council, coordinator, funder, consultant, lead)

    said = at_once(lambda _: actions.ask_for_progress(type(report).objects.get(pk=report.pk)))

    assert sorted(map(str, said)) == ["0"] * 7 + ["1"]
    assert ProgressLink.objects.count() == 1
    assert Message.objects.filter(template="consultations/progress_asked").count() == 1


def test_without_the_lock_the_database_still_lets_one_through(
    postgres, referrer, council, coordinator, funder, consultant, lead
):
    """The negative control: eight who do not look first are seven errors, not seven mails."""
    report = cases.issued(referrer, council, coordinator, funder, consultant, lead)

    said = at_once(lambda _: ProgressLink.make(email="a@example.org", days=1, report=report, name="A")[1])

    assert sum(isinstance(word, IntegrityError) for word in said) == 7
    assert ProgressLink.objects.count() == 1
