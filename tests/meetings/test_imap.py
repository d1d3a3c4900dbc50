"""Replies over a real socket: IMAP with TLS, from a server of the tests' own."""

from __future__ import annotations

import mailbox
from pathlib import Path

import pytest

from meetings.mailboxes import Unreachable
from meetings.models import Attendee
from meetings.replies import read_replies
from tests.factories.meetings import meeting as booked
from tests.meetings.imap_server import self_signed, serving
from tests.meetings.test_read_replies import reply, stats

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> Path:
    return self_signed(tmp_path_factory.mktemp("tls") / "localhost.pem")


@pytest.fixture
def trusted(certificate, monkeypatch) -> Path:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    return certificate


def test_answers_are_read_over_imap_and_marked(trusted):
    with serving(trusted, reply(booked())) as server:
        assert list(read_replies(server.url)) == ["Kept for Consultation C-26-7K4M: coming, 1 of 1."]
        assert (stats()[0], server.seen) == ("ACCEPTED", {7})
        assert list(read_replies(server.url)) == []
        assert server.said[-1] == "LOGOUT"


PLAIN = b"From: Person <person1@example.org>\r\nSubject: Re: x\r\n\r\nYes. Is there parking?\r\n"


def test_what_is_no_answer_stays_unread_for_people_and_is_looked_at_once(trusted):
    with serving(trusted, PLAIN, reply(booked())) as server:
        assert len(list(read_replies(server.url))) == 2
        assert (server.seen, server.looked_at) == ({8}, {7})
        assert list(read_replies(server.url)) == []


def test_a_server_that_keeps_no_keyword_stops_nothing(trusted):
    with serving(trusted, PLAIN, reply(booked())) as server:
        server.fails_at = "FingerpostLooked)"
        assert len(list(read_replies(server.url))) == 2
        assert (server.seen, server.looked_at) == ({8}, set())


def test_in_a_maildir_it_stays_unread_too(tmp_path):
    box = mailbox.Maildir(tmp_path / "box")
    box.add(PLAIN)
    box.add(reply(booked()))
    url = f"maildir://{tmp_path}/box"
    assert len(list(read_replies(url))) == 2
    assert sorted(mail.get_flags() for mail in mailbox.Maildir(tmp_path / "box")) == ["", "S"]
    assert list(read_replies(url)) == []


@pytest.mark.parametrize("command", ["LOGIN", "SELECT", "SEARCH", "PEEK", "STORE"])
def test_a_server_that_refuses_is_told_without_its_words_and_loses_nothing(trusted, command):
    """R8, R10."""
    with serving(trusted, reply(booked())) as server:
        server.fails_at = command
        with pytest.raises(Unreachable) as told:
            list(read_replies(server.url))
        assert "person1" not in str(told.value)
        server.fails_at = ""
        list(read_replies(server.url))
        assert (stats()[0], server.seen) == ("ACCEPTED", {7})


def test_a_server_whose_certificate_is_not_trusted_gets_no_password(certificate):
    with serving(certificate) as server:
        with pytest.raises(Unreachable):
            list(read_replies(server.url))
        assert server.said == []


def test_apple_names_the_mailbox_in_email(trusted):
    """RFC 7986 section 6.2."""
    meeting = booked()
    raw = reply(
        meeting, "TENTATIVE", params=';EMAIL="Person1@example.org"', attendee="urn:uuid:6f1ed002-ab3c-4000"
    )
    with serving(trusted, raw) as server:
        list(read_replies(server.url))
    assert Attendee.objects.order_by("pk")[0].partstat == "TENTATIVE"
