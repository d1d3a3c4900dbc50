"""Every address as every persona: a page, a way to sign in, or a plain no. Never a 500, never another's matter."""

from __future__ import annotations

import pytest

from tests.walk.crawler import Walker
from tests.walk.world import ARGUMENT, STAFF, World, client_of

GOOD = {200, 301, 302, 403, 404, 405}
# Owners see one of each state; for the others two of each pattern will do.
MANY = {"referrer", "coordinator"}
OWNED = ("consultations/<", "bookings/<", "orders/<")
# Whoever has no right to an order is shown the same page for every reference: how to ask for a link.
SAME_FOR_ALL = ("orders/<str:reference>/", "orders/<str:reference>/open/<str:token>/")
HOSTILE = [
    "9" * 30,
    "-1",
    "x" * 300,
    "%00",
    "%ff",
    "..%2f..%2fetc%2fpasswd",
    "%E2%80%AE",
    "' or 1=1 --",
    "<b>",
]


@pytest.mark.parametrize("who", ["nobody", "outsider", "linked", "referrer", "booker", "funder", *STAFF])
def test_every_address_answers(demo, who):
    """R9: an outsider is told that there is no such page; no case opens to finance, an editor or a link."""
    walker = Walker(client_of(who))
    for route, addresses in World().all().items():
        for path in addresses if who in MANY else addresses[:2]:
            status = walker.visit(path)
            assert status in GOOD or path == "/health/", (who, status, path)
            if route.startswith(OWNED) and who in ("nobody", "outsider"):
                assert status != 200, (who, path)
            if route.startswith("admin/consultations/") and who not in ("coordinator", "consultant", "lead"):
                assert status != 200, (who, path)
    assert 200 in walker.seen.values()


@pytest.mark.parametrize("who", ["referrer", "coordinator"])
def test_hostile_addresses_are_not_found(demo, who):
    walker = Walker(client_of(who))
    for number, route in enumerate(World().all()):
        for hostile in (HOSTILE * 2)[number % len(HOSTILE) :][:3] if ARGUMENT.search(route) else ():
            path = "/" + ARGUMENT.sub(lambda _: hostile, route)  # noqa: B023 - used at once
            assert walker.visit(path) in GOOD - {200} or "token" in route, path
