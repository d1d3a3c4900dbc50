"""Generated junk, stale tokens and odd files into every form that anybody is shown: an answer, never a 500."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.walk.crawler import Form, Walker
from tests.walk.world import STAFF, World, client_of

GOOD = {200, 302, 400, 403, 404, 405, 413, 422, 429}
MANY = {"referrer", "coordinator", "lead", "linked"}
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


def junk(form: Form, random: Random, words: str) -> dict[str, Any]:
    """Something for each field; what is hidden keeps its value half of the time, so that the form gets in."""
    sent: dict[str, Any] = {}
    for one in form.fields:
        if one["kind"] == "file":
            sent[one["name"]] = SimpleUploadedFile(
                random.choice(["a.pdf", "../b.docx", "ü.png"]), random.choice(FILES)
            )
        elif one["kind"] in ("hidden", "radio", "checkbox", "submit", "button") and random.random() < 0.7:
            sent[one["name"]] = one["value"]
        elif random.random() < 0.9:
            sent[one["name"]] = random.choice([*ODD, words])
    return sent


@pytest.mark.parametrize("who", ["nobody", "linked", "referrer", "booker", *STAFF])
def test_junk_is_answered(demo, who):
    """R13 begins here: whatever is sent, somebody is told something."""
    walker = Walker(client_of(who))
    for route, addresses in World().all().items():
        for path in addresses if who in MANY else addresses[:2]:
            walker.visit(path, route)
    assert walker.forms

    # Not made smaller: each try sends every form again, and the message names the one.
    @settings(
        max_examples=2,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(st.randoms(use_true_random=False), st.text(max_size=40))
    def send(random: Random, words: str) -> None:
        for form in walker.forms.values():
            data = junk(form, random, words)
            with transaction.atomic():
                method = walker.client.post if form.post else walker.client.get
                answer = method(form.action, data, headers={"referer": f"http://testserver{form.page}"})
                transaction.set_rollback(True)
            assert answer.status_code in GOOD, (who, form.action, data)

    send()
