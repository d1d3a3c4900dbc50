"""Fetch an outside calendar from its address, without being led to anywhere we should not go.

Only http and https; never to an address of this machine or a private network (settings.RELAXED allows it,
for demonstrations and developers); the connection goes to the very address that was checked, so a name
that changes its mind between the check and the call gains nothing; each redirect is checked like the first.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPException
from ipaddress import ip_address
from urllib.parse import SplitResult, urljoin, urlsplit

from django.conf import settings
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.response import HTTPResponse

from meetings.availability.outside import MAX_BYTES, TOO_BIG, Unreadable

CONNECT, READ, WHOLE = 5, 10, 20  # seconds: to connect, between two bytes, for everything
MAX_REDIRECTS = 3
MAX_ADDRESSES = 2  # of one name that are tried
PIECE = 64 * 1024
MAX_ADDRESS = 2_000  # characters
MOVED = {301, 302, 303, 307, 308}

NOT_WEB = "The address has to start with https:// or http://. Copy the calendar’s iCal or ICS address."
NO_HOST = "This address cannot be reached from here. Use an address on the public internet."
NO_ANSWER = (
    "The calendar’s server did not answer. We try again by ourselves; check the address if it goes on."
)
TOO_SLOW = "The calendar’s server took too long. We try again by ourselves."
TOO_MANY_HOPS = "The address sends us on too many times. Copy the calendar’s own address."


def checked(url: str) -> SplitResult:
    """The parts of an address that may be asked for, by its looks alone. Raises Unreadable."""
    try:
        parts = urlsplit(url.strip().replace("webcal://", "https://", 1))
        _ = parts.port
    except ValueError as error:
        raise Unreadable(NOT_WEB) from error
    if parts.scheme not in {"http", "https"} or not parts.hostname or len(url) > MAX_ADDRESS:
        raise Unreadable(NOT_WEB)
    if parts.username or parts.password:
        raise Unreadable(
            "The address must not hold a user name or password. Copy the calendar’s secret address."
        )
    return parts


def fetch(url: str) -> bytes:
    """The calendar's bytes, at most 2 MB of them, within 20 seconds. Raises Unreadable, in words for staff."""
    deadline = time.monotonic() + WHOLE
    for _ in range(MAX_REDIRECTS + 1):
        parts = checked(url)
        try:
            with _connected(parts, deadline) as connection:
                reply = _ask(connection, parts)
                if reply.status in MOVED and (to := reply.headers.get("Location")):
                    url = urljoin(url, to)
                    continue
                if reply.status != 200:
                    raise Unreadable(
                        f"The calendar’s server answered {reply.status}. Copy its address again."
                    )
                return _all(reply, deadline)
        except (HTTPError, HTTPException, OSError) as error:
            raise Unreadable(TOO_SLOW if time.monotonic() > deadline else NO_ANSWER) from error
    raise Unreadable(TOO_MANY_HOPS)


@contextmanager
def _connected(parts: SplitResult, deadline: float) -> Iterator[HTTPConnection]:
    """A connection that is cut at the deadline, whatever the other side trickles."""
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    connection = _first_that_answers(_addresses(host, port), port, host if parts.scheme == "https" else "")
    wire: socket.socket = connection.sock
    watch = threading.Timer(max(deadline - time.monotonic(), 0), _cut, [wire])
    watch.daemon = True
    watch.start()
    try:
        yield connection
    finally:
        watch.cancel()
        connection.close()


def _cut(wire: socket.socket) -> None:
    with suppress(OSError):
        wire.shutdown(socket.SHUT_RDWR)


def _first_that_answers(addresses: list[str], port: int, certified: str) -> HTTPConnection:
    """Connect to one of them; over TLS the certificate has to be that of the name `certified`."""
    trouble: Exception = OSError("no address")
    for address in addresses[:MAX_ADDRESSES]:
        connection = (
            HTTPSConnection(
                address, port, timeout=CONNECT, server_hostname=certified, assert_hostname=certified
            )
            if certified
            else HTTPConnection(address, port, timeout=CONNECT)
        )
        try:
            connection.connect()
        except (HTTPError, OSError) as error:
            connection.close()
            trouble = error
        else:
            connection.sock.settimeout(READ)
            return connection
    raise trouble


def _ask(connection: HTTPConnection, parts: SplitResult) -> HTTPResponse:
    host = parts.hostname or ""
    connection.request(
        "GET",
        f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}",
        headers={
            "Host": f"{host}:{parts.port}" if parts.port else host,
            "Accept": "text/calendar",
            "Accept-Encoding": "identity",
            "User-Agent": "Fingerpost",
        },
        preload_content=False,
        decode_content=False,
    )
    return connection.getresponse()


def _addresses(host: str, port: int) -> list[str]:
    """Where the name leads now. Raises Unreadable when any of its addresses is not on the public internet."""
    try:
        known = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreadable(NO_ANSWER) from error
    found = list(dict.fromkeys(str(info[4][0]) for info in known))
    if not settings.RELAXED and not all(_is_public(address) for address in found):
        raise Unreadable(NO_HOST)
    return found


def _is_public(text: str) -> bool:
    address = ip_address(text.partition("%")[0])
    inner = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None) or address
    return bool(inner.is_global and address.is_global and not inner.is_multicast)


def _all(reply: HTTPResponse, deadline: float) -> bytes:
    raw = b""
    while piece := reply.read(PIECE):
        raw += piece
        if len(raw) > MAX_BYTES:
            raise Unreadable(TOO_BIG)
    if time.monotonic() > deadline:
        raise Unreadable(TOO_SLOW)
    return raw
