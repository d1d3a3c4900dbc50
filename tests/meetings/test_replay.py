"""Any life of a meeting, replayed from the mails alone, leaves every calendar as the database says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from mail.models import Message
from meetings import actions
from meetings.actions import Invitee
from meetings.models import Meeting
from tests.factories.meetings import meeting as booked
from tests.meetings.calendars import Calendar, calendar_in

ADDRESSES = [f"person{n}@example.org" for n in range(1, 6)]
# Quarter hours over the fortnights around both clock changes, the hours that are skipped or doubled too.
starts = st.one_of(
    st.integers(0, 14 * 96).map(lambda n: datetime(2026, 10, 18, tzinfo=UTC) + timedelta(minutes=15 * n)),
    st.integers(0, 14 * 96).map(lambda n: datetime(2027, 3, 21, tzinfo=UTC) + timedelta(minutes=15 * n)),
)
lengths = st.sampled_from([15, 60, 90, 24 * 60]).map(lambda n: timedelta(minutes=n))


class Life(RuleBasedStateMachine):
    """Create, move, invite, uninvite, answer, cancel, in any order."""

    @initialize(start=starts, length=lengths, invited=st.sets(st.sampled_from(ADDRESSES), min_size=1))
    def book(self, start, length, invited):
        self.rolled_back = transaction.atomic()
        self.rolled_back.__enter__()
        self.calendars = {address: Calendar(address) for address in ADDRESSES}
        self.delivered = 0
        self.meeting = booked(
            starts_at=start, ends_at=start + length, invitees=[Invitee(a, a) for a in sorted(invited)]
        )
        self.uid = self.meeting.uid

    def is_on(self):
        return self.meeting.status == Meeting.Status.CONFIRMED

    @precondition(is_on)
    @rule(start=starts, length=lengths, place=st.sampled_from(["", "Room 1", "Flat 3, Ümläut; “Road”"]))
    def move(self, start, length, place):
        actions.move(self.meeting, starts_at=start, ends_at=start + length, place=place, by=None)

    @precondition(is_on)
    @rule(address=st.sampled_from(ADDRESSES))
    def invite(self, address):
        actions.invite(self.meeting, [Invitee(address, address)], by=None)

    @precondition(lambda self: self.is_on() and bool(self.meeting.invited))
    @rule(which=st.integers(0, 4))
    def uninvite(self, which):
        invited = self.meeting.invited
        actions.uninvite(invited[which % len(invited)], by=None)
        self.meeting.refresh_from_db()

    @precondition(is_on)
    @rule(seldom=st.sampled_from([False, False, False, True]))
    def cancel(self, seldom):
        if seldom:  # it ends the life: the others need room to happen first
            actions.cancel(self.meeting, by=None, reason="Off")

    @rule(shuffled=st.randoms(use_true_random=False), twice=st.booleans())
    def deliver(self, shuffled, twice):
        """Mail arrives late, out of order, and some of it twice."""
        waiting = list(Message.objects.order_by("pk")[self.delivered :])
        self.delivered += len(waiting)
        shuffled.shuffle(waiting)
        for message in waiting * (2 if twice else 1):
            self.calendars[message.to].receive(calendar_in(message))
        self.compare()

    def teardown(self):
        if not hasattr(self, "meeting"):
            return
        try:
            for message in Message.objects.order_by("pk"):
                self.calendars[message.to].receive(calendar_in(message))
            self.compare()
        finally:
            transaction.set_rollback(True)
            self.rolled_back.__exit__(None, None, None)

    def compare(self):
        meeting = Meeting.objects.get(uid=self.uid)
        listed = {a.email for a in meeting.invited} if meeting.status == Meeting.Status.CONFIRMED else set()
        assert {a for a, c in self.calendars.items() if self.uid in c.entries} == listed
        for address in listed:
            entry = self.calendars[address].entries[self.uid]
            assert (entry.sequence, entry.stamp) == (meeting.sequence, meeting.stamped_at)
            assert (entry.starts_at, entry.ends_at) == (meeting.starts_at, meeting.ends_at)
            assert (entry.title, entry.place) == (meeting.title, meeting.place)
            assert entry.people == {a.email: a.partstat for a in meeting.invited}


@pytest.mark.django_db
def test_every_calendar_ends_as_the_database():
    """R11. Also when mail is late, out of order or doubled."""
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=20,
            stateful_step_count=10,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.django_db
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(start=starts, length=lengths)
def test_a_moved_meeting_is_where_it_was_moved_to(start, length):
    """R11, through both clock changes."""
    with transaction.atomic():
        meeting = booked(starts_at=start, ends_at=start + length)
        actions.move(
            meeting, starts_at=start + timedelta(days=7), ends_at=start + timedelta(days=7) + length, by=None
        )
        theirs = Calendar("person1@example.org")
        for message in Message.objects.filter(to=theirs.address).order_by("pk"):
            theirs.receive(calendar_in(message))
        assert theirs.entries[meeting.uid].starts_at == start + timedelta(days=7)
        transaction.set_rollback(True)
