"""Reminders follow the meeting, keep the hour across clock changes, and go out once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from changes.refusals import Refused
from mail.models import Message
from meetings import actions, tasks, times
from meetings.actions import reminder
from meetings.models import MeetingSettings, Reminder
from tests.factories.meetings import meeting as booked
from tests.factories.meetings import tomorrow
from tests.races import at_once

pytestmark = pytest.mark.django_db
FAR = 24 * 30


def sent() -> list[str]:
    return list(
        Message.objects.filter(template="meetings/reminder").order_by("pk").values_list("to", flat=True)
    )


def due() -> list[tuple[int, datetime]]:
    return list(Reminder.objects.unsent().values_list("days", "due_at"))


def at(moment: datetime) -> None:
    with time_machine.travel(moment, tick=False):
        tasks.send_reminders()


def test_two_weeks_and_five_days_before_unless_that_has_passed():
    far = booked(starts_at=tomorrow(FAR))
    assert due() == [(days, times.days_before(far.starts_at, days)) for days in (14, 5)]
    Reminder.objects.all().delete()
    soon = booked(starts_at=tomorrow(24 * 8))
    assert due() == [(5, times.days_before(soon.starts_at, 5))]
    booked(starts_at=tomorrow())
    assert len(due()) == 1


def test_the_days_are_a_setting():
    kept = MeetingSettings.load()
    kept.first_reminder_days, kept.second_reminder_days = 0, 1
    kept.save()
    booked(starts_at=tomorrow(FAR))
    assert [days for days, _ in due()] == [1]


@pytest.mark.parametrize(
    ("starts_at", "wanted"),
    [
        # Across the end of summer time: 10am is 9am UTC before, 10am UTC after.
        (datetime(2026, 10, 28, 10, tzinfo=UTC), datetime(2026, 10, 14, 9, tzinfo=UTC)),
        # Across its beginning: the other way round.
        (datetime(2027, 3, 31, 9, tzinfo=UTC), datetime(2027, 3, 17, 10, tzinfo=UTC)),
        # The hour that the clocks skip: the hour after.
        (datetime(2027, 4, 11, 0, 30, tzinfo=UTC), datetime(2027, 3, 28, 1, 30, tzinfo=UTC)),
        # The hour that comes twice: the first.
        (datetime(2026, 11, 8, 1, 30, tzinfo=UTC), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
    ],
)
def test_the_hour_on_the_wall_stays_across_both_clock_changes(starts_at, wanted):
    """R11"""
    with time_machine.travel(starts_at - timedelta(days=40), tick=False):
        booked(starts_at=starts_at)
    assert Reminder.objects.get(days=14).due_at == wanted


def test_a_new_time_moves_them_in_the_same_transaction(coordinator, monkeypatch):
    meeting = booked(starts_at=tomorrow(FAR))
    before = due()
    later = tomorrow(FAR + 48)
    with pytest.raises(Refused):
        actions.move(meeting, starts_at=later, ends_at=later, by=coordinator)
    assert due() == before
    monkeypatch.setattr("meetings.actions.meeting.announce", _broken)
    with pytest.raises(RuntimeError):
        actions.move(meeting, starts_at=later, ends_at=later + timedelta(hours=1), by=coordinator)
    assert due() == before
    monkeypatch.undo()
    actions.move(meeting, starts_at=later, ends_at=later + timedelta(hours=1), by=coordinator)
    assert due() == [(days, times.days_before(later, days)) for days in (14, 5)]
    actions.move(meeting, starts_at=later, ends_at=later + timedelta(hours=1), place="Room 7", by=coordinator)
    assert Reminder.objects.count() == 2


def _broken(*args: object) -> None:
    raise RuntimeError


def test_calling_off_and_holding_drop_them(coordinator):
    off, held = booked(starts_at=tomorrow(FAR)), booked(starts_at=tomorrow(FAR))
    actions.cancel(off, by=coordinator, reason="Off")
    with time_machine.travel(held.starts_at, tick=False):
        actions.record_held(held, by=coordinator)
    assert due() == []


def test_each_who_is_invited_then_and_has_not_said_no_gets_one(coordinator):
    """R8, R10: however often the job runs."""
    meeting = booked(starts_at=tomorrow(FAR))
    first, second, third = meeting.invited
    actions.reply(first, "ACCEPTED", sequence=0)
    actions.reply(second, "DECLINED", sequence=0)
    actions.uninvite(third, by=coordinator)
    moment = times.days_before(meeting.starts_at, 14)
    at(moment - timedelta(seconds=1))
    assert sent() == []
    at(moment)
    at(moment + timedelta(minutes=5))
    assert sent() == [first.email]
    letter = Message.objects.get(template="meetings/reminder")
    first.refresh_from_db()
    assert letter.subject == f"Reminder: {meeting.title}, {meeting.when}"
    assert letter.headers["In-Reply-To"] == first.thread_id
    assert letter.calendar is None
    at(times.days_before(meeting.starts_at, 5))
    assert sent() == [first.email] * 2


def test_a_meeting_that_was_moved_is_reminded_of_at_its_new_time(coordinator):
    meeting = booked(starts_at=tomorrow(FAR))
    with time_machine.travel(times.days_before(meeting.starts_at, 14), tick=False):
        tasks.send_reminders()
        later = meeting.starts_at + timedelta(days=21)
        actions.move(meeting, starts_at=later, ends_at=later + timedelta(hours=1), by=coordinator)
    at(times.days_before(later, 14))
    assert len(sent()) == 6


def test_after_a_long_stop_the_latest_is_sent_and_never_after_the_start():
    meeting = booked(starts_at=tomorrow(FAR))
    at(meeting.starts_at - timedelta(days=1))
    assert len(sent()) == 3
    assert due() == []
    late = booked(starts_at=tomorrow(FAR))
    at(late.starts_at)
    assert len(sent()) == 3


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_eight_workers_send_one_each(postgres):
    """R10"""
    booked(starts_at=tomorrow(FAR))
    Reminder.objects.filter(days=14).update(due_at=timezone.now())
    told = at_once(lambda n: reminder.send_due())
    assert sorted(told) == [0] * 7 + [1]  # type: ignore[type-var]
    assert len(sent()) == 3
