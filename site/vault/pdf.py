"""PDF: whole, readable without a password, and what in it could act by itself."""

from __future__ import annotations

import logging
import time
import zipfile
from typing import Any, BinaryIO

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject, StreamObject

from vault.kinds import Refusal

logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it warns of every oddity of every producer

TAIL = 2048
MAX_OBJECTS = 50_000
MAX_SECONDS = 5.0  # an upload answers while somebody waits

JAVASCRIPT = "This PDF runs JavaScript."
ON_OPENING = "This PDF does something by itself when it is opened."
LAUNCH = "This PDF can start another program."
EMBEDDED = "Another file is embedded in this PDF."
XFA = "This PDF is an XFA form, which can run scripts."
MEDIA = "This PDF plays embedded media."
SENDS = "This PDF can send what is typed into it to an internet address."
OUTSIDE = "This PDF opens another file from outside."
NOT_ALL = "This PDF is too large or too deep to check fully for active content."

_ACTIONS = {
    "/JavaScript": JAVASCRIPT,
    "/Launch": LAUNCH,
    "/SubmitForm": SENDS,
    "/ImportData": SENDS,
    "/GoToR": OUTSIDE,
    "/GoToE": EMBEDDED,
    "/Rendition": MEDIA,
    "/Movie": MEDIA,
    "/Sound": MEDIA,
}
_SUBTYPES = {
    "/RichMedia": MEDIA,
    "/Screen": MEDIA,
    "/Movie": MEDIA,
    "/3D": MEDIA,
    "/FileAttachment": EMBEDDED,
}
_KEYS = {
    "/JS": JAVASCRIPT,
    "/JavaScript": JAVASCRIPT,
    "/EmbeddedFiles": EMBEDDED,
    "/EF": EMBEDDED,
    "/XFA": XFA,
}
ODDITIES = (
    PyPdfError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    OSError,
    RecursionError,
    AssertionError,
    NotImplementedError,
    OverflowError,
)


def check(stream: BinaryIO) -> list[str]:
    """Flags for the reader, in a fixed order. Raises Refusal."""
    stream.seek(0, 2)
    size = stream.tell()
    stream.seek(max(0, size - TAIL))
    if b"%%EOF" not in stream.read():
        raise Refusal("is not complete: its end is missing. Download or save it again, then upload it.")
    if zipfile.is_zipfile(stream):
        raise Refusal("is two kinds of file in one. Print it to a new PDF and upload that.")
    stream.seek(0)
    try:
        reader = PdfReader(stream, strict=False)
        locked = reader.is_encrypted and not reader.decrypt("")
        pages = 0 if locked else len(reader.pages)
    except ODDITIES as error:
        raise Refusal(
            "is damaged and cannot be opened. Save it again, or print it to a new PDF, and upload that."
        ) from error
    if locked:
        raise Refusal("is protected by a password. Save a copy without the password and upload that.")
    if not pages:
        raise Refusal("has no pages. Save it again and upload that.")
    return sorted(_flags(reader))


def _flags(reader: PdfReader) -> set[str]:
    """Walk every object there is, reachable or not, object streams included."""
    found: set[str] = set()
    numbers = _numbers(reader)
    until = time.monotonic() + MAX_SECONDS
    if len(numbers) > MAX_OBJECTS:
        found.add(NOT_ALL)
    try:
        root = reader.trailer["/Root"].get_object()
        _look_at_root(root, found)
    except ODDITIES:
        found.add(NOT_ALL)
    for number, generation in numbers[:MAX_OBJECTS]:
        if time.monotonic() > until:
            found.add(NOT_ALL)
            break
        try:
            node = reader.get_object(IndirectObject(number, generation, reader))
            _look(node, found, 0)
            if isinstance(node, StreamObject) and node.get("/Type") != "/ObjStm":
                # Pictures make most of a file: each is let go again, or the whole file would be in memory.
                reader.resolved_objects.pop((generation, number), None)
        except ODDITIES:
            continue  # what pypdf cannot read as an object; the page count has shown that the file opens
    return found


def _numbers(reader: PdfReader) -> list[tuple[int, int]]:
    plain = {(number, gen) for gen, table in reader.xref.items() for number in table if number}
    packed = {(number, 0) for number in reader.xref_objStm}
    return sorted(plain | packed)


def _look_at_root(root: Any, found: set[str]) -> None:
    opening = root.get("/OpenAction")
    if opening is not None:
        opening = opening.get_object()
        # An array is a place to open at; so is a GoTo action. Anything else acts.
        if isinstance(opening, DictionaryObject) and opening.get("/S") != "/GoTo":
            found.add(ON_OPENING)
    if "/AA" in root:
        found.add(ON_OPENING)


def _look(node: Any, found: set[str], depth: int) -> None:
    """Direct values only: what is referred to is an object of its own and has its own turn."""
    if depth > 40:
        found.add(NOT_ALL)
        return
    if isinstance(node, DictionaryObject):
        for key, value in node.items():
            if key in _KEYS and value not in (None, "", []):
                found.add(_KEYS[key])
            if isinstance(value, NameObject):
                if key == "/S" and value in _ACTIONS:
                    found.add(_ACTIONS[value])
                elif key == "/Subtype" and value in _SUBTYPES:
                    found.add(_SUBTYPES[value])
            elif isinstance(value, (DictionaryObject, ArrayObject)):
                _look(value, found, depth + 1)
    elif isinstance(node, ArrayObject):
        for value in node:
            if isinstance(value, (DictionaryObject, ArrayObject)):
                _look(value, found, depth + 1)
