"""What the vault takes, what it refuses and says, and what it flags."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image

from tests import files as make
from tests.clamd import eicar
from vault import archives, images, pdf
from vault.files import Accepted, Unacceptable, accept


def taken(name: str, content: bytes) -> Accepted:
    return accept(make.upload(name, content))


def refusal(name: str, content: bytes) -> str:
    with pytest.raises(Unacceptable) as caught:
        taken(name, content)
    return caught.value.message


GOOD: dict[str, tuple[Callable[[], bytes], str]] = {
    "chronology.pdf": (make.pdf, "application/pdf"),
    "Minutes.DOCX": (make.office, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "scores.xlsx": (
        lambda: make.office("xlsx"),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    "slides.pptx": (
        lambda: make.office("pptx"),
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ),
    "report.odt": (make.opendocument, "application/vnd.oasis.opendocument.text"),
    "scores.ods": (
        lambda: make.opendocument("spreadsheet"),
        "application/vnd.oasis.opendocument.spreadsheet",
    ),
    "letter.jpg": (make.image, "image/jpeg"),
    "letter.JPEG": (make.image, "image/jpeg"),
    "scan.png": (lambda: make.image("PNG"), "image/png"),
    "scan.webp": (lambda: make.image("WEBP"), "image/webp"),
    "note.txt": (lambda: "Café, spoke to school\r\n".encode(), "text/plain"),
    "old.txt": (lambda: "Caf\xe9".encode("cp1252"), "text/plain"),
    "wide.txt": (lambda: "Café".encode("utf-16"), "text/plain"),
    # Harmless text to look at; it is the scanner that knows it.
    "eicar.txt": (eicar, "text/plain"),
}


@pytest.mark.parametrize("name", GOOD)
def test_good_files_are_taken_without_a_flag(name):
    build, content_type = GOOD[name]
    accepted = taken(name, build())
    assert (accepted.kind.content_type, accepted.flags) == (content_type, [])
    if accepted.kind.content_type.split("/")[0] != "image":
        assert b"".join(accepted.pieces()) == build() or name in ("chronology.pdf",)


BAD = {
    "empty": ("a.pdf", lambda: b"", "is empty"),
    "an old Word file": ("a.doc", make.ole, "Office before 2007"),
    "a Word file with a password": ("a.docx", lambda: make.ole("EncryptedPackage"), "password"),
    "a PDF with a password": ("a.pdf", lambda: make.pdf(password="hunter2"), "password"),
    "an ODF with a password": (
        "a.odt",
        lambda: make.opendocument(manifest="<m:encryption-data/>"),
        "password",
    ),
    "half a PDF": ("a.pdf", lambda: make.pdf()[:-200], "is not complete"),
    "a PDF of rubbish": ("a.pdf", lambda: b"%PDF-1.7\nrubbish\n%%EOF", "damaged"),
    "a PDF without pages": ("a.pdf", lambda: _no_pages(), "no pages"),
    "half a Word file": ("a.docx", lambda: make.office()[:-60], "damaged or not complete"),
    "a Word file with a wrong checksum": ("a.docx", lambda: _bad_checksum(), "damaged or not complete"),
    "half a photo": ("a.jpg", lambda: make.image(size=(900, 900))[:2000], "damaged or not complete"),
    "a PNG that is none": ("a.png", lambda: b"\x89PNG\r\n\x1a\n" + bytes(99), "damaged or not complete"),
    "a PDF called Word": ("a.docx", make.pdf, "ends in .docx, but its content is of another kind: PDF"),
    "a photo called PDF": ("a.pdf", make.image, "content is of another kind: JPEG image"),
    "a text called PDF": ("a.pdf", lambda: b"just text", "content is of another kind: Plain text"),
    "no ending": ("chronology", make.pdf, "has no ending"),
    "macros hidden under .docx": ("a.docx", lambda: make.office("docm"), "Word document with macros"),
    "a program": ("a.exe", lambda: b"MZ" + bytes(200), "not a kind of file we take"),
    "a program called PDF": ("a.pdf", lambda: b"MZ" + bytes(200), "its content is something else"),
    "an HTML page": ("a.html", lambda: b"<!DOCTYPE html><script>1</script>", "not a kind of file we take"),
    "an HTML page called text": ("a.txt", lambda: b" <html>", "its content is something else"),
    "an SVG": ("a.svg", lambda: b"<svg onload='x'/>", "not a kind of file we take"),
    "RTF": ("a.rtf", lambda: b"{\\rtf1 x}", "save it as .docx or PDF"),
    "an email": ("a.msg", lambda: make.ole("x"), "Outlook email"),
    "a GIF": ("a.gif", lambda: make.image("GIF", tagged=False), "not a kind of file we take"),
    "HEIC": ("a.heic", lambda: b"\0\0\0\x18ftypheic" + bytes(99), "JPEG"),
    "a plain zip": ("a.zip", lambda: make.archive({"a.pdf": b"x"}), "archive and not a document"),
    "a zip called Word": ("a.docx", lambda: make.archive({"a.txt": b"x"}), "archive and not a document"),
    "a zip bomb": ("a.docx", make.zip_bomb, "unpacks to far more"),
    "a zip in a Word file": (
        "a.docx",
        lambda: make.office(more={"word/x.bin": make.archive({"a": b"x"})}),
        "an archive hidden",
    ),
    "a program in a Word file": (
        "a.docx",
        lambda: make.office(more={"word/x.png": b"MZ\0"}),
        "a program hidden",
    ),
    "an image bomb": ("a.png", make.image_bomb, "more than 50 million pixels"),
    "a PDF that is a zip too": (
        "a.pdf",
        lambda: make.pdf() + make.archive({"a": b"x"}) + b"%%EOF",
        "two kinds of file in one",
    ),
    "a moving picture": ("a.webp", lambda: _moving(), "moving picture"),
}


def _no_pages() -> bytes:
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
        b"xref\n0 3\n0000000000 65535 f \n0000000009 00000 n \n0000000052 00000 n \n"
        b"trailer<</Size 3/Root 1 0 R>>\nstartxref\n97\n%%EOF"
    )


def _bad_checksum() -> bytes:
    good = make.archive({"[Content_Types].xml": make._TYPES["docx"], "a.xml": b"A" * 100}, stored=("a.xml",))
    return good.replace(b"A" * 100, b"A" * 99 + b"B", 1)


def _moving() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (9, 9), "red").save(
        out, "WEBP", save_all=True, append_images=[Image.new("RGB", (9, 9), "blue")]
    )
    return out.getvalue()


@pytest.mark.parametrize("what", BAD)
def test_a_refusal_names_the_file_says_why_and_what_to_do(what):
    name, build, why = BAD[what]
    message = refusal(name, build())
    assert message.startswith(f"“{name}” ")
    assert why in message
    assert any(word in message.lower() for word in ("upload", "choose", "save")), message
    assert message.endswith(".")


def test_too_large_says_both_sizes(settings):
    settings.VAULT_MAX_BYTES = 2 * 1024 * 1024
    assert "is 2.5 MB, and the largest file we take is 2 MB." in refusal("a.pdf", bytes(5 * 512 * 1024))


FLAGGED = {
    "javascript": ("a.pdf", lambda: make.pdf(make.with_javascript), pdf.JAVASCRIPT),
    "launch": ("a.pdf", lambda: make.pdf(make.with_launch), pdf.LAUNCH),
    "acts on opening": ("a.pdf", lambda: make.pdf(make.with_launch), pdf.ON_OPENING),
    "attachment": ("a.pdf", lambda: make.pdf(make.with_attachment), pdf.EMBEDDED),
    "xfa": ("a.pdf", lambda: make.pdf(make.with_xfa), pdf.XFA),
    "rich media": ("a.pdf", lambda: make.pdf(make.with_rich_media), pdf.MEDIA),
    "in an object stream": ("a.pdf", make.pdf_in_object_streams, pdf.JAVASCRIPT),
    "macros": (
        "a.docm",
        lambda: make.office("docm", {"word/vbaProject.bin": b"\xd0\xcf\x11\xe0"}),
        archives.MACROS,
    ),
    "macros in .docx": ("a.docx", lambda: make.office(more={"word/vbaProject.bin": b"x"}), archives.MACROS),
    "remote template": (
        "a.docx",
        lambda: make.office(
            more={"word/_rels/settings.xml.rels": make.relationships("attachedTemplate", "http://x/y.dotm")}
        ),
        archives.OUTSIDE,
    ),
    "embedded": (
        "a.docx",
        lambda: make.office(more={"word/embeddings/oleObject1.bin": b"x"}),
        archives.EMBEDDED,
    ),
    "an OLE object elsewhere": (
        "a.docx",
        lambda: make.office(more={"word/media/a.emf": b"\xd0\xcf\x11\xe0" + bytes(99)}),
        archives.EMBEDDED,
    ),
    "dde": (
        "a.docx",
        lambda: make.office(more={"word/header1.xml": "<w:instrText>DDEAUTO c:\\x</w:instrText>"}),
        archives.DDE,
    ),
    "dde cut in runs": (
        "a.docx",
        lambda: make.office(
            more={"word/footer1.xml": "<w:instrText>DDE</w:instrText></w:r><w:instrText>AUTO x</w:instrText>"}
        ),
        archives.DDE,
    ),
    "dde link": (
        "a.xlsx",
        lambda: make.office("xlsx", {"xl/externalLinks/e.xml": "<ddeLink a=''/>"}),
        archives.DDE,
    ),
    "activex": ("a.docx", lambda: make.office(more={"word/activeX/a.xml": "x"}), archives.CONTROLS),
    "odf macros": ("a.odt", lambda: make.opendocument(more={"Basic/Standard/M.xml": "x"}), archives.MACROS),
}


@pytest.mark.parametrize("what", FLAGGED)
def test_what_could_act_by_itself_is_taken_and_flagged(what):
    name, build, flag = FLAGGED[what]
    assert flag in taken(name, build()).flags


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", make.pdf(make.with_opening_at_a_page)),
        ("a.docx", make.office(more={"word/_rels/d.rels": make.relationships("hyperlink", "http://x")})),
    ],
)
def test_what_every_office_program_writes_is_not_flagged(name, content):
    assert taken(name, content).flags == []


def test_dates_about_dde_in_the_text_are_not_flagged():
    assert taken("a.docx", make.office(body="DDE training, DDEAUTO")).flags == []


@pytest.mark.parametrize("which", ["JPEG", "PNG", "WEBP"])
def test_pictures_lose_their_metadata_and_stand_upright(which):
    accepted = taken(f"a.{'jpg' if which == 'JPEG' else which.lower()}", make.image(which))
    kept = b"".join(accepted.pieces())
    assert b"Secret" not in kept
    assert b"Exif" not in kept
    with Image.open(io.BytesIO(kept)) as picture:
        assert picture.size == (40, 60)
        assert not picture.getexif()
        pixel: Any = picture.convert("RGB").getpixel((20, 30))
        red, green, _ = pixel
        assert red > 150 > green


def test_a_picture_keeps_what_is_transparent():
    out = io.BytesIO()
    Image.new("RGBA", (9, 9), (0, 0, 0, 0)).save(out, "PNG")
    with Image.open(io.BytesIO(b"".join(taken("a.png", out.getvalue()).pieces()))) as picture:
        assert picture.getpixel((4, 4)) == (0, 0, 0, 0)


def test_what_hides_behind_a_picture_is_gone():
    kept = b"".join(taken("a.png", make.image("PNG") + make.archive({"x.js": "1"})).pieces())
    assert b"PK\x03\x04" not in kept


def test_a_limit_above_every_phone():
    assert images.MAX_PIXELS >= 48_000_000


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\x\\report.pdf", "report.pdf"),
        ("a\u202efdp.exe", "afdp.exe"),
        ("x" * 150 + ".pdf", "x" * 85 + "…" + "x" * 10 + ".pdf"),
    ],
)
def test_names_are_shown_as_plain_characters(given, shown):
    from vault.files import shown_name

    upload: Any = make.upload("a", b"x")
    upload._name = given  # past Django's own cleaning
    assert shown_name(upload) == shown
