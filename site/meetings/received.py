"""A mail that came in, and the answers in it (RFC 6047). Pure; whatever is wrong raises Unreadable alone."""

from __future__ import annotations

import email
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.utils import parseaddr

from meetings.itip import Answer, Unreadable, read_answers
from meetings.itip.answers import BAD, MOST_BYTES

MOST_MAIL = 2 * 1024 * 1024  # bytes of one mail that is looked at
MOST_PARTS = 50
CALENDARS = ("text/calendar", "application/ics")


@dataclass(frozen=True)
class Received:
    """`sender` is the address of From, in lower case; it is what the mail says, so it opens nothing by itself."""

    sender: str
    answers: tuple[Answer, ...]


def read_mail(raw: bytes) -> Received:
    """The answers in a mail, the earliest first; the same one, sent as text and as a file, once.

    Raises Unreadable when it is too large, malformed, or holds no answer.
    """
    if len(raw) > MOST_MAIL:
        raise Unreadable("the mail is too large")
    try:
        message = email.message_from_bytes(raw, policy=policy.default)
        sender = parseaddr(str(message.get("From", "")))[1].strip().lower()
        calendars = [_bytes(part) for part in _parts(message) if part.get_content_type() in CALENDARS]
    except Unreadable:
        raise
    except BAD as error:
        raise Unreadable("the mail is malformed") from error
    if not calendars:
        raise Unreadable("it holds no calendar object")
    answers: dict[Answer, None] = {}
    for calendar in calendars:
        answers.update(dict.fromkeys(read_answers(calendar)))
    return Received(sender, tuple(sorted(answers, key=lambda a: (a.sequence, a.stamp))))


def _parts(message: EmailMessage) -> list[EmailMessage]:
    """All but what is inside a mail within it: that was written by somebody else, or came back."""
    parts: list[EmailMessage] = []
    waiting = [message]
    while waiting:
        part = waiting.pop()
        if len(parts) == MOST_PARTS:
            raise Unreadable("the mail has too many parts")
        parts.append(part)
        if part.get_content_maintype() == "multipart":
            waiting += [inner for inner in part.iter_parts() if isinstance(inner, EmailMessage)]
    return parts


def _bytes(part: EmailMessage) -> bytes:
    """In UTF-8, whatever it came in."""
    found = part.get_payload(decode=True)
    data = found if isinstance(found, bytes) else b""
    if len(data) > MOST_BYTES:
        raise Unreadable("the calendar object is too large")
    return data.decode(part.get_content_charset("utf-8"), errors="replace").encode()
