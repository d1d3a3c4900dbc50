"""R3 and R7 under fire: eight processes want series that meet on one date, or move one series at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from meetings import actions
from meetings.actions import series_rows
from meetings.models import Meeting, Reservation, Resource, Series
from tests.factories.meetings import people, room
from tests.factories.meetings import series as booked_series
from tests.meetings.test_race import guarded, unguarded
from tests.races import in_processes

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
EIGHT, THREE, WEEK, HOUR = 8, 3, timedelta(days=7), timedelta(hours=1)
FIRST = datetime(2027, 4, 13, 9, tzinfo=UTC)  # five weeks without a bank holiday on a Tuesday
RESERVE, OPENED = series_rows.reserve, series_rows.opened


def book(resource: Resource, number: int, barrier: Any) -> str:
    """Series of three weeks, begun in one of three: only their common week is wanted by all of them.

    Everybody's meetings are written by then and nobody's hours are taken: that is where they wait.
    """

    def reserve(*args: Any, **kwargs: Any) -> None:
        barrier.wait(30)
        RESERVE(*args, **kwargs)

    series_rows.reserve = reserve  # of this process alone
    booked_series(
        resources=[resource],
        invitees=people(1),
        count=THREE,
        starts_at=FIRST + number % THREE * WEEK,
        title=f"{number}",
    )
    return "booked"


def test_one_series_wins_and_seven_read_which_dates_are_taken(postgres):
    """R3. Nothing is left of those that lost, nor of their mail."""
    diary = Resource.objects.create(kind="person", name="Connie Marsh")
    told = in_processes(lambda number, barrier: book(diary, number, barrier))
    assert told.count("booked") == 1, told
    losers = [text for text in told if text != "booked"]
    assert all(text.startswith("Refused: Connie Marsh is already booked then") for text in losers), losers
    assert (Series.objects.count(), Meeting.objects.count(), Reservation.objects.count()) == (1, THREE, THREE)


def test_without_lock_and_constraint_series_are_double_booked(postgres, monkeypatch):
    """The negative control of R3: the race above does happen."""
    diary = Resource.objects.create(kind="person", name="Connie Marsh")
    monkeypatch.setattr("django.db.models.query.QuerySet.select_for_update", lambda self, **k: self)
    unguarded()
    try:
        won = (in_processes(lambda number, barrier: book(diary, number, barrier)) for _ in range(5))
        assert any(told.count("booked") > 1 for told in won)
    finally:
        guarded()


def test_series_that_share_rooms_in_another_order_never_wait_in_a_ring(postgres):
    """R3. Each date of one needs the room that the next date of the other needs: one order of locks, no deadlock."""
    rooms = [room(name) for name in "AB"]
    made = [booked_series(invitees=[], count=4, starts_at=FIRST + n * 1.5 * HOUR) for n in range(EIGHT)]
    for number, series in enumerate(made):
        for date, one in enumerate(series.listed):
            Reservation.objects.create(
                meeting=one, resource=rooms[(number + date) % 2], starts_at=one.starts_at, ends_at=one.ends_at
            )

    def move(number: int, barrier: Any) -> str:
        first = made[number].listed[0]
        barrier.wait(30)
        actions.move_series(
            first, starts_at=first.starts_at + HOUR / 2, ends_at=first.ends_at + HOUR / 2, by=None
        )
        return "moved"

    assert in_processes(move) == ["moved"] * EIGHT


@pytest.mark.parametrize("is_locked", [True, False])
def test_eight_moves_of_one_series_page_move_it_once(postgres, monkeypatch, is_locked):
    """R7. All saw revision 0; one moves, seven are told that they were late. Without the lock more than one does."""
    first = booked_series(invitees=people(1)).listed[0]
    if not is_locked:
        monkeypatch.setattr("django.db.models.query.QuerySet.select_for_update", lambda self, **k: self)

    def move(number: int, barrier: Any) -> str:
        def opened(*args: Any, **kwargs: Any) -> Series:
            if is_locked:
                barrier.wait(30)
                return OPENED(*args, **kwargs)
            found = OPENED(*args, **kwargs)
            barrier.wait(30)
            return found

        series_rows.opened = opened  # of this process alone
        at = first.starts_at + (number + 1) * HOUR
        actions.move_series(first, starts_at=at, ends_at=at + HOUR, by=None, sequence=0)
        return "moved"

    told = in_processes(move)
    series = Series.objects.get()
    if is_locked:
        assert told.count("moved") == 1, told
        assert sum(text.startswith("Stale: Somebody changed this series") for text in told) == EIGHT - 1
        assert series.sequence == 1
    else:
        assert told.count("moved") > 1, told
