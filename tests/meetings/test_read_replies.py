"""Answers by mail: what is kept, what is not, and that no mail whatever stops the rest."""

from __future__ import annotations

import mailbox
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from changes.refusals import Refused, Stale
from mail.models import Message
from meetings import actions
from meetings.itip import Unreadable, read_answers
from meetings.models import Attendee, Meeting, Proposal
from meetings.received import MOST_MAIL, read_mail
from tests.factories.meetings import meeting as booked
from tests.factories.meetings import room, tomorrow
from tests.factories.meetings import series as booked_series
from tests.meetings.calendars import calendar_in

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC).replace(microsecond=0)


def reply(meeting: Meeting, partstat: str = "ACCEPTED", **changed) -> bytes:
    """As Outlook, Google and Apple send it, in what matters."""
    said = {
        "method": "REPLY",
        "sender": "person1@example.org",
        "attendee": "MAILTO:Person1@Example.org",
        "params": "",
        "sequence": f"SEQUENCE:{meeting.sequence}\r\n",
        "stamp": NOW,
        "uid": meeting.uid,
        "more": "",
        **changed,
    }
    stamp = said["stamp"].strftime("%Y%m%dT%H%M%SZ")
    text = (
        f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//X//EN\r\nMETHOD:{said['method']}\r\nBEGIN:VEVENT\r\n"
        f"UID:{said['uid']}\r\n{said['sequence']}DTSTAMP:{stamp}\r\n{said['more']}"
        f"ATTENDEE;PARTSTAT={partstat}{said['params']}:{said['attendee']}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    return letter(text, sender=said["sender"])


def letter(calendar: str, *, sender: str = "person1@example.org") -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = (
        f"Person <{sender}>",
        "office@example.org",
        "Accepted: x",
    )
    message.set_content("I accept")
    message.add_alternative(calendar, subtype="calendar", params={"method": "REPLY"})
    message.add_attachment(calendar.encode(), maintype="application", subtype="ics", filename="invite.ics")
    return message.as_bytes()


def take(raw: bytes) -> list[str]:
    return [outcome.said for outcome in actions.take_in(read_mail(raw))]


def stats() -> list[str]:
    return list(Attendee.objects.order_by("meeting__starts_at", "pk").values_list("partstat", flat=True))


@pytest.mark.parametrize("partstat", ["ACCEPTED", "TENTATIVE", "DECLINED"])
def test_an_answer_by_mail_is_kept(partstat):
    """The address in any case, ORGANIZER missing; text and file of one mail count once (R10)."""
    said = take(reply(booked(), partstat))
    assert len(said) == 1
    assert said[0].startswith("Kept for Consultation C-26-7K4M")
    assert stats() == [partstat, "NEEDS-ACTION", "NEEDS-ACTION"]


def test_an_assistant_answers_by_sent_by():
    raw = reply(booked(), sender="pa@example.org", params=';SENT-BY="mailto:PA@example.org"')
    assert take(raw)[0].startswith("Kept")


def test_answers_are_ordered_by_sequence_then_dtstamp():
    """R7, R10. What is older arrives late and changes nothing; the same mail again neither."""
    meeting = booked()
    late, early = (
        reply(meeting, "DECLINED", stamp=NOW),
        reply(meeting, "ACCEPTED", stamp=NOW - timedelta(hours=1)),
    )
    take(late)
    at = Attendee.objects.order_by("pk")[0].rsvp_at
    assert "later answer" in take(early)[0]
    take(late)
    assert (stats()[0], Attendee.objects.order_by("pk")[0].rsvp_at) == ("DECLINED", at)


def test_a_button_pressed_later_stands_against_a_mail_read_afterwards():
    meeting = booked()
    old = reply(meeting, "DECLINED", stamp=NOW - timedelta(minutes=5))
    actions.reply(meeting.invited[0], "ACCEPTED", sequence=0)
    take(old)
    assert stats()[0] == "ACCEPTED"


def test_an_answer_to_an_old_time_changes_nothing(coordinator):
    """R7."""
    meeting = booked()
    old = reply(meeting)
    actions.move(meeting, starts_at=tomorrow(3), ends_at=tomorrow(4), by=coordinator)
    assert "time has changed" in take(old)[0]
    assert set(stats()) == {"NEEDS-ACTION"}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"uid": "somebody-elses@example.com"}, "no meeting of ours"),
        ({"attendee": "mailto:eve@example.com", "sender": "eve@example.com"}, "not on the list"),
        ({"sender": "eve@example.com"}, "not sent by the person"),
        ({"sequence": "SEQUENCE:7\r\n"}, "never sent"),
        ({"stamp": NOW + timedelta(days=40)}, "in the future"),
        ({"more": "RECURRENCE-ID:20270101T100000Z\r\n"}, "no meeting of ours"),
        ({"partstat": "X-MAYBE"}, "Choose whether"),
    ],
)
def test_foreign_answers_change_nothing_and_say_so(changed, said):
    """R9. The sentence names nobody (R8)."""
    meeting = booked()
    (line,) = take(reply(meeting, changed.pop("partstat", "ACCEPTED"), **changed))
    assert line.startswith("Not kept: ")
    assert said in line
    assert "@" not in line
    assert set(stats()) == {"NEEDS-ACTION"}


def test_whoever_was_taken_off_or_called_off_answers_nothing(coordinator):
    meeting = booked()
    raw = reply(meeting)
    actions.uninvite(meeting.invited[0], by=coordinator)
    assert take(raw)[0].startswith("Not kept")
    actions.cancel(meeting, by=coordinator, reason="Off")
    assert take(reply(meeting, sender="person2@example.org", attendee="mailto:person2@example.org"))[
        0
    ].startswith("Not kept")
    assert set(stats()) == {"NEEDS-ACTION"}


def test_a_series_is_answered_as_a_whole_or_one_by_one():
    series = booked_series(invitees=[actions.Invitee("P", "person1@example.org")])
    first, second, *_ = series.listed
    take(reply(first, "ACCEPTED"))
    assert stats() == ["ACCEPTED"] * 4
    one = f"RECURRENCE-ID;TZID=Europe/London:{second.starts_at:%Y%m%dT%H%M%S}\r\n"
    take(reply(first, "DECLINED", more=one, stamp=NOW + timedelta(seconds=1)))
    assert stats() == ["ACCEPTED", "DECLINED", "ACCEPTED", "ACCEPTED"]


def test_whoever_sends_somebody_else_is_noted_and_nobody_is_invited_by_it():
    """R9. Staff decide who is invited."""
    take(reply(booked(), "DELEGATED", params=';DELEGATED-TO="mailto:sam@example.org"'))
    attendee = Attendee.objects.order_by("pk")[0]
    assert (attendee.partstat, attendee.sends_instead) == ("DELEGATED", "sam@example.org")
    assert Attendee.objects.count() == 3


def counter(meeting: Meeting, hours: float = 26, **changed) -> bytes:
    start = meeting.starts_at + timedelta(hours=hours)
    more = f"DTSTART:{start:%Y%m%dT%H%M%SZ}\r\nDTEND:{start + timedelta(hours=1):%Y%m%dT%H%M%SZ}\r\nCOMMENT:Later?\r\n"
    return reply(meeting, "TENTATIVE", method="COUNTER", more=more, **changed)


def test_another_time_is_proposed_to_staff_once():
    """R10."""
    meeting = booked()
    take(counter(meeting))
    assert "Known already" in take(counter(meeting))[0]
    (proposal,) = Proposal.objects.all()
    assert (proposal.starts_at, proposal.comment, proposal.is_current) == (
        meeting.starts_at + timedelta(hours=26),
        "Later?",
        True,
    )
    meeting.refresh_from_db()
    assert (meeting.sequence, stats()[0]) == (0, "NEEDS-ACTION")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("", "no other time"),
        ("DTSTART:99991231T235959Z\r\n", "years away"),
        ("DTSTART:20200101T100000Z\r\n", "past"),
        ("DTSTART:20361231T100000Z\r\nDTEND:20361231T090000Z\r\n", "years away"),
    ],
)
def test_a_proposal_that_proposes_nothing_is_refused(more, said):
    (line,) = take(reply(booked(), "TENTATIVE", method="COUNTER", more=more))
    assert line.startswith("Not kept: ")
    assert said in line
    assert not Proposal.objects.exists()


def test_accepting_a_proposal_moves_the_meeting(coordinator):
    """R7, R11."""
    meeting = booked(resources=[room()])
    take(counter(meeting))
    proposal = Proposal.objects.get()
    actions.accept_proposal(proposal, by=coordinator)
    meeting.refresh_from_db()
    assert (meeting.starts_at, meeting.sequence) == (proposal.starts_at, 1)
    with pytest.raises(Stale):
        actions.accept_proposal(proposal, by=coordinator)


def test_a_proposal_that_clashes_is_refused_and_stays_open(coordinator):
    """R3."""
    place = room()
    meeting = booked(resources=[place])
    booked(resources=[place], starts_at=meeting.starts_at + timedelta(hours=26))
    take(counter(meeting))
    with pytest.raises(Refused, match="already booked"):
        actions.accept_proposal(Proposal.objects.get(), by=coordinator)
    assert Proposal.objects.get().is_current


def test_declining_a_proposal_tells_its_proposer_in_calendar_words(coordinator):
    """RFC 5546 section 3.2.8: UID, their SEQUENCE, and them."""
    meeting = booked()
    take(counter(meeting))
    actions.decline_proposal(Proposal.objects.get(), by=coordinator)
    told = Message.objects.get(method="DECLINECOUNTER")
    data = calendar_in(told)
    assert told.to == "person1@example.org"
    assert b"METHOD:DECLINECOUNTER" in data
    assert data.count(b"\r\nATTENDEE") == 1
    with pytest.raises(Stale):
        actions.decline_proposal(Proposal.objects.get(), by=coordinator)


@pytest.mark.parametrize("late", ["moved", "cancelled", "overtaken"])
def test_a_proposal_goes_out_of_date(coordinator, late):
    """R7."""
    meeting = booked()
    take(counter(meeting))
    proposal = Proposal.objects.get()
    if late == "moved":
        actions.move(meeting, starts_at=tomorrow(3), ends_at=tomorrow(4), by=coordinator)
    elif late == "cancelled":
        actions.cancel(meeting, by=coordinator, reason="Off")
    else:
        take(counter(meeting, 50, stamp=NOW + timedelta(minutes=1)))
    with pytest.raises(Stale):
        actions.accept_proposal(proposal, by=coordinator)


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        b"\x00\xff" * 50,
        letter("BEGIN:VCALENDAR"),
        letter("BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nEND:VCALENDAR\r\n"),
        letter("BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"),
        letter(
            "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:x\r\nDTSTAMP:yesterday\r\nATTENDEE:mailto:a@b.c\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        ),
        letter(
            "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:x\r\nSEQUENCE:-1\r\nDTSTAMP:20270101T100000Z\r\nATTENDEE:mailto:a@b.c\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        ),
        letter(
            "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:x\r\nDTSTAMP:20270101T100000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        ),
        letter("X" * 600_000),
        b"a" * (MOST_MAIL + 1),
    ],
)
def test_a_mail_that_is_no_answer_is_unreadable_and_no_more(bad):
    with pytest.raises(Unreadable):
        read_mail(bad)


PIECES = [
    "BEGIN:VCALENDAR",
    "END:VCALENDAR",
    "METHOD:REPLY",
    "BEGIN:VEVENT",
    "END:VEVENT",
    "UID:x",
    "SEQUENCE:x",
]
PIECES += [
    "DTSTAMP;TZID=No/Where:20270101T1",
    "DTSTAMP:20270101T100000Z",
    "ATTENDEE;PARTSTAT=:",
    "ATTENDEE:mailto:",
]
PIECES += [
    "RECURRENCE-ID;VALUE=DATE:2027",
    "DTSTART;VALUE=PERIOD:x/y",
    "DURATION:PT",
    "BEGIN:VTIMEZONE",
    "COMMENT:\x00",
]


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=20), max_size=20))
def test_no_junk_is_more_than_unreadable(lines):
    for junk in (
        "\r\n".join(lines),
        "\r\n".join(["BEGIN:VCALENDAR", "METHOD:REPLY", "BEGIN:VEVENT", *lines]),
    ):
        with suppress(Unreadable):
            read_answers(junk.encode())


def test_the_command_reads_a_maildir_and_marks_what_it_has_read(tmp_path, capsys):
    """R10. A bad mail does not stop the good one; a second run finds nothing new."""
    meeting = booked()
    box = mailbox.Maildir(tmp_path / "box")
    for raw in (b"nothing", reply(meeting)):
        box.add(raw)
    call_command("read_replies", f"maildir://{tmp_path}/box")
    assert stats()[0] == "ACCEPTED"
    assert "2 looked at" in capsys.readouterr().out
    call_command("read_replies", f"maildir://{tmp_path}/box")
    assert capsys.readouterr().out == "0 looked at.\n"
    assert sorted(m.get_flags() for m in box) == ["", "S"]  # what is no answer stays unread for people


@pytest.mark.parametrize(
    "url", ["", "maildir:///nowhere/at/all", "pop3://x", "imaps://u:secret@127.0.0.1:1/"]
)
def test_a_mailbox_that_cannot_be_read_is_told_without_its_password(url):
    with pytest.raises(CommandError) as error:
        call_command("read_replies", url)
    assert "secret" not in str(error.value)


def test_answers_stop_when_the_meeting_is_over():
    meeting = booked(
        starts_at=timezone.now() - timedelta(hours=3), ends_at=timezone.now() - timedelta(hours=2)
    )
    assert take(reply(meeting))[0].startswith("Not kept")
