"""R3 under fire: eight at once want one consultant's hour."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection

from changes.refusals import Refused
from meetings import actions
from meetings.models import Meeting, Reservation, Resource
from tests.factories.meetings import meeting as booked
from tests.factories.meetings import people

EIGHT = 8


def race(resource: Resource) -> list[str]:
    barrier = threading.Barrier(EIGHT)
    told: list[str] = []

    def run(number: int) -> None:
        try:
            barrier.wait(timeout=20)
            booked(resources=[resource], invitees=people(1), title=f"Consultation C-26-AAA{number}")
            told.append("booked")
        except Refused as refused:
            told.append(str(refused))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(EIGHT)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return told


def unguarded() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE meetings_reservation DROP CONSTRAINT no_double_booking")


def guarded() -> None:
    Reservation.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(
            """ALTER TABLE meetings_reservation ADD CONSTRAINT no_double_booking EXCLUDE USING gist
               (resource_id WITH =, tstzrange(starts_at, ends_at) WITH &&) WHERE (active)"""
        )


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("without", ["nothing", "the lock", "the constraint"])
def test_eight_bookings_of_one_hour_leave_one(postgres, without, monkeypatch):
    """R3. Lock and constraint each suffice; each loser reads one clear sentence."""
    diary = Resource.objects.create(kind="person", name="Connie Marsh")
    if without == "the lock":
        monkeypatch.setattr("django.db.models.query.QuerySet.select_for_update", lambda self, **k: self)
    if without == "the constraint":
        unguarded()
    try:
        told = race(diary)
        assert told.count("booked") == 1
        assert len(told) == EIGHT
        assert all(t.startswith("Connie Marsh") and "Choose another time" in t for t in told if t != "booked")
        assert (Meeting.objects.count(), Reservation.objects.count()) == (1, 1)
    finally:
        if without == "the constraint":
            guarded()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_without_lock_and_constraint_the_race_is_lost(postgres, monkeypatch):
    """The negative control of R3: the race above does happen."""
    diary = Resource.objects.create(kind="person", name="Connie Marsh")
    monkeypatch.setattr("django.db.models.query.QuerySet.select_for_update", lambda self, **k: self)
    unguarded()
    try:
        assert any(race(diary).count("booked") > 1 for _ in range(5))
    finally:
        guarded()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_meetings_that_want_two_resources_never_wait_in_a_ring(postgres):
    """R3. Named in opposite orders, locked in one: no deadlock, one winner."""
    a, b = (Resource.objects.create(kind="room", name=name) for name in "AB")
    barrier = threading.Barrier(EIGHT)
    told: list[str] = []

    def run(resources: list[Resource]) -> None:
        try:
            barrier.wait(timeout=20)
            booked(resources=resources, invitees=people(1))
            told.append("booked")
        except Refused:
            told.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=([a, b] if n % 2 else [b, a],)) for n in range(EIGHT)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(told) == ["booked"] + ["refused"] * (EIGHT - 1)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_eight_moves_of_one_page_move_once(postgres, coordinator):
    """R7. All saw revision 0; one moves, seven are told that they were late."""
    meeting = booked(invitees=people(1))
    barrier = threading.Barrier(EIGHT)
    told: list[str] = []

    def run(hour: int) -> None:
        try:
            barrier.wait(timeout=20)
            mine = Meeting.objects.get(pk=meeting.pk)
            shift = timedelta(hours=hour + 1)
            actions.move(
                mine,
                starts_at=meeting.starts_at + shift,
                ends_at=meeting.ends_at + shift,
                by=coordinator,
                sequence=0,
            )
            told.append("moved")
        except Refused:
            told.append("late")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(EIGHT)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(told) == ["late"] * (EIGHT - 1) + ["moved"]
    meeting.refresh_from_db()
    assert meeting.sequence == 1
