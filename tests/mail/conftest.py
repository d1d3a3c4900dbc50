"""What the outbox's tests stand on: a template pair, a mailbox of files, and a mail server of their own."""

from __future__ import annotations

import email
import socketserver
import threading
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from mail.actions import send
from mail.models import Message

CONTEXT = {"reference": "O-26-2222", "link": "http://testserver/x?a=1&b=2", "who": "<b>Bo</b>"}
HELLO = """{% extends "mail/base.html" %}{% block body %}<p>A quote &amp; more {{ who }}</p>
{% include "mail/button.html" with href=link label="Read the quote" %}{% endblock %}"""
FRAMED = """{% extends "mail/base.txt" %}{% block subject %}Subject: Framed{% endblock %}
{% block body %}Body & soul{% endblock %}"""
TEMPLATES = {
    "hello.txt": "Subject: Read the quote {{ reference }}\n\nA quote & more: {{ link }}\n",
    "hello.html": HELLO,
    "framed.txt": FRAMED,
    "framed.html": "<p>Body</p>",
    "wrong.txt": "No subject here\n",
    "wrong.html": "x",
    "lonely.txt": "Subject: Lonely\n\nx\n",
}


def post(**kwargs: Any) -> Message:
    return send("trial/hello", **{"to": "funder@example.gov.uk", "context": CONTEXT, **kwargs})


@pytest.fixture
def written(settings, tmp_path):
    """A template pair of the tests' own."""
    folder = tmp_path / "trial" / "emails"
    folder.mkdir(parents=True)
    for name, content in TEMPLATES.items():
        (folder / name).write_text(content)
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [*settings.TEMPLATES[0]["DIRS"], tmp_path]}]


class Mailbox:
    """The real .eml files, parsed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def letters(self) -> list[EmailMessage]:
        files = sorted(self.folder.glob("*.eml"))
        return [email.message_from_bytes(f.read_bytes(), policy=default) for f in files]  # type: ignore[misc]


@pytest.fixture
def mailbox(written, settings, tmp_path) -> Mailbox:
    settings.EMAIL_BACKEND = "mail.backends.FileMailbox"
    settings.MAIL_DIR = tmp_path / "mailbox"
    return Mailbox(settings.MAIL_DIR)


class SmtpServer(socketserver.ThreadingTCPServer):
    """A small SMTP server that takes a message, or answers RCPT and DATA as it is told."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.taken: list[bytes] = []
        self.recipient_answer = "250 ok"
        self.data_answer = "250 taken"


class _Talk(socketserver.StreamRequestHandler):
    server: SmtpServer

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def handle(self) -> None:
        self._say("220 test")
        while line := self.rfile.readline():
            verb = line.strip().upper()[:4]
            if verb == b"DATA":
                self._say("354 go on")
                body = b""
                while (part := self.rfile.readline()) != b".\r\n":
                    body += part
                if self.server.data_answer.startswith("2"):
                    self.server.taken.append(body)
                self._say(self.server.data_answer)
            elif verb == b"RCPT":
                self._say(self.server.recipient_answer)
            elif verb == b"QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")


@pytest.fixture
def smtp(written, settings):
    with SmtpServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address[:2]
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        yield server
        server.shutdown()
