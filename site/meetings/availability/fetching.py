"""Fetch an outside calendar from its address, without being led to anywhere we should not go.

Only http and https; never to an address of this machine or a private network (settings.RELAXED allows it,
for demonstrations and developers); the connection goes to the very address that was checked, so a name
that changes its mind between the check and the call gains nothing; each redirect is checked like the first.
"""

from __future__ import annotations

import socket
import time
from ipaddress import ip_address
from urllib.parse import SplitResult, urljoin, urlsplit

import urllib3
from django.conf import settings

from meetings.availability.outside import MAX_BYTES, TOO_BIG, Unreadable

CONNECT, READ, WHOLE = 5, 10, 20  # seconds: to connect, between two bytes, for everything
MAX_REDIRECTS = 3
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
            reply = _open(parts)
            try:
                if reply.status in MOVED and (to := reply.headers.get("Location")):
                    url = urljoin(url, to)
                    continue
                if reply.status != 200:
                    raise Unreadable(
                        f"The calendar’s server answered {reply.status}. Copy its address again."
                    )
                return _all(reply, deadline)
            finally:
                reply.close()
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise Unreadable(NO_ANSWER) from error
    raise Unreadable(TOO_MANY_HOPS)


def _open(parts: SplitResult) -> urllib3.BaseHTTPResponse:
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    address = _address(host, port)
    timeout = urllib3.Timeout(connect=CONNECT, read=READ)
    pool: urllib3.HTTPConnectionPool
    if parts.scheme == "https":
        pool = urllib3.HTTPSConnectionPool(
            address, port, timeout=timeout, retries=False, server_hostname=host, assert_hostname=host
        )
    else:
        pool = urllib3.HTTPConnectionPool(address, port, timeout=timeout, retries=False)
    return pool.urlopen(
        "GET",
        f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}",
        headers={
            "Host": host if port in {80, 443} else f"{host}:{port}",
            "Accept": "text/calendar",
            "Accept-Encoding": "identity",
            "User-Agent": "Fingerpost",
        },
        redirect=False,
        preload_content=False,
        decode_content=False,
    )


def _address(host: str, port: int) -> str:
    """Where the name leads now. Raises Unreadable when any of its addresses is not on the public internet."""
    try:
        found = [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError) as error:
        raise Unreadable(NO_ANSWER) from error
    if not settings.RELAXED and not all(_is_public(address) for address in found):
        raise Unreadable(NO_HOST)
    return found[0]


def _is_public(text: str) -> bool:
    address = ip_address(text.partition("%")[0])
    inner = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None) or address
    return bool(inner.is_global and address.is_global and not inner.is_multicast)


def _all(reply: urllib3.BaseHTTPResponse, deadline: float) -> bytes:
    raw = b""
    while piece := reply.read(PIECE):
        raw += piece
        if len(raw) > MAX_BYTES:
            raise Unreadable(TOO_BIG)
        if time.monotonic() > deadline:
            raise Unreadable(TOO_SLOW)
    return raw
