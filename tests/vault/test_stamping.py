"""Files on the screen: stamped on every page, and nothing in them acts."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.test import RequestFactory
from django.utils import timezone
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    RectangleObject,
)
from wagtail.models import ModelLogEntry

from changes.refusals import Refused
from tests import files as make
from tests.vault.cabinet.models import Paper
from tests.vault.test_keep import kept
from vault import pdf, stamping
from vault.reading import can_be_shown, show

WORDS = "T-26-2222 · Connie Marsh · 24 November 2026, 14:05"
GET = RequestFactory().get("/x")


def stamped(body: bytes) -> PdfReader:
    out = io.BytesIO()
    stamping.stamp_pdf(io.BytesIO(body), out, words=WORDS, title="T-26-2222", at=timezone.now())
    return PdfReader(out)


def drawn(page: Any) -> list[str]:
    """The names of what a page draws, in order."""
    return [word for word in page.get_contents().get_data().decode().split() if word.startswith("/")]


@pytest.mark.parametrize(
    "change",
    [
        make.with_javascript,
        make.with_launch,
        make.with_attachment,
        make.with_xfa,
        make.with_rich_media,
        make.with_opening_at_a_page,
    ],
)
def test_nothing_that_acts_by_itself_is_taken_over(change):
    out = io.BytesIO()
    stamping.stamp_pdf(io.BytesIO(make.pdf(change)), out, words=WORDS, title="T-26-2222", at=timezone.now())

    assert pdf.check(out) == []
    page = PdfReader(out).pages[0]
    assert "/Annots" not in page
    assert "/AA" not in page


def with_a_comment(writer: PdfWriter) -> None:
    """A ticked box and a hidden one, each with what it looks like."""
    page = writer.pages[0]
    for flags in (0, 2):
        look = DecodedStreamObject()
        look.set_data(b"0 0 10 10 re f % a tick")
        look[NameObject("/BBox")] = RectangleObject((0, 0, 10, 10))
        yes = DictionaryObject({NameObject("/Yes"): writer._add_object(look)})
        box = {
            "/Subtype": NameObject("/Widget"),
            "/Rect": RectangleObject((100, 200, 120, 240)),
            "/AS": NameObject("/Yes"),
            "/F": NumberObject(flags),
            "/AP": DictionaryObject({NameObject("/N"): yes}),
        }
        note = DictionaryObject({NameObject(key): value for key, value in box.items()})
        page[NameObject("/Annots")].append(writer._add_object(note))  # type: ignore[attr-defined]


def test_every_page_is_stamped_last_over_what_it_shows_and_over_its_comments():
    read = stamped(make.pdf(with_a_comment, pages=3))

    assert [WORDS.split(" · ")[1] in page.extract_text() for page in read.pages] == [True] * 3
    comment: Any = read.pages[0]["/Resources"]["/XObject"]["/Note0"]  # type: ignore[index]
    assert b"a tick" in comment.get_data()  # as it looks on the page, twice as wide, four times as high
    acts = read.pages[0].get_contents().get_data()  # type: ignore[union-attr]
    assert b"q 2.00000 0.00000 0.00000 4.00000 100.00000 200.00000 cm /Note0 Do Q" in acts
    assert drawn(read.pages[0]) == ["/Page", "/Note0", "/Stamp"]
    assert drawn(read.pages[1]) == ["/Page", "/Stamp"]


def test_a_page_cannot_hide_the_stamp_by_what_it_leaves_open():
    """A content stream that clips everything away and never ends it stays within its own form."""
    writer = PdfWriter()
    page = writer.add_blank_page(300, 300)
    content = DecodedStreamObject()
    content.set_data(b"q 0 0 1 1 re W n 0.0001 0 0 0.0001 0 0 cm")
    page[NameObject("/Contents")] = writer._add_object(content)
    out = io.BytesIO()
    writer.write(out)

    read = stamped(out.getvalue())

    assert drawn(read.pages[0]) == ["/Page", "/Stamp"]
    assert b"W n" not in read.pages[0].get_contents().get_data()  # type: ignore[union-attr]


def test_size_turn_and_cut_of_a_page_stay_as_they_are():
    writer = PdfWriter()
    page = writer.add_blank_page(1000, 400)
    page.rotate(90)
    page.cropbox = RectangleObject((100, 50, 900, 350))
    out = io.BytesIO()
    writer.write(out)

    new = stamped(out.getvalue()).pages[0]

    assert [float(n) for n in new.mediabox] == [0, 0, 1000, 400]
    assert [float(n) for n in new.cropbox] == [100, 50, 900, 350]
    assert new.rotation == 90
    assert b"100.00000 50.00000 cm /Stamp Do" in new.get_contents().get_data()  # type: ignore[union-attr]


def test_a_file_with_an_empty_password_opens_here_as_it_does_elsewhere():
    writer = PdfWriter(clone_from=io.BytesIO(make.pdf()))
    writer.encrypt("", owner_password="owner", algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)

    assert "Connie Marsh" in stamped(out.getvalue()).pages[0].extract_text()


def test_too_many_pages_and_a_broken_file_are_refused_in_words(monkeypatch):
    with pytest.raises(Refused, match="cannot be shown here"):
        stamped(make.pdf()[:400])
    monkeypatch.setattr(stamping, "MOST_PAGES", 2)
    with pytest.raises(Refused, match="more than 2 pages"):
        stamped(make.pdf(pages=3))


@pytest.mark.parametrize("which", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("size", [(40, 30), (900, 300)])
def test_a_picture_of_any_size_is_stamped_and_holds_no_metadata(which, size):
    plain = make.image(which, size)
    out = io.BytesIO()
    stamping.stamp_picture(io.BytesIO(plain), out, words=WORDS, most=600)

    picture = Image.open(out)
    assert picture.format == "JPEG"
    assert max(picture.size) <= 600
    assert not picture.getexif()
    darkest, brightest = zip(*picture.getextrema(), strict=True)  # type: ignore[misc]
    assert max(brightest) - min(darkest) > 100 or picture.getcolors(1) is None


def test_a_picture_that_is_none_is_refused_in_words():
    with pytest.raises(Refused, match="cannot be shown here"):
        stamping.stamp_picture(io.BytesIO(b"no picture"), io.BytesIO(), words=WORDS, most=600)


@pytest.mark.django_db
def test_show_refuses_what_may_not_be_read_and_logs_nothing(settings):
    """R9"""
    paper = kept()
    with pytest.raises(Refused, match="still being scanned"):
        show(GET, paper, by=None)
    paper = kept(name="a.txt", body=b"words")
    Paper.objects.update(status="clean")
    paper.refresh_from_db()
    assert not can_be_shown(paper)
    with pytest.raises(Refused, match="Download it instead"):
        show(GET, paper, by=None)
    assert not ModelLogEntry.objects.filter(action="vault.read").exists()


@pytest.mark.django_db
def test_show_answers_a_head_without_a_body():
    paper = kept()
    Paper.objects.update(status="clean")
    paper.refresh_from_db()

    response = show(RequestFactory().head("/x"), paper, by=None)

    assert b"".join(response.streaming_content) == b""  # type: ignore[arg-type]
    assert int(response["Content-Length"]) > 0
