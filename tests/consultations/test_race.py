"""Two who decide at once: one is first, the other is told (R7)."""

from __future__ import annotations

import threading

import pytest
from django.db import IntegrityError
from wagtail.models import ModelLogEntry

from changes.log import record
from changes.refusals import Refused, Stale
from consultations import actions
from consultations.models import Consultation, NetworkMember, ProgressLink
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


def newcomer() -> NetworkMember:
    return NetworkMember(name="Kim Marsh", agency="Elmshire Health", email="kim.marsh@example.nhs.uk")


def test_eight_who_add_the_same_professional_add_and_invite_them_once(
    postgres, referrer, council, coordinator, funder
):
    """R7, R10"""
    case = cases.booked(referrer, council, coordinator, funder)

    said = at_once(
        lambda _: actions.add_to_network(
            Consultation.objects.get(pk=case.pk), newcomer(), reason="She joined.", by=referrer
        )
    )

    assert sum(word is None for word in said) == 1
    assert sum(isinstance(word, Refused) for word in said) == 7
    assert case.network.filter(name="Kim Marsh").count() == 1
    assert case.amendments.count() == 1
    assert Message.objects.filter(to=newcomer().email).count() == 1


def test_two_who_remove_the_last_two_leave_one(postgres, referrer, council):
    case = cases.submitted(referrer, council)
    actions.add_to_network(case, newcomer(), reason="She joined.", by=referrer)
    both = list(NetworkMember.objects.filter(consultation=case).select_related("consultation"))

    said = at_once(
        lambda number: actions.remove_from_network(both[number], reason="Moved on.", by=referrer), threads=2
    )

    assert sum(isinstance(word, Refused) for word in said) == 1
    assert case.network.count() == 1


def test_without_the_lock_both_are_removed(postgres, referrer, council):
    """The negative control: two who count first and delete then leave nobody."""
    case = cases.submitted(referrer, council)
    actions.add_to_network(case, newcomer(), reason="She joined.", by=referrer)
    both = list(NetworkMember.objects.filter(consultation=case))
    counted = threading.Barrier(2)

    def remove(number: int) -> None:
        assert case.network.count() == 2
        counted.wait(20)
        both[number].delete()

    assert at_once(remove, threads=2) == [None, None]
    assert case.network.count() == 0
