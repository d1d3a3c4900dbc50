"""Eight who draw down one batch at once (R6)."""

from __future__ import annotations

import threading

import pytest
from wagtail.models import ModelLogEntry

from changes.log import record
from changes.refusals import Refused, Stale
from consultations.actions import sessions
from consultations.models import Batch, BatchSession
from mail.models import Message
from tests.factories import batches
from tests.factories import consultations as cases
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_eight_who_want_the_last_session_sell_one(postgres, referrer, council, coordinator):
    """R6: one session is booked, seven are told that none is left; the meeting of the one stands, no other."""
    batch = batches.funded(referrer, council, coordinator, bought=1)

    said = at_once(lambda number: batches.book(Batch.objects.get(pk=batch.pk), coordinator, days=20 + number))

    assert sum(isinstance(word, list) for word in said) == 1
    refused = [str(word) for word in said if isinstance(word, Refused)]
    assert refused == ["No session is left: 1 bought: 0 used, 1 booked, 0 left."] * 7
    assert batches.fresh(batch).balance.told == "1 bought: 0 used, 1 booked, 0 left"
    assert batch.meetings.count() == 1


def test_without_the_lock_eight_are_sold(postgres, referrer, council, coordinator):
    """The negative control: a balance that is looked at, then drawn from, is oversold."""
    batch = batches.funded(referrer, council, coordinator, bought=1)
    looked = threading.Barrier(8)

    def book(number: int) -> None:
        seen = batches.fresh(batch)
        assert seen.missing_for_session() == []
        looked.wait(20)
        BatchSession.objects.create(batch=seen, number=number + 1, purpose="advice")

    assert at_once(book) == [None] * 8
    balance = batches.fresh(batch).balance
    assert (balance.bought, balance.booked) == (1, 8)


def booked_one(referrer, council, coordinator) -> BatchSession:
    return batches.booked(referrer, council, coordinator, bought=1).sessions.get()


def test_a_session_called_off_while_others_book_is_sold_once_again(postgres, referrer, council, coordinator):
    """R6, R7: one of four cancels it, and of four who want the one that comes free at most one gets it."""
    session = booked_one(referrer, council, coordinator)

    def act(number: int) -> object:
        if number % 2:
            return batches.book(Batch.objects.get(pk=session.batch_id), coordinator, days=40 + number)
        seen = BatchSession.objects.get(pk=session.pk)
        return sessions.cancel(seen, reason="Ill.", by=coordinator, by_team=False)

    said = at_once(act)

    assert said[::2].count(None) == 1
    assert sum(isinstance(word, Stale) for word in said[::2]) == 3
    sold = sum(isinstance(word, list) for word in said[1::2])
    assert sum(isinstance(word, Refused) for word in said[1::2]) == 4 - sold
    balance = batches.fresh(session.batch).balance
    assert (balance.booked, balance.left) == (sold, 1 - sold)
    assert session.batch.meetings.filter(status="confirmed").count() == sold


def test_a_session_is_held_once_however_many_say_so(postgres, referrer, council, coordinator):
    """R7, R10: one use, one entry, one offer of the next batch; seven are told."""
    session = batches.over(booked_one(referrer, council, coordinator))
    seen = [batches.now(session) for _ in range(8)]

    said = at_once(lambda number: sessions.hold(seen[number], by=coordinator))

    assert said.count(None) == 1
    assert sum(isinstance(word, Stale) for word in said) == 7
    assert ModelLogEntry.objects.filter(action="batchsession.held").count() == 1
    assert Message.objects.filter(template="consultations/batch_renewal_offered").count() == 1
    assert batches.fresh(session.batch).balance.told == "1 bought: 1 used, 0 booked, 0 left"


def test_the_last_session_goes_to_a_case_or_into_the_diary(postgres, referrer, council, coordinator):
    """R6: four give it to a case of theirs, four book it; one has it."""
    cases.checklist()
    batch = batches.funded(referrer, council, coordinator, bought=1)
    theirs = [cases.accepted(referrer, council, coordinator) for _ in range(4)]

    def act(number: int) -> object:
        now_there = Batch.objects.get(pk=batch.pk)
        if number % 2:
            return batches.book(now_there, coordinator, days=20 + number)
        return sessions.give_to_case(now_there, cases.fresh(theirs[number // 2]), by=coordinator)

    said = at_once(act)

    assert sum(not isinstance(word, Exception) for word in said) == 1
    assert sum(isinstance(word, Refused) for word in said) == 7
    balance = batches.fresh(batch).balance
    assert (balance.used + balance.booked, balance.left) == (1, 0)


def test_two_batches_do_not_both_pay_for_one_case(postgres, referrer, council, coordinator):
    """R6: the case is locked too, so the second batch keeps its session."""
    cases.checklist()
    two = [batches.funded(referrer, council, coordinator, bought=4) for _ in range(2)]
    case = cases.accepted(referrer, council, coordinator)

    said = at_once(
        lambda number: sessions.give_to_case(
            Batch.objects.get(pk=two[number % 2].pk), cases.fresh(case), by=coordinator
        )
    )

    assert sum(isinstance(word, BatchSession) for word in said) == 1
    assert sum(isinstance(word, Refused) for word in said) == 7
    assert sum(batches.fresh(batch).balance.used for batch in two) == 1
    assert Message.objects.filter(template="consultations/batch_session_given").count() == 1


def test_without_the_lock_a_held_session_is_offered_eight_times(postgres, referrer, council, coordinator):
    """The negative control: a status that is looked at and then written lets everybody through."""
    session = batches.over(booked_one(referrer, council, coordinator))
    looked = threading.Barrier(8)

    def hold(_: int) -> None:
        seen = batches.now(session)
        assert seen.is_booked
        looked.wait(20)
        BatchSession.objects.filter(pk=seen.pk).update(status="held")
        record(seen, "batchsession.held", by=coordinator)

    assert at_once(hold) == [None] * 8
    assert ModelLogEntry.objects.filter(action="batchsession.held").count() == 8
