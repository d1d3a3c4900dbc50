"""What a team brings to a session, and the note it takes away."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.template import TemplateDoesNotExist
from django.utils import timezone
from wagtail.models import ModelLogEntry

from changes.refusals import Refused, Stale
from consultations.actions import session_notes as notes
from consultations.actions.session_notes import MOST_ITEMS
from consultations.models import BatchSession, SessionItem, Theme
from mail.models import Message
from meetings import actions as meetings
from organisations.models import Membership
from tests.factories.batches import book, hold, now, over

pytestmark = pytest.mark.django_db


@pytest.fixture
def booked(a_batch) -> BatchSession:
    return a_batch("booked").sessions.get()


@pytest.fixture
def held(a_batch) -> BatchSession:
    return a_batch("held", bought=6).sessions.get()


@pytest.fixture
def plans(db) -> Theme:
    return Theme.objects.get_or_create(title="Safety planning")[0]


def write(session, by, note="We spoke of safety plans.", **given):
    notes.write_note(session, **{"note": note, "came": 7, "themes": [], "seen": None, "by": by, **given})
    return now(session)


def logged() -> str:
    return str(list(ModelLogEntry.objects.values_list("data", flat=True)))


def mails() -> list[str]:
    shared = Message.objects.filter(template="consultations/batch_note_shared").order_by("pk")
    return list(shared.values_list("to", flat=True))


# --- Items ---------------------------------------------------------------------------------------


def test_add_item_keeps_it_encrypted_and_off_the_log(booked, referrer):
    """R8"""
    item = notes.add_item(booked, text=" A boy who hides his phone. ", by=referrer)

    assert (item.text, item.added_by, str(item)) == (
        "A boy who hides his phone.",
        referrer,
        f"Item {item.pk}",
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM consultations_sessionitem")
        assert "phone" not in str(cursor.fetchone()[0])
    assert ModelLogEntry.objects.get(action="batchsession.item_added").user == referrer
    assert "phone" not in logged()


def test_a_session_takes_so_many_items(booked, referrer):
    SessionItem.objects.bulk_create(
        SessionItem(session=booked, text="x", added_by=referrer) for _ in range(MOST_ITEMS)
    )
    with pytest.raises(Refused, match="takes 20 items"):
        notes.add_item(booked, text="One more", by=referrer)
    assert booked.items.count() == MOST_ITEMS


def test_items_are_closed_once_it_has_begun(booked, referrer):
    """R7: neither added nor taken off."""
    item = notes.add_item(booked, text="A plan.", by=referrer)
    over(booked)
    with pytest.raises(Stale, match="has begun or is off"):
        notes.add_item(booked, text="Another.", by=referrer)
    with pytest.raises(Stale):
        notes.remove_item(item, by=referrer)
    assert booked.items.get() == item


def test_whoever_wrote_it_takes_it_off_or_staff_and_once(booked, referrer, colleague, coordinator):
    """R7, R9"""
    mine = notes.add_item(booked, text="Mine.", by=referrer)
    other = notes.add_item(booked, text="Other.", by=referrer)
    with pytest.raises(Refused, match="Only whoever added it"):
        notes.remove_item(mine, by=colleague)
    notes.remove_item(mine, by=referrer)
    with pytest.raises(Stale):
        notes.remove_item(SessionItem(pk=mine.pk, session=booked, added_by=referrer), by=referrer)
    notes.remove_item(other, by=coordinator)
    assert not booked.items.exists()
    assert ModelLogEntry.objects.filter(action="batchsession.item_removed").count() == 2


# --- The note ------------------------------------------------------------------------------------


def test_write_note_keeps_note_themes_and_how_many_came(held, consultant, plans):
    session = write(held, consultant, themes=[plans])
    assert (session.note, session.came, session.note_by) == ("We spoke of safety plans.", 7, consultant)
    assert list(session.themes.all()) == [plans]
    assert mails() == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT note FROM consultations_batchsession WHERE id = %s", [session.pk])
        assert "safety" not in str(cursor.fetchone()[0])


def test_no_note_before_it_was_held(booked, consultant):
    with pytest.raises(Refused, match="has not been held yet"):
        write(booked, consultant)
    with pytest.raises(Refused, match="has not been held yet"):
        notes.share_note(booked, by=consultant)


def test_of_two_who_type_at_once_the_second_is_told_and_keeps_what_was_typed(held, consultant, lead):
    """R7, R13: nothing of the first is overwritten unseen, and a second save of the same page goes through."""
    seen = held.updated_at
    write(held, consultant, note="First.", seen=seen)
    with pytest.raises(Stale, match="What you typed is below, not saved yet"):
        write(held, lead, note="Second.", seen=seen)
    assert now(held).note == "First."
    assert write(held, lead, note="Second.", seen=now(held).updated_at).note == "Second."


def test_an_empty_note_is_not_shared(held, consultant):
    with pytest.raises(Refused, match="Write the note first"):
        notes.share_note(held, by=consultant)
    assert mails() == []


def test_share_note_tells_the_team_once(a_batch, coordinator, consultant, colleague):
    """R10: whoever asked and whoever was invited of the team, not our own people; a second click is told."""
    batch = a_batch("funded", bought=6)
    people = [
        meetings.Invitee("Rowan Hale", "Referrer@example.gov.uk"),
        meetings.Invitee("Ash Winter", colleague.email, user=colleague),
        meetings.Invitee("Jo Lane", "jo.lane@example.org"),
        meetings.Invitee(str(consultant), consultant.email, user=consultant, role="Consultant"),
    ]
    session = hold(book(batch, coordinator, invitees=people)[0], coordinator)
    write(session, consultant)

    notes.share_note(now(session), by=consultant)

    assert mails() == ["referrer@example.gov.uk", "colleague@example.gov.uk", "jo.lane@example.org"]
    assert now(session).has_shared_note
    assert "safety" not in "".join(m.subject + m.text + m.html for m in Message.objects.all())  # R8
    with pytest.raises(Stale, match="shared already"):
        notes.share_note(now(session), by=consultant)
    assert len(mails()) == 3


@pytest.fixture
def shared(held, consultant) -> BatchSession:
    write(held, consultant)
    notes.share_note(held, by=consultant)
    return now(held)


def test_a_shared_note_is_corrected_with_a_reason_and_told_again(shared, consultant):
    first = shared.note_shared_at
    session = write(shared, consultant, note="We spoke of plans.", reason=" A wrong word. ")
    assert session.note == "We spoke of plans."
    assert session.note_shared_at > first
    assert ModelLogEntry.objects.get(action="batchsession.note_corrected").data["reason"] == "A wrong word."
    assert mails() == ["referrer@example.gov.uk"] * 2
    last = Message.objects.latest("pk")
    assert "is corrected" in last.subject
    assert "wrong word" not in last.text + last.html


@pytest.mark.parametrize(
    ("given", "count"), [({"note": "Other."}, 1), ({"note": " "}, 2), ({"note": "", "reason": "Why not"}, 1)]
)
def test_a_shared_note_is_not_changed_without_a_reason_nor_emptied(shared, consultant, given, count):
    with pytest.raises(Refused) as refusal:
        write(shared, consultant, **given)
    assert len(refusal.value.messages) == count
    assert now(shared).note == "We spoke of safety plans."


def test_themes_and_how_many_came_change_without_telling_anybody(shared, consultant, plans):
    session = write(shared, consultant, came=5, themes=[plans])
    assert (session.came, list(session.themes.all())) == (5, [plans])
    assert session.note_shared_at == shared.note_shared_at
    assert len(mails()) == 1


# --- Readers -------------------------------------------------------------------------------------


def test_who_reads_a_session(booked, referrer, colleague, outsider, coordinator):
    """R9: the team's bookers, and whoever is invited by an address they have proved; nobody else."""

    def reads(user) -> bool:
        return BatchSession.objects.readable_by(user).filter(pk=booked.pk).exists()

    assert [reads(user) for user in (referrer, colleague, outsider)] == [True, False, False]

    meetings.invite(booked.meeting, [meetings.Invitee("Out Sider", outsider.email)], by=coordinator)
    assert reads(outsider) is False  # the address is not proved to be theirs
    outsider.emailaddress_set.create(email=outsider.email, verified=True, primary=True)
    assert reads(outsider) is True
    attendee = booked.meeting.attendees.get(email=outsider.email)
    meetings.uninvite(attendee, by=coordinator)
    assert reads(outsider) is False

    Membership.objects.filter(user=colleague).update(role=Membership.Role.BOOKER)
    assert reads(colleague) is True


def test_every_reading_is_kept(shared, referrer):
    """R9"""
    notes.note_read(shared, by=referrer)
    notes.note_read(shared, by=referrer)
    assert ModelLogEntry.objects.filter(action="batchsession.note_read", user=referrer).count() == 2


# --- All or nothing ------------------------------------------------------------------------------


def test_a_note_that_cannot_be_told_is_not_shared(held, consultant, no_mail_can_be_written):
    write(held, consultant)
    before = ModelLogEntry.objects.count()
    no_mail_can_be_written()
    with pytest.raises(TemplateDoesNotExist):
        notes.share_note(held, by=consultant)
    assert not now(held).has_shared_note
    assert ModelLogEntry.objects.count() == before


def test_a_correction_that_cannot_be_told_is_not_made(shared, consultant, plans, no_mail_can_be_written):
    no_mail_can_be_written()
    with pytest.raises(TemplateDoesNotExist):
        write(shared, consultant, note="Other.", themes=[plans], reason="Wrong.")
    session = now(shared)
    assert (session.note, session.note_shared_at) == (shared.note, shared.note_shared_at)
    assert list(session.themes.all()) == []


def test_a_note_is_shared_long_after(held, consultant):
    """There is no hurry: a session of a batch that ran out may still get its note."""
    type(held.batch).objects.filter(pk=held.batch_id).update(
        expires_on=timezone.localdate() - timedelta(days=30)
    )
    write(held, consultant)
    notes.share_note(now(held), by=consultant)
    assert "run out" in Message.objects.latest("pk").text
