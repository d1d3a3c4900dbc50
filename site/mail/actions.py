"""The outbox's acts: write a message, deliver it, send it again, find what a crash left behind."""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from email.utils import make_msgid, parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import get_connection
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from changes.follow_ups import queue
from changes.refusals import Refused, Stale
from mail import mime
from mail.models import Message
from mail.rendering import render
from provider.models import Provider

logger = logging.getLogger(__name__)

# Waits after the first, second, … failed attempt; after the last wait's attempt the letter is dead.
WAITS = [
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=12),
]
# Longer than the queue lets a job run, so a claim never ends while its worker may still be sending.
CLAIM = timedelta(seconds=settings.Q_CLUSTER["timeout"] + 30)
DELIVER = "mail.tasks.deliver"
SWEEP_AT_ONCE = 500


@transaction.atomic
def send(
    template: str,
    *,
    to: str,
    context: Mapping[str, Any],
    name: str = "",
    calendar: bytes | None = None,
    method: str = "",
    sensitive: bool = False,
    key: str = "",
    headers: Mapping[str, str] | None = None,
    about: str = "",
) -> Message:
    """Render the pair `<app>/emails/<name>` now, keep it in the outbox and queue its delivery.

    All in the caller's transaction: a rollback leaves neither row nor job (R10). `key` makes it once
    only: a second send with the same key gives back the first message and does nothing. `about` is a
    reference, by which staff find it; `context` may hold a person's name, never a child's details (R8).
    `calendar` is an iTIP object and `method` its METHOD.
    """
    if bool(calendar) != bool(method):
        raise ValueError("A calendar object and its METHOD go together.")
    if key and (first := Message.objects.filter(key=key).first()):
        return first
    rendered = render(template, dict(context), name=name)
    message = Message(
        template=template,
        to=to.strip(),
        name=mime.one_line(name)[:150],
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        calendar=calendar,
        method=method.upper(),
        headers=dict(headers or {}),
        about=about,
        key=key or None,
        sensitive=sensitive,
        message_id=make_msgid(domain=_domain()),
    )
    message.next_attempt_at = message.queued_at
    try:
        with transaction.atomic():
            message.save(force_insert=True)
    except IntegrityError:
        # Somebody wrote the same key a moment ago: theirs is the one.
        return Message.objects.get(key=key)
    queue(DELIVER, message.pk)
    return message


def _domain() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"


def _claim(message: Message) -> bool:
    """Take the message for this worker alone: a compare-and-set that one of any number wins."""
    until = timezone.now() + CLAIM
    won = Message.objects.due().filter(pk=message.pk).update(claimed_until=until, attempts=F("attempts") + 1)
    if won:
        message.refresh_from_db()
    return bool(won)


def deliver(message: Message) -> bool:
    """Hand the message to the mail server. True when this call delivered it.

    At least once, and safe so: the claim is committed first, so two workers never both send; the server
    is spoken to outside any transaction; then the message is marked. A crash between sending and marking
    leaves a claim that runs out, and the sweep sends the message again *with the same Message-ID*, which
    mail systems know as the one they have. The other order, marking first, would lose it instead (R10).
    """
    if not _claim(message):
        return False
    try:
        _hand_over(message)
    except Exception as error:  # whatever the server or the network does, the letter is not lost
        _put_off(message, error)
        return False
    wiped: dict[str, Any] = {}
    if message.sensitive and not settings.DEMO:
        wiped = {"text": "", "html": "", "wiped_at": timezone.now()}
    # Stale: our claim ran out and another worker has marked it. It is delivered either way.
    with suppress(Stale):
        message.move_to(
            Message.Status.SENT, by=None, sent_at=timezone.now(), claimed_until=None, last_error="", **wiped
        )
    return True


def _hand_over(message: Message) -> None:
    letter = mime.write(
        sender=settings.DEFAULT_FROM_EMAIL,
        to=message.to,
        name=message.name,
        reply_to=Provider.load().email,
        subject=message.subject,
        text=message.text,
        html=message.html,
        message_id=message.message_id,
        calendar=bytes(message.calendar) if message.calendar else None,
        method=message.method,
        headers=message.headers,
    )
    mime.OutboxEmail(
        letter, sender=settings.DEFAULT_FROM_EMAIL, to=message.to, connection=get_connection()
    ).send()


def _is_final(error: Exception) -> bool:
    """The server says there is no such mailbox (5xx): asking again changes nothing."""
    return isinstance(error, smtplib.SMTPRecipientsRefused) and all(
        code >= 500 for code, _ in error.recipients.values()
    )


def _said(error: Exception) -> str:
    """What the server answered, for staff to read."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        answers = [f"{code} {_plain(text)}" for code, text in error.recipients.values()]
        return "The mail server refused the address: " + "; ".join(answers)
    if isinstance(error, smtplib.SMTPResponseException):
        return f"The mail server answered {error.smtp_code} {_plain(error.smtp_error)}"
    return f"{type(error).__name__}: {error}"


def _plain(answer: bytes | str) -> str:
    return answer.decode(errors="replace") if isinstance(answer, bytes) else answer


def _put_off(message: Message, error: Exception) -> None:
    """After a failed attempt: try again later, longer each time, and in the end give up and say so."""
    said = _said(error)[:1000]
    logger.warning("Email %s was not delivered (attempt %s): %s", message.pk, message.attempts, said)
    facts: dict[str, Any] = {"last_error": said, "claimed_until": None}
    if _is_final(error) or message.attempts > len(WAITS):
        message.move_to(Message.Status.DEAD, by=None, **facts)
        return
    wait = WAITS[message.attempts - 1]
    message.move_to(Message.Status.RETRYING, by=None, next_attempt_at=timezone.now() + wait, **facts)


@transaction.atomic
def resend(message: Message, *, by: object, seen: int | None = None) -> None:
    """Send once more, at a person's word. `seen` is the number of resends on the page they acted from,
    so that a double click or a replay sends one letter (R7, R10)."""
    message = Message.locked(message.pk)
    if message.wiped_at:
        raise Refused(
            "This email carried a personal link or a code, which is wiped once it is delivered. "
            "Ask the person to request a new one."
        )
    if seen is not None and seen != message.resends:
        raise Stale("This email has been sent again already. Nothing more was done.")
    now = timezone.now()
    message.move_to(
        Message.Status.QUEUED,
        by=by,
        resends=message.resends + 1,
        attempts=0,
        next_attempt_at=now,
        queued_at=now,
        claimed_until=None,
    )
    queue(DELIVER, message.pk)


def sweep() -> int:
    """Queue every message whose retry has come or whose job was lost. Returns how many."""
    swept = 0
    for pk in (
        Message.objects.to_sweep().order_by("next_attempt_at").values_list("pk", flat=True)[:SWEEP_AT_ONCE]
    ):
        with transaction.atomic():
            if Message.objects.to_sweep().filter(pk=pk).update(queued_at=timezone.now()):
                queue(DELIVER, pk)
                swept += 1
    return swept
