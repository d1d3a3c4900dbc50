"""Eight who draw down one batch at once (R6)."""

from __future__ import annotations

import threading

import pytest

from changes.refusals import Refused
from consultations.models import Batch, BatchSession
from tests.factories import batches
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
    assert batches.fresh(batch).balance.left == -7
