"""The real thing on a port of its own: web, worker, clamd, a fresh database, a mailbox of files.

Nothing here imports Django: the journeys see Fingerpost as its users do, by browser and by mail.
"""

from __future__ import annotations

import email
import email.policy
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import TypeVar

from tests.environment import KEY

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 45  # seconds, on a busy machine
T = TypeVar("T")
BEGAN = """
from datetime import timedelta
from django.utils import timezone
from meetings.models import Meeting
begin = timezone.now() - timedelta(hours=3)
assert Meeting.objects.filter(**{which!r}).update(starts_at=begin, ends_at=begin + timedelta(minutes=90)) == 1
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(look: Callable[[], T | None], what: str, patience: float = PATIENCE) -> T:
    """Look again and again until there is something to see. Fails saying `what` never came."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if (found := look()) is not None:
            return found
        time.sleep(0.2)
    raise AssertionError(f"{what} did not happen within {patience} s")


@dataclass
class Mailbox:
    """Every mail that was really delivered, as files."""

    folder: Path
    seen: set[str] = field(default_factory=set)

    def all(self) -> list[EmailMessage]:
        files = sorted(self.folder.glob("*.eml"), key=lambda p: p.stat().st_mtime_ns)
        return [
            email.message_from_bytes(p.read_bytes(), policy=email.policy.default)  # type: ignore[misc]
            for p in files
        ]

    def wait_for(self, to: str, subject: str, kind: str = "") -> EmailMessage:
        """The newest mail to `to` whose subject holds `subject` and that has a part of `kind`, not given before."""

        def look() -> EmailMessage | None:
            for mail in reversed(self.all()):
                name, kinds = str(mail["Message-ID"]), [part.get_content_type() for part in mail.walk()]
                if name in self.seen or (kind and kind not in kinds):
                    continue
                if to in str(mail["To"]) and subject in str(mail["Subject"]):
                    self.seen.add(name)
                    return mail
            return None

        return until(look, f"A mail to {to} about “{subject}”")


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def link_in(mail: EmailMessage, containing: str = "/") -> str:
    """The first address in the text of the mail that holds `containing`."""
    for address in re.findall(r"https?://\S+", text_of(mail)):
        if containing in address:
            return str(address).rstrip(".,)")
    raise AssertionError(f"No address with {containing} in:\n{text_of(mail)}")


def code_in(mail: EmailMessage) -> str:
    found = re.search(r"\b(\d{4}-\d{4}|\d{6})\b", text_of(mail))
    assert found, text_of(mail)
    return found.group(1)


def calendar_of(mail: EmailMessage) -> tuple[str, bytes]:
    """METHOD by the MIME header, and the calendar object itself."""
    for part in mail.walk():
        if part.get_content_type() == "text/calendar":
            return str(part.get_param("method")), part.get_payload(decode=True)  # type: ignore[return-value]
    raise AssertionError("No calendar part")


@dataclass
class Site:
    """A running Fingerpost."""

    url: str
    env: dict[str, str]
    mailbox: Mailbox
    folder: Path

    def manage(self, *args: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *args],
            cwd=ROOT,
            env=self.env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def python(self, code: str) -> str:
        """Run a few lines inside the site's own environment, for what no page can set up."""
        return self.manage("shell", "--no-imports", "-c", code)

    def meeting_began(self, **which: object) -> None:
        """Move its row into the past: nothing is held before it begins, and nobody here waits for the clock."""
        self.python(BEGAN.format(which=which))


def running_site(folder: Path, database_url: str, clamd: str, *, port: int, **extra: str) -> Iterator[Site]:
    url = f"http://localhost:{port}"
    env = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HOME": os.environ.get("HOME", "/tmp"),
        "SECRET_KEY": "of-the-journeys-alone-" + "x" * 40,
        "VAULT_KEYS": KEY,
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "BASE_URL": url,
        "PORT": str(port),
        "HTTPS": "0",
        "STAFF_SECOND_FACTOR": "0",
        "CLAMD": clamd,
        "DATABASE_URL": database_url,
        "VAR_DIR": str(folder / "var"),
        "LOG_LEVEL": "WARNING",
        **extra,
    }
    site = Site(url, env, Mailbox(folder / "var" / "mail"), folder)
    site.manage("prepare")
    log = (folder / "site.log").open("w")
    processes = [
        subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log, start_new_session=True)
        for command in (
            [
                sys.executable,
                "-m",
                "gunicorn",
                "--pythonpath",
                "site",
                "-b",
                f"127.0.0.1:{port}",
                "-w",
                "2",
                "wsgi",
            ],
            [sys.executable, "manage.py", "qcluster"],
        )
    ]
    try:
        until(lambda: _answers(url), "The site's first answer")
        yield site
    finally:
        for process in processes:
            process.terminate()  # each ends its own children
        for process in processes:
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
        log.close()
        said = (folder / "site.log").read_text()
        assert "Traceback" not in said, said[-4000:]


def _answers(url: str) -> bool | None:
    try:
        with urllib.request.urlopen(url + "/accounts/login/", timeout=5) as response:
            return response.status == 200
    except OSError:
        return None
