"""Reading: only what may be read, whole, private, logged."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import RequestFactory
from wagtail.models import ModelLogEntry

from changes.refusals import Refused
from tests.vault.cabinet.models import Deed, Paper
from tests.vault.test_keep import kept
from vault import actions
from vault.reading import content, stream, stream_issued

pytestmark = pytest.mark.django_db
GET = RequestFactory().get("/x")


def clean(**fields: Any) -> Paper:
    paper = kept(**fields)
    Paper.objects.filter(pk=paper.pk).update(status="clean")
    paper.refresh_from_db()
    return paper


HEADERS = {
    "Cache-Control": "private, no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def test_whatever_part_is_asked_for_the_whole_file_is_given_and_no_part_is_promised():
    """A part would be a reading of its own, logged or not; so there are none."""
    paper = clean()
    response = stream(RequestFactory().get("/x", headers={"range": "bytes=0-9"}), paper, by=None)

    assert response.status_code == 200
    assert "Accept-Ranges" not in response
    assert len(b"".join(response)) == paper.size  # type: ignore[arg-type]
    assert {name: response[name] for name in HEADERS} == HEADERS


def test_an_issued_pdf_has_the_same_headers(finance):
    deed = Deed.objects.create()
    deed.freeze(b"%PDF the deed", {}, finance)

    response = stream_issued(GET, deed, by=finance)

    assert {name: response[name] for name in HEADERS} == HEADERS


def test_a_head_has_the_headers_alone_and_counts_as_a_reading():
    """R9: whoever learns its size has asked for it."""
    paper = clean()
    response = stream(RequestFactory().head("/x"), paper, by=None)

    assert (b"".join(response), response["Content-Length"]) == (b"", str(paper.size))  # type: ignore[arg-type]
    assert ModelLogEntry.objects.filter(action="vault.read").count() == 1


def test_a_reading_belongs_to_the_timeline_it_is_about(consultant):
    """R9"""
    paper, case = clean(), Deed.objects.create()

    stream(GET, paper, by=consultant, about=case)

    entry = ModelLogEntry.objects.get(action="vault.read")
    assert (entry.object_id, entry.data) == (str(case.pk), {"file": paper.download_name})


def test_a_withdrawn_file_is_read_by_nobody_and_its_bytes_are_kept(coordinator):
    """R9"""
    paper = clean()
    for _ in range(2):
        actions.withdraw(paper, by=coordinator, reason="Redacted")

    assert not paper.is_readable
    with pytest.raises(Refused, match="has been withdrawn"):
        stream(GET, paper, by=coordinator)
    assert content(paper).startswith(b"%PDF")
    entry = ModelLogEntry.objects.get(action="vault.withdrawn")
    assert (entry.user, entry.data["reason"]) == (coordinator, "Redacted")


WHY = {
    "waiting": "still being scanned",
    "infected": "was infected",
    "clean": "",
    "unscanned": "",
}


@pytest.mark.parametrize(("status", "why"), WHY.items())
def test_each_status_says_why_it_is_not_read(status, why):
    paper = kept()
    Paper.objects.update(status=status)
    paper.refresh_from_db()

    assert paper.is_readable is not bool(why)
    assert why in paper.why_unreadable
    if why:
        with pytest.raises(Refused, match=why):
            stream(GET, paper, by=None)
    actions.destroy(paper, by=None)
    assert "has been destroyed" in paper.why_unreadable
