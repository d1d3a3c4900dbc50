"""A real clamd for the tests, with one signature of our own: the EICAR test string's.

One daemon for all workers of a run, at settings.CLAMD, started by whoever comes first and stopped with
the run. The repository holds neither the string nor a virus: the string is put together at run time.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from django.conf import settings

from vault import scanner

SIGNATURE = "Fingerpost.Test.Eicar"


def eicar() -> bytes:
    """The 68 bytes that every scanner calls infected, and that harm nobody."""
    return b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"


def program() -> str | None:
    return shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin:/usr/local/sbin")


def configure(folder: Path, socket: Path) -> Path:
    """A folder with the signature and a clamd.conf."""
    folder.mkdir(parents=True, exist_ok=True)
    # NDB: name, target 0 (any file), offset * (anywhere), the bytes in hexadecimal.
    (folder / "own.ndb").write_text(f"{SIGNATURE}:0:*:{eicar().hex()}\n")
    lines = {
        "DatabaseDirectory": folder,
        "LocalSocket": socket,
        "LocalSocketMode": 666,
        "FixStaleSocket": "yes",
        "Foreground": "yes",
        "PidFile": folder / "clamd.pid",
        "TemporaryDirectory": folder,
        "StreamMaxLength": "100M",
        "MaxThreads": 2,
    }
    if os.getuid() == 0:
        lines["User"] = "root"  # it would otherwise drop to a user that cannot read the folder
    path = folder / "clamd.conf"
    path.write_text("".join(f"{name} {value}\n" for name, value in lines.items()))
    return path


def start(folder: Path, socket: Path) -> subprocess.Popen[bytes]:
    binary = program()
    assert binary
    conf = configure(folder, socket)
    with (folder / "log").open("wb") as log:
        # A group of its own, so that it outlives an interrupted worker and ends with the run.
        daemon = subprocess.Popen(
            [binary, f"--config-file={conf}"], stdout=log, stderr=log, start_new_session=True
        )
    until = time.monotonic() + 20
    while not scanner.answers():
        if daemon.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"clamd did not start: {(folder / 'log').read_text()[-2000:]}")
        time.sleep(0.05)
    return daemon


@pytest.fixture(scope="session")
def _clamd() -> Iterator[None]:
    if program() is None:
        pytest.skip("clamd is not installed: `apt install clamav-daemon`, then these tests run")
    socket = Path(settings.CLAMD)
    folder = socket.parent / "clamd"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        users = folder / "users"
        users.write_text(str(int(users.read_text() or 0) + 1 if users.exists() else 1))
        if not scanner.answers():
            (folder / "pid").write_text(str(start(folder, socket).pid))
    yield
    with (folder / "lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        left = int(users.read_text()) - 1
        users.write_text(str(left))
        if not left:
            with suppress(ProcessLookupError):
                os.kill(int((folder / "pid").read_text()), signal.SIGTERM)


@pytest.fixture
def clamd(_clamd: None) -> None:
    """A scanner that answers at settings.CLAMD."""
    assert scanner.answers()
