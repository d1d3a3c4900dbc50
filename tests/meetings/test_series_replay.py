"""Any life of a series, replayed from the mails alone, leaves every calendar as the database says, date by date."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import icalendar
import pytest
import recurring_ical_events
import vobject
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from changes.refusals import Refused
from mail.models import Message
from meetings import actions
from meetings.actions import Invitee
from meetings.itip import Answer
from meetings.models import Attendee, Meeting, Series
from meetings.received import Received
from tests.factories.meetings import series as booked
from tests.meetings.calendars import Calendar, Off, calendar_in

ADDRESSES = [f"person{n}@example.org" for n in range(1, 4)]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# Two weeks before each clock change, at 10am.
firsts = st.sampled_from([datetime(2027, 10, 19, 9, tzinfo=UTC), datetime(2028, 3, 14, 10, tzinfo=UTC)])
which = st.integers(0, 7)
answers = st.sampled_from(["ACCEPTED", "TENTATIVE", "DECLINED"])
shifts = st.sampled_from([-2 * HOUR, HOUR, DAY, 7 * DAY])


class Life(RuleBasedStateMachine):
    """One meeting, this and all later ones, or all: moved, cancelled, given people, relieved of them, answered."""

    @initialize(
        first=firsts,
        repeats=st.sampled_from(["weekly", "fortnightly", "monthly"]),
        invited=st.sets(st.sampled_from(ADDRESSES), min_size=1),
    )
    def book(self, first, repeats, invited):
        self.rolled_back = transaction.atomic()
        self.rolled_back.__enter__()
        self.calendars = {address: Calendar(address) for address in ADDRESSES}
        self.delivered = 0
        self.sent: list[Received] = []
        booked(
            starts_at=first,
            repeats=repeats,
            count=4,
            invitees=[Invitee(a, a) for a in sorted(invited)],
            place="",
        )
        for message in Message.objects.order_by("pk"):  # the invites are there; what follows may be late
            self.calendars[message.to].receive(calendar_in(message))
            self.delivered += 1

    def standing(self):
        return list(Meeting.objects.filter(status=Meeting.Status.CONFIRMED).order_by("starts_at", "pk"))

    def pick(self, number):
        there = self.standing()
        return there[number % len(there)] if there else None

    def attempt(self, act, *args, **kwargs):
        try:
            with transaction.atomic():
                act(*args, by=None, **kwargs)
        except Refused:
            pass

    @rule(number=which, shift=shifts, place=st.sampled_from(["", "Room 1"]))
    def move_one(self, number, shift, place):
        if one := self.pick(number):
            self.attempt(
                actions.move, one, starts_at=one.starts_at + shift, ends_at=one.ends_at + shift, place=place
            )

    @rule(number=which)
    def cancel_one(self, number):
        if one := self.pick(number):
            self.attempt(actions.cancel, one, reason="Off")

    @rule(number=which, address=st.sampled_from(ADDRESSES))
    def invite_to_one(self, number, address):
        if one := self.pick(number):
            self.attempt(actions.invite, one, [Invitee(address, address)])

    @rule(number=which, person=which)
    def uninvite_from_one(self, number, person):
        one = self.pick(number)
        if one and one.invited:
            self.attempt(actions.uninvite, one.invited[person % len(one.invited)])

    @rule(number=which, shift=shifts)
    def move_from(self, number, shift):
        if one := self.pick(number):
            start = one.recurrence_id + shift
            self.attempt(actions.move_series, one, starts_at=start, ends_at=start + HOUR)

    @rule(number=which, seldom=st.sampled_from([False, False, True]))
    def cancel_from(self, number, seldom):
        one = self.pick(number)
        if one and seldom:
            self.attempt(actions.cancel_series, one.series, start=one, reason="Off")

    @rule(number=which, address=st.sampled_from(ADDRESSES))
    def invite_to_all(self, number, address):
        if one := self.pick(number):
            self.attempt(actions.invite_to_series, one.series, [Invitee(address, address)])

    @rule(number=which, address=st.sampled_from(ADDRESSES))
    def uninvite_from_all(self, number, address):
        if one := self.pick(number):
            self.attempt(actions.uninvite_from_series, one.series, address)

    @rule(address=st.sampled_from(ADDRESSES), number=which, several=st.lists(answers, min_size=1, max_size=3))
    def answer(self, address, number, several):
        """To what their calendar holds, which may be old; the mails are on their way."""
        there = [entry for entry in self.calendars[address].kept.values() if not isinstance(entry, Off)]
        for partstat in several if there else []:
            event = there[number % len(there)].event
            of = event.decoded("recurrence-id").astimezone(UTC) if "recurrence-id" in event else None
            self.sent.append(self.letter(address, event, of, partstat))

    @rule(address=st.sampled_from(ADDRESSES), number=which, partstat=answers)
    def answer_for_one_date(self, address, number, partstat):
        """Of a series that they were invited to as a whole."""
        whole = [
            e for (_, of), e in self.calendars[address].kept.items() if of is None and not isinstance(e, Off)
        ]
        dates = [(entry, m) for entry in whole for m in self.standing() if m.uid == str(entry.event["uid"])]
        if dates:
            entry, meeting = dates[number % len(dates)]
            self.sent.append(self.letter(address, entry.event, meeting.recurrence_id, partstat))

    def letter(self, address, event, of, partstat):
        stamp = datetime.now(UTC).replace(microsecond=0) + len(self.sent) * timedelta(seconds=1)
        return Received(
            address,
            (
                Answer(
                    "REPLY",
                    str(event["uid"]),
                    int(event["sequence"]),
                    stamp,
                    address,
                    partstat,
                    recurrence_id=of,
                ),
            ),
        )

    @precondition(lambda self: self.sent)
    @rule(shuffled=st.randoms(use_true_random=False))
    def read_answers(self, shuffled):
        self.check_answers(shuffled)

    def check_answers(self, shuffled):
        """R7, R10. All that was ever sent: in its order, shuffled, and once more, it leaves the same answers."""
        in_order = self.after(self.sent)
        mixed = [*self.sent, *self.sent[:3]]
        shuffled.shuffle(mixed)
        assert self.after(mixed) == in_order
        mails = Message.objects.count()
        for received in self.sent:
            actions.take_in(received)
        assert said() == in_order
        for received in mixed:
            actions.take_in(received)
        assert said() == in_order
        assert Message.objects.count() == mails  # an answer is no revision

    def after(self, mails):
        """What would be kept of them; nothing is."""
        with transaction.atomic():
            for received in mails:
                actions.take_in(received)
            found = said()
            transaction.set_rollback(True)
        return found

    @precondition(lambda self: self.standing())
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
        if not hasattr(self, "calendars"):
            return
        try:
            for message in Message.objects.order_by("pk"):
                self.calendars[message.to].receive(calendar_in(message))
            self.compare()
            self.check_answers(Random(len(self.sent)))
        finally:
            transaction.set_rollback(True)
            self.rolled_back.__exit__(None, None, None)

    def compare(self):
        meetings = [m for s in Series.objects.for_page() for m in s.standing]
        for address, calendar in self.calendars.items():
            wanted = sorted(
                (m.uid, m.starts_at, m.ends_at, m.place)
                for m in meetings
                if any(a.email == address for a in m.invited)
            )
            objects = calendar.objects()
            assert sorted(read(objects)) == wanted
            for data in objects.values():
                vobject.readOne(data.decode()).serialize()


def said() -> list[tuple[int, str]]:
    return list(Attendee.objects.order_by("pk").values_list("pk", "partstat"))


def read(objects: dict[str, bytes]):
    """Every occurrence, as recurring-ical-events reads what the calendar holds."""
    for uid, data in objects.items():
        for event in recurring_ical_events.of(icalendar.Calendar.from_ical(data)).between(
            datetime(2027, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)
        ):
            yield uid, event.start.astimezone(UTC), event.end.astimezone(UTC), str(event.get("location", ""))


@pytest.mark.django_db
def test_every_calendar_ends_as_the_database():
    """R11. Occurrence by occurrence, across both clock changes, also when mail is late, shuffled or doubled."""
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=12,
            stateful_step_count=8,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
