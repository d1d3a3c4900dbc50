"""Every address as every persona, and generated junk into every form they are shown.

An address answers with a page, a way to sign in, or a plain no; a form with something said. Never a 500, never
another's matter. A new pattern or form is walked as soon as it exists.
"""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction

from tests.walk.crawler import Form, Walker
from tests.walk.world import ARGUMENT, STAFF, World, client_of

READ = {200, 301, 302, 400, 403, 404, 405}
SENT = {200, 302, 400, 403, 404, 405, 413, 422, 429}
# These see one of each state, on the database of most machines; else two addresses of each pattern will do.
MANY = {"referrer", "coordinator"}
CLINICAL = {"coordinator", "consultant", "lead"}
# Orders are not among them: whoever has no right to one is shown the same page for every reference, there or not.
OWNED = ("consultations/<", "bookings/<")
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
ODD = [
    "", " ", "\0", "a\0b", "x" * 6_000, "-1", "0", "9" * 40, "1e999", "NaN", "Infinity", "-0.005", "on", "1", "2",
    "2026-02-30", "31/13/2026", "25:61", "<script>alert(1)</script>", "' or 1=1 --", "{{ 7 }}", "\u202e", "😀", "٣",
    "１２", "a@b", "a@" + "b" * 300 + ".org", "javascript:alert(1)", "http://[::1", "\r\nBcc: x@example.org", "[", "{",
]  # fmt: skip
FILES = [
    b"",
    b"\0" * 10,
    b"%PDF-1.7\n%broken",
    b"PK\x03\x04broken",
    b"\x89PNG\r\n\x1a\nbroken",
    b"plain words",
]


@pytest.mark.parametrize("who", ["nobody", "outsider", "linked", "referrer", "booker", "funder", *STAFF])
def test_every_address_answers_and_every_form(demo, who):
    """R9: an outsider is told that there is no such page; no case opens to finance, an editor or a link."""
    walker = Walker(client_of(who))
    sees_each_state = who in MANY and connection.vendor == "sqlite"
    for route, addresses in World().all().items():
        for path in addresses if sees_each_state else addresses[:2]:
            status = walker.visit(path)
            assert status in READ or path == "/health/", (who, status, path)
            if who in ("nobody", "outsider") and route.startswith(OWNED) and "<str:token>" not in route:
                assert status != 200, (who, path)
            if route.startswith("admin/consultations/") and who not in CLINICAL:
                assert status != 200, (who, path)
    assert 200 in walker.seen.values()
    assert walker.forms
    send_junk(walker, who)


def send_junk(walker: Walker, who: str) -> None:
    """The same junk each time, so that a run says something about the change it is run for."""
    random = Random(who)
    for form in walker.forms.values():
        words = "".join(chr(random.randrange(1, 0xD800)) for _ in range(random.randrange(40)))
        data = junk(form, random, words)
        with transaction.atomic():
            method = walker.client.post if form.post else walker.client.get
            answer = method(form.action, data, headers={"referer": f"http://testserver{form.page}"})
            transaction.set_rollback(True)
        assert answer.status_code in SENT, (who, form.action, data)


def junk(form: Form, random: Random, words: str) -> dict[str, Any]:
    """Something for each field; what is hidden mostly keeps its value, so that the form gets in."""
    sent: dict[str, Any] = {}
    for one in form.fields:
        if one["kind"] == "file":
            name = random.choice(["a.pdf", "../b.docx", "ü.png"])
            sent[one["name"]] = SimpleUploadedFile(name, random.choice(FILES))
        elif one["kind"] in ("hidden", "radio", "checkbox", "submit", "button") and random.random() < 0.7:
            sent[one["name"]] = one["value"]
        elif random.random() < 0.9:
            sent[one["name"]] = random.choice([*ODD, words])
    return sent


@pytest.mark.parametrize("who", ["referrer", "coordinator"])
def test_hostile_addresses_are_not_found(demo, who):
    walker = Walker(client_of(who))
    for number, route in enumerate(World().all()):
        for hostile in (HOSTILE * 2)[number % len(HOSTILE) :][:2] if ARGUMENT.search(route) else ():
            path = "/" + ARGUMENT.sub(lambda _: hostile, route)  # noqa: B023 - used at once
            assert walker.visit(path) in READ - {200} or "<str:token>" in route, path
    assert walker.visit("/%00/") == 404
