"""Delivery: once in effect, tried again when it fails, given up aloud."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone
from django_q.models import OrmQ

from changes.refusals import Refused, Stale
from mail import actions, tasks
from mail.models import Message
from tests.mail.conftest import post

ICS = (
    b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:a@b\r\n"
    + "SUMMARY:Café C-26-2222\r\n".encode()
    + b"END:VEVENT\r\nEND:VCALENDAR\r\n"
)
pytestmark = pytest.mark.django_db


def forget_jobs() -> None:
    OrmQ.objects.all().delete()


def test_delivery_writes_one_real_letter(mailbox):
    message = post(name="Zoë “Z” Field", headers={"X-Case": "C-26-2222", "To": "thief@example.org"})
    tasks.deliver(message.pk)
    message.refresh_from_db()
    (letter,) = mailbox.letters()
    assert (message.status, message.attempts, message.claimed_until) == ("sent", 1, None)
    assert letter["To"].addresses[0].addr_spec == "funder@example.gov.uk"
    assert letter["To"].addresses[0].display_name == "Zoë “Z” Field"
    assert letter["Message-ID"] == message.message_id
    assert letter["Reply-To"] == "office@fingerpost.example.org"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["X-Case"] == "C-26-2222"
    assert letter.get_content_type() == "multipart/alternative"
    assert "http://testserver/x?a=1&b=2" in letter.get_body(("plain",)).get_content()
    assert "Read the quote</a>" in letter.get_body(("html",)).get_content()


def test_file_names_carry_no_address(mailbox):
    """R8."""
    tasks.deliver(post().pk)
    (path,) = mailbox.folder.iterdir()
    assert "funder" not in path.name
    assert path.stat().st_mode & 0o077 == 0


def test_an_invitation_has_the_shape_mail_programs_know(mailbox):
    tasks.deliver(post(calendar=ICS, method="REQUEST").pk)
    (letter,) = mailbox.letters()
    assert letter.get_content_type() == "multipart/mixed"
    alternative, attached = letter.iter_parts()
    parts = list(alternative.iter_parts())
    assert [p.get_content_type() for p in parts] == ["text/plain", "text/html", "text/calendar"]
    assert parts[-1]["Content-Type"].params == {"charset": "utf-8", "method": "REQUEST"}
    assert parts[-1].get_payload(decode=True) == ICS
    assert attached.get_filename() == "invite.ics"
    assert attached.get_payload(decode=True) == ICS


def test_it_goes_through_a_real_mail_server(smtp):
    tasks.deliver(post(calendar=ICS, method="CANCEL").pk)
    (body,) = smtp.taken
    assert b'method="CANCEL"' in body
    assert b"\n" not in body.replace(b"\r\n", b"")
    assert max(map(len, body.split(b"\r\n"))) < 998


def test_a_sent_message_is_not_sent_twice(mailbox):
    """R10: the job may run as often as it likes."""
    message = post()
    for _ in range(3):
        tasks.deliver(message.pk)
    assert len(mailbox.letters()) == 1


def test_a_message_that_is_gone_is_no_error(mailbox):
    tasks.deliver(987654)


def test_failures_wait_longer_each_time_and_then_the_letter_is_dead(smtp):
    smtp.data_answer = "451 try later"
    message = post()
    waits = []
    with time_machine.travel("2026-11-24 10:00Z", tick=False) as clock:
        message.next_attempt_at = timezone.now()
        message.save()
        for _ in range(6):
            actions.deliver(message)
            message.refresh_from_db()
            if message.status == Message.Status.DEAD:
                break
            wait = message.next_attempt_at - timezone.now()
            waits.append(wait)
            assert message.status == Message.Status.RETRYING
            assert not actions.deliver(message)  # not before its time
            clock.shift(wait)
    minutes = [int(w.total_seconds() // 60) for w in waits]
    assert minutes == [1, 5, 30, 120, 720]
    assert (message.status, message.attempts) == ("dead", 6)
    assert message.last_error == "The mail server answered 451 try later"
    assert message.html  # kept, for sending it again


def test_a_mailbox_that_does_not_exist_is_not_asked_again(smtp):
    smtp.recipient_answer = "550 no such user"
    message = post()
    actions.deliver(message)
    message.refresh_from_db()
    assert (message.status, message.attempts) == ("dead", 1)
    assert message.last_error == "The mail server refused the address: 550 no such user"


def test_an_address_no_server_could_take_ends_dead_not_lost(mailbox):
    message = post(to="not an address")
    actions.deliver(message)
    assert message.status == Message.Status.RETRYING
    assert message.last_error


def test_a_sensitive_message_is_wiped_once_delivered(mailbox, settings):
    message = post(sensitive=True)
    actions.deliver(message)
    message.refresh_from_db()
    assert (message.text, message.html, message.is_readable) == ("", "", False)
    assert message.wiped_at
    assert "http://testserver/x" in mailbox.letters()[0].get_body(("plain",)).get_content()
    with pytest.raises(Refused, match="request a new one"):
        actions.resend(message, by=None)


def test_in_the_demonstration_a_sensitive_message_stays_readable(mailbox, settings):
    settings.DEMO = True
    message = post(sensitive=True)
    actions.deliver(message)
    message.refresh_from_db()
    assert message.is_readable
    assert message.text


def test_a_crash_between_sending_and_marking_sends_the_same_message_again(mailbox, monkeypatch):
    """R10: found by the sweep, and recognisably the same message."""

    class PowerCut(BaseException):
        pass

    def cut(*_: object, **__: object) -> None:
        raise PowerCut

    message = post()
    with monkeypatch.context() as patch, pytest.raises(PowerCut):
        patch.setattr(Message, "move_to", cut)
        actions.deliver(message)
    forget_jobs()
    message.refresh_from_db()
    assert message.status == Message.Status.QUEUED
    assert actions.sweep() == 0  # its worker may still be alive
    assert not actions.deliver(message)
    with time_machine.travel(timezone.now() + timedelta(minutes=4)):
        assert actions.sweep() == 1
        assert actions.sweep() == 0  # the job is on its way
        tasks.deliver(OrmQ.objects.get().task["args"][0])
    first, second = mailbox.letters()
    message.refresh_from_db()
    assert first["Message-ID"] == second["Message-ID"] == message.message_id
    assert message.status == Message.Status.SENT


def test_the_sweep_finds_a_lost_job_and_a_retry_that_is_due(mailbox):
    lost, due, waiting, fresh = post(), post(), post(), post()
    now = timezone.now()
    past = now - timedelta(minutes=10)
    Message.objects.filter(pk=lost.pk).update(queued_at=past, next_attempt_at=past)
    Message.objects.filter(pk=due.pk).update(
        queued_at=past, next_attempt_at=now - timedelta(seconds=1), status="retrying"
    )
    Message.objects.filter(pk=waiting.pk).update(
        queued_at=past, next_attempt_at=now + timedelta(minutes=1), status="retrying"
    )
    forget_jobs()
    assert actions.sweep() == 2
    assert {job.task["args"][0] for job in OrmQ.objects.all()} == {lost.pk, due.pk}
    assert fresh.status == Message.Status.QUEUED


def test_sending_again_queues_it_once(mailbox, coordinator):
    message = post()
    actions.deliver(message)
    forget_jobs()
    actions.resend(message, by=coordinator, seen=0)
    with pytest.raises(Stale):
        actions.resend(message, by=coordinator, seen=0)
    assert OrmQ.objects.count() == 1
    tasks.deliver(message.pk)
    first, second = mailbox.letters()
    assert first["Message-ID"] == second["Message-ID"]
    with pytest.raises(Stale):  # a replay of the first click, after it was delivered
        actions.resend(message, by=coordinator, seen=0)


@pytest.mark.parametrize("status", ["queued"])
def test_what_is_on_its_way_cannot_be_sent_again(mailbox, status):
    with pytest.raises(Stale):
        actions.resend(post(), by=None)


@pytest.mark.django_db(transaction=True)
def test_eight_workers_send_one_letter(mailbox, postgres, monkeypatch):
    """R10, and the negative control: without the claim the same eight send more than one."""

    def race(message: Message) -> None:
        gate = threading.Barrier(8)

        def work() -> None:
            gate.wait()
            try:
                tasks.deliver(message.pk)
            except Stale:
                pass
            finally:
                connection.close()

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    race(post())
    assert len(mailbox.letters()) == 1
    with monkeypatch.context() as patch:
        patch.setattr(actions, "_claim", lambda message: True)
        race(post())
    assert len(mailbox.letters()) > 2
