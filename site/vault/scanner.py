"""Asks clamd whether a file is infected. No answer is not an answer: the file goes on waiting."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import cast

from clamav_client.clamd import ClamdError, ClamdNetworkSocket, ClamdUnixSocket
from django.conf import settings

TIMEOUT = 30.0  # seconds for one answer; under the queue's limit for a job


class Unreachable(Exception):
    """No scanner, or none that answers."""


class _Pieces(io.RawIOBase):
    """An iterable of bytes as a file to read: clamd gets the plain text without a copy on disk."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._rest:
            following = next(self._pieces, None)
            if following is None:
                return 0
            self._rest = following
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size


def is_set_up() -> bool:
    return bool(settings.CLAMD)


def _client() -> ClamdNetworkSocket:
    where = settings.CLAMD
    if not where:
        raise Unreachable("No scanner is set up.")
    if "/" in where:
        return ClamdUnixSocket(path=where, timeout=TIMEOUT)  # type: ignore[arg-type]
    host, _, port = where.rpartition(":")
    return ClamdNetworkSocket(host=host or where, port=int(port) if host else 3310, timeout=TIMEOUT)


def answers() -> bool:
    try:
        return _client().ping() == "PONG"
    except (ClamdError, OSError, Unreachable, ValueError):
        return False


def finding(pieces: Iterable[bytes]) -> str:
    """The name of what is in it, or "" when it is clean. Raises Unreachable when nobody can say."""
    source = io.BufferedReader(_Pieces(pieces), buffer_size=64 * 1024)
    try:
        answer = _client().instream(cast(io.BufferedReader, source))
    except (ClamdError, OSError, ValueError) as error:
        raise Unreachable(str(error) or type(error).__name__) from error
    status, name = answer.get("stream", ("ERROR", "no answer"))
    if status == "FOUND":
        return (name or "unnamed")[:200]
    if status == "OK":
        return ""
    raise Unreachable(f"The scanner said: {status} {name or ''}".strip())
