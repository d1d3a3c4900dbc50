"""The mailbox of the demonstration and of the tests: every message a real .eml file in a folder."""

from __future__ import annotations

import hashlib
from email.policy import SMTP
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage
from django.utils import timezone


class FileMailbox(BaseEmailBackend):
    """EMAIL_URL=filemail://: one .eml a message under settings.MAIL_DIR, named by time, oldest first.

    A file appears whole or not at all, so whoever watches the folder never reads half a message. Its
    name holds no address and no subject (R8).
    """

    def __init__(self, fail_silently: bool = False, **kwargs: Any) -> None:
        super().__init__(fail_silently=fail_silently)
        self.folder = Path(kwargs.get("file_path") or settings.MAIL_DIR)

    def send_messages(self, email_messages: list[EmailMessage]) -> int:  # type: ignore[override]
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for message in email_messages:
            mime = message.message()
            mark = hashlib.sha256(str(mime["Message-ID"]).encode()).hexdigest()[:12]
            name = f"{timezone.now():%Y%m%dT%H%M%S.%f}-{mark}"
            half = self.folder / f".{name}.tmp"
            half.touch(mode=0o600)
            half.write_bytes(mime.as_bytes(policy=SMTP))
            half.rename(self.folder / f"{name}.eml")
        return len(email_messages)
