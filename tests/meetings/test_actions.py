"""Every act on a meeting: what it changes, whom it tells, when it refuses, and that it is all or nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError
from django.utils import timezone
from wagtail.models import ModelLogEntry

from changes.refusals import Refused, Stale
from mail.models import Message
from meetings import actions, emails
from meetings.actions import Invitee
from meetings.models import Attendee, Meeting, Reservation, Resource
from tests.factories.meetings import meeting as booked
from tests.factories.meetings import people, room, tomorrow
from tests.meetings.calendars import Calendar, calendar_in, letter

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def mails(method: str = "", template: str = "") -> list[Message]:
    found = Message.objects.order_by("pk")
    found = found.filter(method=method) if method else found
    return list(found.filter(template=f"meetings/{template}") if template else found)


def log() -> list[str]:
    return list(ModelLogEntry.objects.order_by("pk").values_list("action", flat=True))


def test_booking_invites_each_person_once(coordinator):
    """R10, R11. One REQUEST each, SEQUENCE 0, threading starts with it."""
    meeting = booked(by=coordinator, resources=[room()])
    assert (meeting.status, meeting.sequence, meeting.uid.count("@")) == ("confirmed", 0, 1)
    assert [(m.to, m.method, m.template, m.about) for m in mails()] == [
        (f"person{n}@example.org", "REQUEST", "meetings/invited", "C-26-7K4M") for n in (1, 2, 3)
    ]
    assert [a.thread_id for a in meeting.invited] == [m.message_id for m in mails()]
    assert [str(r) for r in meeting.resources] == ["Room 2"]
    assert log() == ["meeting.booked"]


def test_one_address_is_invited_once(coordinator):
    meeting = booked(by=coordinator, invitees=[*people(1), Invitee("Again", "PERSON1@example.org ")])
    assert [a.name for a in meeting.invited] == ["Person 1"]


@pytest.mark.parametrize("minutes", [0, -30, 15 * 24 * 60])
def test_odd_times_are_refused(minutes):
    with pytest.raises(Refused):
        booked(ends_at=tomorrow() + timedelta(minutes=minutes))
    assert (Meeting.objects.count(), Message.objects.count()) == (0, 0)


def test_the_database_refuses_a_meeting_that_ends_before_it_starts():
    with pytest.raises(IntegrityError):
        Meeting.objects.create(title="x", starts_at=tomorrow(1), ends_at=tomorrow())


def test_moving_raises_sequence_asks_again_and_moves_what_is_reserved(coordinator):
    """R11. The UID stays, the time's answers are taken back, each update lands under its invite."""
    meeting = booked(resources=[room()])
    uid = meeting.uid
    actions.reply(meeting.invited[0], "ACCEPTED", sequence=0)
    actions.move(meeting, starts_at=tomorrow(3), ends_at=tomorrow(4), by=coordinator)
    assert (meeting.uid, meeting.sequence, meeting.timed_sequence) == (uid, 1, 1)
    assert (meeting.starts_at, meeting.ends_at) == (tomorrow(3), tomorrow(4))
    assert {a.partstat for a in meeting.invited} == {"NEEDS-ACTION"}
    (kept,) = Reservation.objects.all()
    assert (kept.starts_at, kept.ends_at) == (tomorrow(3), tomorrow(4))
    updates = mails(template="moved")
    assert [m.method for m in updates] == ["REQUEST"] * 3
    for attendee, update in zip(meeting.invited, updates, strict=True):
        assert letter(update)["In-Reply-To"] == letter(update)["References"] == attendee.thread_id
    assert log()[-1] == "meeting.moved"


def test_moving_to_the_same_time_and_place_changes_nothing(coordinator):
    """R7, R11."""
    meeting = booked(resources=[room()])
    actions.move(
        meeting,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        place=meeting.place,
        resources=meeting.resources,
        by=coordinator,
    )
    assert (meeting.sequence, len(mails()), log()) == (0, 3, ["meeting.booked"])


def test_another_place_alone_keeps_the_answers(coordinator):
    meeting = booked()
    actions.reply(meeting.invited[0], "ACCEPTED", sequence=0)
    actions.move(
        meeting, starts_at=meeting.starts_at, ends_at=meeting.ends_at, place="Room 9", by=coordinator
    )
    assert (meeting.sequence, meeting.timed_sequence, meeting.place) == (1, 0, "Room 9")
    assert [a.partstat for a in meeting.invited] == ["ACCEPTED", "NEEDS-ACTION", "NEEDS-ACTION"]
    assert len(mails(template="changed")) == 3


def test_a_page_that_is_out_of_date_moves_nothing(coordinator):
    """R7."""
    meeting = booked()
    actions.move(meeting, starts_at=tomorrow(3), ends_at=tomorrow(4), by=coordinator, sequence=0)
    with pytest.raises(Stale):
        actions.move(meeting, starts_at=tomorrow(5), ends_at=tomorrow(6), by=coordinator, sequence=0)
    meeting.refresh_from_db()
    assert meeting.starts_at == tomorrow(3)


def test_inviting_adds_a_person_and_tells_the_others(coordinator):
    """R11."""
    meeting = booked()
    added = actions.invite(
        meeting, [Invitee("Sam Reed", "sam@example.org", role="Police"), *people(1)], by=coordinator
    )
    assert [a.name for a in added] == ["Sam Reed"]
    assert meeting.sequence == 1
    assert [m.to for m in mails(template="invited")][3:] == ["sam@example.org"]
    assert len(mails(template="changed")) == 3
    assert added[0].thread_id == mails(template="invited")[3].message_id


def test_inviting_nobody_new_changes_nothing(coordinator):
    meeting = booked()
    assert actions.invite(meeting, people(), by=coordinator) == []
    assert (meeting.sequence, len(mails())) == (0, 3)


def test_uninviting_cancels_for_one_and_updates_the_others(coordinator):
    """R11. A second time is stale and sends nothing (R7)."""
    meeting = booked()
    gone = meeting.invited[2]
    actions.uninvite(gone, by=coordinator)
    assert gone.uninvited_at is not None
    meeting.refresh_from_db()
    assert meeting.sequence == 1
    (cancel,) = mails("CANCEL")
    assert cancel.to == gone.email
    assert b"STATUS:CANCELLED" not in calendar_in(cancel)
    assert [m.to for m in mails(template="changed")] == ["person1@example.org", "person2@example.org"]
    with pytest.raises(Stale):
        actions.uninvite(gone, by=coordinator)
    assert len(mails("CANCEL")) == 1


def test_somebody_taken_off_can_be_invited_again(coordinator):
    meeting = booked()
    gone = meeting.invited[0]
    actions.uninvite(gone, by=coordinator)
    actions.invite(meeting, people(1), by=coordinator)
    gone.refresh_from_db()
    assert (gone.uninvited_at, gone.thread_id) == (None, mails(template="invited")[3].message_id)
    assert Attendee.objects.count() == 3


def test_cancelling_sends_cancel_to_all_and_frees_what_was_reserved(coordinator):
    """R11."""
    meeting = booked(resources=[room()])
    actions.cancel(meeting, by=coordinator, reason="The room is flooded.")
    assert (meeting.status, meeting.sequence) == ("cancelled", 1)
    assert len(mails("CANCEL")) == 3
    assert all(b"STATUS:CANCELLED" in calendar_in(m) for m in mails("CANCEL"))
    assert "The room is flooded." in mails("CANCEL")[0].text
    assert meeting.resources == []
    booked(resources=list(Resource.objects.all()))


def test_a_meeting_is_held_from_its_start_on(coordinator):
    meeting = booked()
    with pytest.raises(Refused, match="once it has started"):
        actions.record_held(meeting, by=coordinator)
    with time_machine.travel(meeting.starts_at, tick=False):
        actions.record_held(meeting, by=coordinator)
    assert meeting.status == "held"


ACTS = {
    "move": lambda m, by: actions.move(m, starts_at=tomorrow(5), ends_at=tomorrow(6), by=by),
    "invite": lambda m, by: actions.invite(m, [Invitee("New", "new@example.org")], by=by),
    "uninvite": lambda m, by: actions.uninvite(m.invited[0], by=by),
    "cancel": lambda m, by: actions.cancel(m, by=by, reason="Off"),
    "record_held": lambda m, by: actions.record_held(m, by=by),
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("end", ["held", "cancelled"])
def test_what_is_over_stays_as_it_is(act, end, coordinator):
    """R7. Nothing changes, nobody is told, and the message says so."""
    meeting = booked()
    with time_machine.travel(meeting.starts_at, tick=False):
        if end == "held":
            actions.record_held(meeting, by=coordinator)
        else:
            actions.cancel(meeting, by=coordinator, reason="Off")
        before = (Message.objects.count(), log(), Meeting.objects.values().get())
        with pytest.raises(Stale, match="Nothing was done"):
            ACTS[act](meeting, coordinator)
        assert (Message.objects.count(), log(), Meeting.objects.values().get()) == before


@pytest.mark.parametrize(
    ("act", "mail"),
    [
        ("move", "moved"),
        ("invite", "invited"),
        ("uninvite", "uninvited"),
        ("cancel", "cancelled"),
    ],
)
def test_an_act_whose_mail_fails_is_undone(act, mail, coordinator, monkeypatch):
    """R10. Change, log and mails are one transaction."""
    meeting = booked(resources=[room()])
    before = (Message.objects.count(), log(), Meeting.objects.values().get(), list(Attendee.objects.values()))

    def fails(*args: object, **kwargs: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(emails, mail, fails)
    with pytest.raises(OSError, match="disk"):
        ACTS[act](meeting, coordinator)
    after = (Message.objects.count(), log(), Meeting.objects.values().get(), list(Attendee.objects.values()))
    assert after == before
    assert Reservation.objects.get().active


def test_a_mail_of_one_revision_is_sent_once():
    """R10. The key of the outbox makes a repeat give back the first."""
    meeting = booked()
    attendee = meeting.invited[0]
    assert emails.invited(meeting, attendee) == mails()[0]
    assert len(mails()) == 3


def test_nothing_mailed_says_more_than_the_reference(coordinator):
    """R8. Subject, file name and calendar carry the title, the time and the place; the letter is ours."""
    meeting = booked()
    actions.cancel(meeting, by=coordinator, reason="A date that suits more people is being found.")
    for message in mails():
        assert "C-26-7K4M" in message.subject
        names = [part.get_filename() for part in letter(message).walk() if part.get_filename()]
        assert names == ["invite.ics"]
        assert f"SUMMARY:{meeting.title}".encode() in calendar_in(message)


def test_an_answer_is_kept_for_the_time_it_was_given_for(coordinator):
    """R7."""
    meeting = booked()
    attendee = meeting.invited[0]
    actions.reply(attendee, "TENTATIVE", sequence=0)
    assert attendee.partstat == "TENTATIVE"
    assert attendee.rsvp_at is not None
    first = attendee.rsvp_at
    actions.reply(attendee, "TENTATIVE", sequence=0)
    assert (attendee.rsvp_at, log().count("meeting.replied")) == (first, 1)
    actions.move(meeting, starts_at=tomorrow(3), ends_at=tomorrow(4), by=coordinator)
    with pytest.raises(Stale, match="time has changed"):
        actions.reply(attendee, "ACCEPTED", sequence=0)
    attendee.refresh_from_db()
    assert attendee.partstat == "NEEDS-ACTION"


def test_an_answer_survives_a_change_of_people(coordinator):
    meeting = booked()
    attendee = meeting.invited[0]
    actions.invite(meeting, [Invitee("Sam Reed", "sam@example.org")], by=coordinator)
    actions.reply(attendee, "ACCEPTED", sequence=0)
    assert attendee.partstat == "ACCEPTED"


@pytest.mark.parametrize("answer", ["", "NEEDS-ACTION", "DELEGATED", "x" * 5000])
def test_only_the_three_answers_are_answers(answer):
    attendee = booked().invited[0]
    with pytest.raises(Refused):
        actions.reply(attendee, answer, sequence=0)


def test_nobody_is_booked_twice(consultant):
    """R3. The message says who and when, not for what (R9)."""
    diary = Resource.objects.of(consultant)
    booked(resources=[diary], about="C-26-AAAA", title="Consultation C-26-AAAA")
    with pytest.raises(Refused) as refused:
        booked(resources=[diary], starts_at=tomorrow(1.5), title="Consultation C-26-BBBB")
    (message,) = refused.value.messages
    assert message.startswith("Connie Marsh is already booked then: ")
    assert "C-26" not in message
    assert Meeting.objects.count() == 1


def test_one_meeting_may_begin_when_another_ends(consultant):
    """R3."""
    diary = Resource.objects.of(consultant)
    booked(resources=[diary])
    booked(resources=[diary], starts_at=tomorrow(2))
    booked(resources=[diary], starts_at=tomorrow(-2))
    assert Reservation.objects.count() == 3


def test_moving_onto_another_booking_is_refused_and_leaves_both(consultant, coordinator):
    """R3."""
    diary = Resource.objects.of(consultant)
    first, second = booked(resources=[diary]), booked(resources=[diary], starts_at=tomorrow(4))
    with pytest.raises(Refused, match="already booked"):
        actions.move(second, starts_at=tomorrow(1), ends_at=tomorrow(3), by=coordinator)
    second.refresh_from_db()
    assert (second.starts_at, second.sequence) == (tomorrow(4), 0)
    actions.move(first, starts_at=tomorrow(0.5), ends_at=tomorrow(2.5), by=coordinator)
    assert first.sequence == 1


def test_every_clash_is_told_at_once(consultant):
    both = [Resource.objects.of(consultant), room()]
    booked(resources=both)
    with pytest.raises(Refused) as refused:
        booked(resources=both)
    assert len(refused.value.messages) == 2


def test_another_room_frees_the_first(coordinator):
    first, second = room("Room 1"), room("Room 2")
    meeting = booked(resources=[first])
    actions.move(
        meeting, starts_at=meeting.starts_at, ends_at=meeting.ends_at, resources=[second], by=coordinator
    )
    assert [str(r) for r in meeting.resources] == ["Room 2"]
    booked(resources=[first])


def test_the_database_itself_refuses_a_double_booking():
    """R3, whatever the code does: constraint on PostgreSQL, triggers on SQLite, on insert and on update."""
    place = room()
    first, second = booked(resources=[place]), booked(starts_at=tomorrow(6))
    fields = {"resource": place, "meeting": second}
    kept = Reservation.objects.create(**fields, starts_at=tomorrow(2), ends_at=tomorrow(3))
    with pytest.raises(IntegrityError, match="no_double_booking"):
        Reservation.objects.filter(pk=kept.pk).update(starts_at=tomorrow(1))
    assert first.pk != second.pk


def test_the_database_itself_refuses_a_second_row_over_the_first():
    """R3."""
    place = room()
    booked(resources=[place])
    other = booked(starts_at=tomorrow(6))
    with pytest.raises(IntegrityError, match="no_double_booking"):
        Reservation.objects.create(
            resource=place, meeting=other, starts_at=tomorrow(1.5), ends_at=tomorrow(3)
        )


def test_a_free_reservation_does_not_stand_in_the_way():
    place = room()
    Reservation.objects.create(
        resource=place, meeting=booked(), starts_at=tomorrow(), ends_at=tomorrow(1), active=False
    )
    booked(resources=[place])


def test_two_revisions_in_one_second_have_an_order(coordinator):
    """R11. DTSTAMP has whole seconds; a calendar that gets both mails keeps the later."""
    with time_machine.travel(timezone.now(), tick=False):
        meeting = booked()
        actions.move(meeting, starts_at=tomorrow(3), ends_at=tomorrow(4), by=coordinator)
        first = meeting.stamped_at
        actions.move(meeting, starts_at=tomorrow(5), ends_at=tomorrow(6), by=coordinator)
        assert meeting.stamped_at > first
    theirs = Calendar("person1@example.org")
    for message in reversed([m for m in mails("REQUEST") if m.to == theirs.address]):
        theirs.receive(calendar_in(message))
    assert theirs.entries[meeting.uid].starts_at == tomorrow(5)
