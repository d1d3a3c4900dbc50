"""R3 under fire from real processes: eight web workers, as it were, want one consultant's hour."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from meetings.actions import revisions
from meetings.models import Meeting, Reservation, Resource
from tests.factories.meetings import meeting as booked
from tests.factories.meetings import people, tomorrow
from tests.meetings.test_race import guarded, unguarded
from tests.races import in_processes

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
REAL = revisions.reserve
CLEAR = "Connie Marsh"


def book(resource: Resource, number: int, barrier: Any, *, minutes: int = 0) -> str:
    """Everybody's meeting is written by then and nobody's hour is taken: that is where they wait."""

    def reserve(*args: Any, **kwargs: Any) -> None:
        connection.ensure_connection()
        barrier.wait(30)
        REAL(*args, **kwargs)

    revisions.reserve = reserve  # of this process alone
    starts_at = tomorrow() + timedelta(minutes=minutes * number)
    booked(
        resources=[resource], invitees=people(1), title=f"Consultation C-26-AAA{number}", starts_at=starts_at
    )
    return "booked"


def assert_one_won(told: list[str]) -> None:
    assert told.count("booked") == 1, told
    losers = [text for text in told if text != "booked"]
    assert len(losers) == 7
    assert all(text.startswith(f"Refused: {CLEAR}") and "Choose another time" in text for text in losers), (
        losers
    )
    assert (Meeting.objects.count(), Reservation.objects.count()) == (1, 1)


def test_one_process_wins_and_seven_read_the_clear_message(postgres):
    """R3."""
    diary = Resource.objects.create(kind="person", name="Connie Marsh")
    assert_one_won(in_processes(lambda number, barrier: book(diary, number, barrier)))


def test_travel_is_raced_for_like_the_hour_itself(postgres):
    """R3. Meetings of two hours, 15 minutes apart, and half an hour of travel around each."""
    diary = Resource.objects.create(kind="person", name="Connie Marsh", travel_before=30, travel_after=30)
    assert_one_won(in_processes(lambda number, barrier: book(diary, number, barrier, minutes=15)))


def test_without_lock_and_constraint_processes_double_book(postgres, monkeypatch):
    """The negative control of R3: the race above does happen."""
    diary = Resource.objects.create(kind="person", name="Connie Marsh")
    monkeypatch.setattr("django.db.models.query.QuerySet.select_for_update", lambda self, **k: self)
    unguarded()
    try:
        assert any(
            in_processes(lambda number, barrier: book(diary, number, barrier)).count("booked") > 1
            for _ in range(5)
        )
    finally:
        guarded()
