"""A file to be read on the screen: every page and picture stamped with who reads it and when.

A page is drawn anew: what it shows, comments and filled-in boxes included, then the stamp over it. Scripts,
actions, links, attachments and forms stay behind, since only what is drawn is taken.

Memory is bounded: a PDF is held once while it is drawn (MOST_BYTES), a picture once decoded
(`images.MAX_PIXELS`, 150 MB). What is larger is downloaded instead.
"""

from __future__ import annotations

import io
import time
from datetime import datetime
from typing import Any, BinaryIO, cast

from PIL import Image, ImageDraw, ImageFont, UnidentifiedImageError
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    StreamObject,
)

from changes.refusals import Refused
from design.paper import typeset
from vault.pdf import ODDITIES

MOST_BYTES = 20 * 1024 * 1024
MOST_PAGES = 500
MOST_SECONDS = 20.0  # somebody waits, and the web server has a limit of its own
A4 = (595.28, 841.89)  # points, the size of the stamp
HIDDEN = 2 | 32  # an annotation's flags Hidden and NoView (ISO 32000-1, table 165)
UNREADABLE = "This file cannot be shown here. Download it instead."


def stamp_pdf(source: BinaryIO, target: Any, *, words: str, title: str, at: datetime) -> None:
    """Write the PDF with `words` over every page. Raises Refused when it is too long or too odd."""
    try:
        reader = PdfReader(source, strict=False)
        if reader.is_encrypted:
            reader.decrypt("")
        if len(reader.pages) > MOST_PAGES:
            raise Refused(f"This file has more than {MOST_PAGES} pages. Download it instead.")
        writer = PdfWriter()
        writer.add_metadata({"/Title": title})
        stamp = _as_form(writer, PdfReader(io.BytesIO(_stamp(words, at))).pages[0])
        until = time.monotonic() + MOST_SECONDS
        for page in reader.pages:
            if time.monotonic() > until:
                raise Refused("This file takes too long to show here. Download it instead.")
            _draw(writer, page, stamp)
        writer.write(target)
    except ODDITIES as error:
        raise Refused(UNREADABLE) from error


def _stamp(words: str, at: datetime) -> bytes:
    return typeset("vault/stamp.typ", {"words": words}, at=at)


def _as_form(writer: PdfWriter, page: Any) -> Any:
    """What a page draws, as a form: closed in itself, so that nothing in it can hide what is drawn later."""
    form = DecodedStreamObject()
    form.set_data(_content(page))
    form = cast(DecodedStreamObject, form.flate_encode())
    form[NameObject("/Type")] = NameObject("/XObject")
    form[NameObject("/Subtype")] = NameObject("/Form")
    form[NameObject("/BBox")] = ArrayObject(FloatObject(number) for number in page.mediabox)
    for name in ("/Resources", "/Group"):
        if (value := page.get(name)) is not None:
            form[NameObject(name)] = value.get_object().clone(writer)
    return writer._add_object(form)


def _content(page: Any) -> bytes:
    contents = page.get("/Contents")
    contents = contents.get_object() if contents is not None else None
    if contents is None:
        return b""
    if isinstance(contents, ArrayObject):
        return b"\n".join(part.get_object().get_data() for part in contents)
    return contents.get_data()


def _draw(writer: PdfWriter, page: Any, stamp: Any) -> None:
    drawn = DictionaryObject({NameObject("/Page"): _as_form(writer, page), NameObject("/Stamp"): stamp})
    acts = ["/Page Do"]
    for number, (appearance, matrix) in enumerate(_appearances(page)):
        drawn[NameObject(f"/Note{number}")] = _reference(writer, appearance)
        acts.append(f"q {_numbers(matrix)} cm /Note{number} Do Q")
    box = page.cropbox
    across, up = float(box.width) / A4[0], float(box.height) / A4[1]
    acts.append(f"q {_numbers((across, 0, 0, up, float(box.left), float(box.bottom)))} cm /Stamp Do Q")
    new = writer.add_blank_page(float(page.mediabox.width), float(page.mediabox.height))
    for name in ("/MediaBox", "/CropBox", "/Rotate"):
        if (value := page.get(name)) is not None:
            new[NameObject(name)] = value.get_object().clone(writer)
    content = DecodedStreamObject()
    content.set_data("\n".join(acts).encode())
    new[NameObject("/Resources")] = DictionaryObject({NameObject("/XObject"): drawn})
    new[NameObject("/Contents")] = writer._add_object(content)


def _reference(writer: PdfWriter, appearance: StreamObject) -> Any:
    copy = appearance.clone(writer)
    copy[NameObject("/Subtype")] = NameObject("/Form")
    return copy.indirect_reference or writer._add_object(copy)


def _appearances(page: Any) -> list[tuple[StreamObject, tuple[float, ...]]]:
    """What comments, stamps and filled-in boxes look like, each with where it stands on the page."""
    found = []
    annotations = page.get("/Annots")
    for annotation in annotations.get_object() if annotations is not None else []:
        note = annotation.get_object()
        if not isinstance(note, DictionaryObject) or int(note.get("/F", 0)) & HIDDEN:
            continue
        look = note.get("/AP", DictionaryObject()).get_object().get("/N")
        look = look.get_object() if look is not None else None
        if isinstance(look, DictionaryObject) and not isinstance(look, StreamObject):
            look = look.get(note.get("/AS", "/Off"))
            look = look.get_object() if look is not None else None
        if isinstance(look, StreamObject) and note.get("/Subtype") != "/Popup" and "/Rect" in note:
            found.append((look, _placed(look, [float(n) for n in cast(ArrayObject, note["/Rect"])])))
    return found


def _placed(look: StreamObject, rect: list[float]) -> tuple[float, ...]:
    """The matrix that fits an appearance into its rectangle (ISO 32000-1, 12.5.5, algorithm 8.1)."""
    left, bottom, right, top = (float(n) for n in look.get("/BBox", [0, 0, 1, 1]))
    a, b, c, d, e, f = (float(n) for n in look.get("/Matrix", [1, 0, 0, 1, 0, 0]))
    corners = [(x * a + y * c + e, x * b + y * d + f) for x in (left, right) for y in (bottom, top)]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    wide, high = (max(xs) - min(xs)) or 1, (max(ys) - min(ys)) or 1
    x0, x1, y0, y1 = (
        min(rect[0], rect[2]),
        max(rect[0], rect[2]),
        min(rect[1], rect[3]),
        max(rect[1], rect[3]),
    )
    across, up = (x1 - x0) / wide, (y1 - y0) / high
    return (across, 0, 0, up, x0 - min(xs) * across, y0 - min(ys) * up)


def _numbers(matrix: tuple[float, ...]) -> str:
    return " ".join(f"{number:.5f}" for number in matrix)


def stamp_picture(source: BinaryIO, target: Any, *, words: str, most: int) -> None:
    """Write the picture as JPEG, at most `most` pixels wide and high, with `words` across it. Raises Refused."""
    try:
        with Image.open(source) as image:
            image.draft("RGB", (most, most))  # a JPEG is decoded no larger than it is needed
            image.thumbnail((most, most))
            flat = Image.new("RGB", image.size, "white")
            flat.paste(image, mask=image.getchannel("A") if image.mode == "RGBA" else None)
        _write_across(flat, words)
        flat.save(target, "JPEG", quality=88)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise Refused(UNREADABLE) from error


def _write_across(picture: Image.Image, words: str) -> None:
    """Light letters with a dark edge, to be seen on any ground; on the smallest picture at least once."""
    font = ImageFont.load_default(size=max(12, picture.width // 40))
    left, top, right, bottom = (int(n) for n in font.getbbox(words, stroke_width=1))
    line = Image.new("RGBA", (right - left + 8, bottom - top + 8))
    pen = ImageDraw.Draw(line)
    pen.text(
        (4 - left, 4 - top), words, (255, 255, 255, 120), font, stroke_width=1, stroke_fill=(29, 43, 48, 90)
    )
    tile = line.rotate(24, expand=True)
    for row, y in enumerate(range(-tile.height // 3, picture.height, tile.height + tile.height // 3)):
        for x in range(-(row % 2) * tile.width // 2, picture.width, tile.width + 20):
            picture.paste(tile, (x, y), tile)
