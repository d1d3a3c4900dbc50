"""Answers as Outlook, Google, Apple and Thunderbird mail them, from a mailbox that people read too."""

from __future__ import annotations

import mailbox
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from meetings import actions
from meetings.models import Attendee, Proposal
from meetings.replies import read_replies
from tests.factories.meetings import meeting as booked
from tests.factories.meetings import series as booked_series
from tests.factories.meetings import tomorrow
from tests.meetings.letters import after, letter

pytestmark = pytest.mark.django_db
Post = Callable[..., tuple[list[str], int]]


@pytest.fixture
def post(tmp_path: Path) -> Post:
    """Delivers mails, has them read; says what was said, and how many are unread for people afterwards."""
    box = mailbox.Maildir(tmp_path / "box")

    def deliver(*mails: bytes) -> tuple[list[str], int]:
        for raw in mails:
            box.add(raw)
        said = list(read_replies(f"maildir://{tmp_path}/box"))
        return said, sum("S" not in mail.get_flags() for mail in box)

    return deliver


@pytest.fixture
def attendee() -> Attendee:
    return booked().invited[0]


def kept(attendee: Attendee) -> str:
    attendee.refresh_from_db()
    return attendee.partstat


@pytest.mark.parametrize(
    ("name", "partstat", "word"),
    [
        ("outlook_accepted", "ACCEPTED", "coming"),
        ("google_declined", "DECLINED", "not coming"),
        ("apple_tentative", "TENTATIVE", "perhaps"),
        ("thunderbird_accepted", "ACCEPTED", "coming"),
    ],
)
def test_the_answer_of_each_calendar_is_kept_with_its_stamp(post, attendee, name, partstat, word):
    """R8: what is said names the reference and nobody."""
    stamp = after(-1)
    told = ([f"Kept for Consultation C-26-7K4M: {word}, 1 of 1."], 0)
    assert post(letter(name, attendee, stamped_at=stamp)) == told
    assert (kept(attendee), attendee.replied_stamp, attendee.replied_sequence) == (partstat, stamp, 0)


@pytest.mark.parametrize("name", ["outlook_counter", "google_counter"])
@pytest.mark.parametrize("season", [timedelta(days=1), timedelta(days=210)])
def test_the_time_that_each_calendar_proposes_is_read_in_its_own_zone(post, attendee, name, season):
    """R11. Outlook calls our zone GMT Standard Time, in summer too; Google writes UTC."""
    start = attendee.meeting.starts_at + season
    _, unread = post(letter(name, attendee, starts_at=start))
    proposal = Proposal.objects.get()
    assert (proposal.starts_at, proposal.ends_at, proposal.comment, unread) == (
        start,
        start + timedelta(hours=2),
        "Court sits that morning.",
        0,
    )


@pytest.mark.parametrize(
    ("name", "form", "partstat"),
    [("outlook_one_date", "%Y%m%dT%H%M%S", "ACCEPTED"), ("google_one_date", "%Y%m%dT%H%M%SZ", "DECLINED")],
)
def test_an_answer_for_one_date_of_a_series_is_for_that_date(post, name, form, partstat):
    """R11. RECURRENCE-ID comes back in the calendar's own zone, or in UTC."""
    second = booked_series().listed[1]  # in winter, when both read the same
    said, _ = post(letter(name, second.invited[0], date=f"{second.starts_at:{form}}"))
    assert said == [
        f"Kept for {second.title}: {'coming' if partstat == 'ACCEPTED' else 'not coming'}, 1 of 1."
    ]
    answered = Attendee.objects.exclude(partstat="NEEDS-ACTION")
    assert [(a.meeting_id, a.partstat) for a in answered] == [(second.pk, partstat)]


def test_the_last_answer_stands_in_whatever_order_mail_arrives(post, attendee):
    """R10. By SEQUENCE and DTSTAMP; no list of handled mails is kept, and a copy of one acts no more."""
    declined = letter("google_declined", attendee, stamped_at=after(-1))
    accepted = letter("outlook_accepted", attendee, stamped_at=after(-3))
    post(declined, accepted)
    assert kept(attendee) == "DECLINED"
    said, unread = post(letter("apple_tentative", attendee, stamped_at=after(-2)), accepted, declined)
    assert (kept(attendee), unread, sum("later answer" in line for line in said)) == ("DECLINED", 0, 2)
    actions.reply(attendee, "ACCEPTED", sequence=0)  # on the page, after all of them
    post(declined, accepted)
    assert kept(attendee) == "ACCEPTED"


def test_a_copy_of_a_proposal_that_was_decided_opens_it_no_more(post, attendee, coordinator):
    """R7, R10."""
    raw = letter("outlook_counter", attendee, starts_at=attendee.meeting.starts_at + timedelta(days=1))
    post(raw)
    actions.decline_proposal(Proposal.objects.get(), by=coordinator)
    said, _ = post(b"Received: from elsewhere\r\n" + raw)
    assert "Known already" in said[0]
    assert Proposal.objects.get().status == Proposal.Status.DECLINED


def test_an_answer_from_before_they_were_taken_off_is_not_for_the_new_invite(post, attendee, coordinator):
    """R7."""
    meeting = attendee.meeting
    early = letter("outlook_accepted", attendee, stamped_at=after(-30))
    actions.uninvite(attendee, by=coordinator)
    actions.invite(meeting, [actions.Invitee(attendee.name, attendee.email)], by=coordinator)
    post(early)
    assert kept(attendee) == "NEEDS-ACTION"
    meeting.refresh_from_db()
    attendee.meeting = meeting
    post(letter("outlook_accepted", attendee))
    assert kept(attendee) == "ACCEPTED"


def test_who_comes_instead_is_forgotten_with_the_answer(post, attendee, coordinator):
    swap = ("PARTSTAT=DECLINED", 'PARTSTAT=DELEGATED;DELEGATED-TO="mailto:sam@example.org"')
    post(letter("google_declined", attendee, swap=swap))
    attendee.refresh_from_db()
    assert attendee.sends_instead == "sam@example.org"
    actions.move(attendee.meeting, starts_at=tomorrow(3), ends_at=tomorrow(4), by=coordinator)
    attendee.refresh_from_db()
    assert (attendee.partstat, attendee.sends_instead) == ("NEEDS-ACTION", "")


@pytest.mark.parametrize("name", ["plain", "bounce", "forwarded"])
def test_other_mail_is_left_to_people(post, attendee, name):
    """R9. A mail that came back, or was passed on, answers for nobody by what is inside it."""
    said, unread = post(letter(name, attendee))
    assert (said, unread) == (["No reply: it holds no calendar object."], 1)
    assert kept(attendee) == "NEEDS-ACTION"
    assert post() == ([], 1)


@pytest.mark.parametrize(
    "other",
    [
        {"uid": "another@example.org"},
        {"email": "stranger@example.org", "sender": "stranger@example.org"},
        {"sender": "another.address@example.org"},
        {"sequence": 7},
        {"uid": "x\x00y"},
        {"swap": ("mailto:person1@", "mailto:person1%00@"), "sender": "a@example.org"},
    ],
)
def test_what_we_cannot_deal_with_changes_nothing_and_is_left_to_people(post, attendee, other):
    """R9: about a meeting of somebody else's, or from an address that is not invited."""
    said, unread = post(letter("google_declined", attendee, **other))
    assert said
    assert not any("@" in line for line in said)  # R8
    assert (kept(attendee), unread) == ("NEEDS-ACTION", 1)


@pytest.mark.parametrize("late", ["cancelled", "moved"])
def test_what_came_too_late_needs_nobody(post, attendee, coordinator, late):
    """R7."""
    raw = letter("outlook_accepted", attendee)
    if late == "cancelled":
        actions.cancel(attendee.meeting, by=coordinator, reason="Off")
    else:
        actions.move(attendee.meeting, starts_at=tomorrow(3), ends_at=tomorrow(4), by=coordinator)
    said, unread = post(raw)
    assert said[0].startswith("Not kept: ")
    assert (kept(attendee), unread) == ("NEEDS-ACTION", 0)


def test_a_mail_that_we_stumble_over_keeps_no_other_waiting(post, attendee, monkeypatch):
    """R8, R10. It stays unread for people; what is said is the kind of error alone."""
    other = booked(title="Training B-26-1111", about="B-26-1111", starts_at=tomorrow(30)).invited[0]
    real = actions.replies.keep_answer

    def stumbles(row, *args, **kwargs):
        if row.pk == attendee.pk:
            raise RuntimeError(row.email)
        real(row, *args, **kwargs)

    monkeypatch.setattr(actions.replies, "keep_answer", stumbles)
    said, unread = post(letter("outlook_accepted", attendee), letter("google_declined", other))
    assert sorted(said)[1] == "Not dealt with: RuntimeError."
    assert (kept(attendee), kept(other), unread) == ("NEEDS-ACTION", "DECLINED", 1)
