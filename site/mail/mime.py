"""From outbox row to MIME: mixed( alternative( plain, html, calendar ), invite.ics )."""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage as MimeMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any

from django.core.mail import EmailMessage
from django.utils import timezone

# Ours to set; a caller's headers may not change who a message is from or to.
OURS = {"from", "to", "cc", "bcc", "subject", "date", "message-id", "reply-to", "content-type"}


class Letter(MimeMessage):
    """The standard library's message, with the `linesep` that Django's SMTP backend asks for."""

    def as_bytes(self, unixfrom: bool = False, policy: Any = None, linesep: str = "\r\n") -> bytes:
        return super().as_bytes(unixfrom, policy=policy or SMTP.clone(linesep=linesep))


class OutboxEmail(EmailMessage):
    """What Django's backends carry: the message is built once and handed over as it is."""

    def __init__(self, letter: Letter, *, sender: str, to: str, **kwargs: Any) -> None:
        super().__init__(subject=str(letter["Subject"]), from_email=sender, to=[to], **kwargs)
        self.letter = letter

    def message(self) -> Letter:  # type: ignore[override]
        return self.letter


def one_line(value: str) -> str:
    """Header text: no line break gets in, so no header can be added by what somebody typed."""
    return " ".join(value.split())


def write(
    *,
    sender: str,
    to: str,
    name: str,
    reply_to: str,
    subject: str,
    text: str,
    html: str,
    message_id: str,
    calendar: bytes | None = None,
    method: str = "",
    headers: dict[str, str] | None = None,
) -> Letter:
    """The calendar part is the last alternative and its `method` equals METHOD, or Outlook shows a file.

    It travels a second time as `invite.ics` for readers that only know attachments (RFC 6047, section 2.4).
    """
    letter = Letter(policy=SMTP)
    letter["From"] = sender
    letter["To"] = str(Address(one_line(name).replace('"', ""), addr_spec=to))  # refuses what is none
    letter["Reply-To"] = reply_to
    letter["Subject"] = one_line(subject)
    letter["Date"] = format_datetime(timezone.now())
    letter["Message-ID"] = message_id
    letter["Auto-Submitted"] = "auto-generated"  # RFC 3834: out-of-office replies stay at home
    for header, value in (headers or {}).items():
        if header.lower() not in OURS:
            letter[header] = one_line(str(value))
    letter.set_content(text, cte="quoted-printable")
    if html:
        letter.add_alternative(html, subtype="html", cte="quoted-printable")
    if calendar:
        # base64: the object's own CRLF and folding (RFC 5545, section 3.1) arrive untouched.
        letter.add_alternative(
            calendar.decode(),
            subtype="calendar",
            params={"method": method},
            cte="base64",
        )
        letter.add_attachment(
            calendar,
            maintype="application",
            subtype="ics",
            filename="invite.ics",
            params={"name": "invite.ics"},
        )
    return letter
