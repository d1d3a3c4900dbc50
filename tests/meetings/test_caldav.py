"""A CalDAV server that is not ours, Radicale, takes every kind of object that we make, and gives it back."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import icalendar
import pytest

from tests.meetings.test_itip import OBJECTS


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("radicale")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "radicale", "--config", "", "--auth-type", "none"]
    command += ["--hosts", f"127.0.0.1:{port}", "--storage-filesystem-folder", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        url = f"http://127.0.0.1:{port}/"
        until = time.monotonic() + 30
        while True:
            try:
                call(url, "GET")
                break
            except OSError:
                assert process.poll() is None, "Radicale has ended"
                assert time.monotonic() < until, "Radicale does not answer"
                time.sleep(0.05)
        yield url
    finally:
        process.terminate()
        process.wait(10)


def call(url: str, method: str, body: bytes = b"") -> tuple[int, bytes]:
    request = urllib.request.Request(url, data=body or None, method=method)
    request.add_header("Authorization", "Basic c3RhZmY6eA==")
    request.add_header("Content-Type", "text/calendar; charset=utf-8")
    try:
        with urllib.request.urlopen(request, timeout=20) as response:
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def stored(data: bytes) -> bytes:
    """As a client stores it: METHOD is for the mail alone (RFC 4791 section 4.1)."""
    calendar = icalendar.Calendar.from_ical(data)
    del calendar["method"]
    return calendar.to_ical()


def test_every_object_is_taken_and_given_back(server):
    for name, data in OBJECTS.items():
        home = f"{server}staff/{name}/"
        made = b'<C:mkcalendar xmlns:C="urn:ietf:params:xml:ns:caldav"/>'
        assert call(home, "MKCALENDAR", made)[0] == 201, name
        assert call(f"{home}one.ics", "PUT", stored(data))[0] == 201, name
        status, back = call(f"{home}one.ics", "GET")
        assert status == 200
        for ours, theirs in zip(
            icalendar.Calendar.from_ical(data).walk("VEVENT"),
            icalendar.Calendar.from_ical(back).walk("VEVENT"),
            strict=True,
        ):
            for prop in ("uid", "sequence", "dtstart", "dtend", "rrule", "recurrence-id", "summary"):
                assert ours.get(prop) == theirs.get(prop), (name, prop)
