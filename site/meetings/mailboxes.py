"""Where replies by mail arrive: a mailbox by IMAP over TLS, or a Maildir on this machine. Standard library only.

A mail is marked as seen once it is dealt with. A crash in between hands it in again, which changes nothing.
People read that mailbox too: what we cannot deal with stays unread for them, and is only put aside from us.
"""

from __future__ import annotations

import imaplib
import ssl
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from meetings.received import MOST_MAIL

AT_ONCE = 200  # mails of one run; the rest wait for the next
LOOKED_AT = "FingerpostLooked"  # a keyword of ours on what we leave to people (RFC 3501 section 2.3.2)
SECONDS = 7  # that a mail server may take to answer: signing in takes four answers


@dataclass
class Mail:
    """`is_done` is for the reader to set: then the mail is marked as seen, otherwise it stays unread."""

    raw: bytes
    is_done: bool = False


class Unreachable(Exception):
    """The mailbox cannot be read now. Says why, without its password."""


def unread(url: str) -> Iterator[Mail]:
    """Each new mail in the mailbox at `url`: `imaps://user:password@host:993/INBOX` or `maildir:///path`.

    A mail that is done is marked as seen when the next is asked for. One that is too large comes as
    nothing but its first bytes, so that it is refused, not read. Raises Unreachable, and ValueError for another
    kind of address.
    """
    kind = urlsplit(url).scheme
    if kind == "maildir":
        return _maildir(Path(unquote(urlsplit(url).path)))
    if kind == "imaps":
        return _imap(url)
    raise ValueError("REPLIES_URL has to start with imaps:// or maildir://")


def _maildir(path: Path) -> Iterator[Mail]:
    if not (path / "new").is_dir():
        raise Unreachable(f"There is no Maildir at {path}.")
    for name in sorted(p.name for p in (path / "new").iterdir())[:AT_ONCE]:
        with suppress(FileNotFoundError):  # another run was first
            with (path / "new" / name).open("rb") as file:
                raw = file.read(MOST_MAIL + 1)
            mail = Mail(raw)
            yield mail
            seen = "S" if mail.is_done else ""
            (path / "new" / name).rename(path / "cur" / f"{name.partition(':')[0]}:2,{seen}")


def _imap(url: str) -> Iterator[Mail]:
    parts = urlsplit(url)
    try:
        with imaplib.IMAP4_SSL(
            parts.hostname or "",
            parts.port or 993,
            ssl_context=ssl.create_default_context(),
            timeout=SECONDS,
        ) as server:
            server.login(unquote(parts.username or ""), unquote(parts.password or ""))
            folder = unquote(parts.path.strip("/")) or "INBOX"
            _ok(server.select(f'"{folder}"'))
            found = _ok(server.uid("SEARCH", "UNSEEN", "UNKEYWORD", LOOKED_AT))
            # The newest, since not every server keeps the keyword: old mail must not stand in the way.
            for number in (found[0] or b"").split()[-AT_ONCE:]:
                uid = number.decode("ascii")
                fetched = _ok(server.uid("FETCH", uid, f"(BODY.PEEK[]<0.{MOST_MAIL + 1}>)"))
                mail = Mail(next((bytes(part[1]) for part in fetched if isinstance(part, tuple)), b""))
                yield mail
                if mail.is_done:
                    _ok(server.uid("STORE", uid, "+FLAGS", r"(\Seen)"))
                else:
                    server.uid("STORE", uid, "+FLAGS", f"({LOOKED_AT})")
    except (OSError, imaplib.IMAP4.error, UnicodeDecodeError) as error:
        raise Unreachable(f"The mailbox cannot be read: {type(error).__name__}.") from error


def _ok(answer: tuple[str, list]) -> list:
    status, data = answer
    if status != "OK":
        raise imaplib.IMAP4.error(status)
    return data
