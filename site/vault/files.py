"""What an upload is, by its content, and whether the vault takes it.

Every refusal is a sentence that says which file, why, and what to do. What could act by itself inside a
file is not refused but flagged, for its reader to see before opening it.
"""

from __future__ import annotations

import codecs
import tempfile
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any, BinaryIO

import filetype
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from vault import archives, images, pdf
from vault.kinds import IN_WORDS, KINDS, PIECE, Kind, Refusal

HEAD = 8192
_MEGABYTE = 1024 * 1024

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEIC_BRANDS = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"}
# Text that is really markup or another format: a browser or a word processor would act on it.
_NOT_TEXT = (b"{\\rtf", b"<!doctype html", b"<html", b"<?xml", b"<svg", b"<script", b"%!ps", b"#!", b"mz")
# Endings that people meet, with what to do instead.
_INSTEAD = {
    "doc": "Open it in Word, save it as .docx or PDF, and upload that.",
    "xls": "Open it in Excel, save it as .xlsx or PDF, and upload that.",
    "ppt": "Open it in PowerPoint, save it as .pptx or PDF, and upload that.",
    "rtf": "Open it in Word, save it as .docx or PDF, and upload that.",
    "pages": "In Pages choose Export to, then PDF, and upload that.",
    "zip": "Take the files out of it and upload each one.",
    "rar": "Take the files out of it and upload each one.",
    "7z": "Take the files out of it and upload each one.",
    "msg": "Print the email to PDF, save its attachments, and upload each one.",
    "eml": "Print the email to PDF, save its attachments, and upload each one.",
}


class Unacceptable(Exception):
    """The vault does not take this file. `message` is for the field of the form it came by."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass
class Accepted:
    """A file the vault takes: `stream` is what will be kept (an image re-encoded, all else as it came)."""

    kind: Kind
    stream: BinaryIO
    flags: list[str] = field(default_factory=list)

    def pieces(self) -> Iterator[bytes]:
        self.stream.seek(0)
        while piece := self.stream.read(PIECE):
            yield piece


def shown_name(upload: UploadedFile) -> str:
    """The uploader's own name for it, as plain characters on one line."""
    raw = PurePath(str(upload.name or "file").replace("\\", "/")).name
    clean = "".join(c for c in raw if unicodedata.category(c)[0] != "C").strip()
    if len(clean) > 100:
        clean = f"{clean[:85]}…{clean[-14:]}"
    return clean or "file"


def accept(upload: UploadedFile) -> Accepted:
    """Look at the content and take it or raise Unacceptable."""
    name = shown_name(upload)
    try:
        return _judge(upload, PurePath(name).suffix.lower().lstrip("."))
    except Refusal as refusal:
        raise Unacceptable(f"“{name}” {refusal}") from refusal


def _judge(upload: UploadedFile, ending: str) -> Accepted:
    size = upload.size or 0
    if not size:
        raise Refusal("is empty. Check that it opens on your computer, then choose it again.")
    if size > settings.VAULT_MAX_BYTES:
        limit = settings.VAULT_MAX_BYTES / _MEGABYTE
        raise Refusal(
            f"is {size / _MEGABYTE:.1f} MB, and the largest file we take is {limit:g} MB. "
            "Split it, or save it with smaller pictures, and upload that."
        )
    stream: BinaryIO = _plain(upload)
    stream.seek(0)
    head = stream.read(HEAD)
    if head.startswith(b"%PDF-"):
        _check_ending(ending, "pdf")
        return Accepted(KINDS["pdf"], stream, pdf.check(stream))
    if head.startswith(b"PK\x03\x04"):
        which, flags = archives.check(stream)
        _check_ending(ending, which)
        return Accepted(KINDS[which], stream, flags)
    if head.startswith(_OLE):
        archives.refuse_ole(stream, ending)
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC_BRANDS:
        raise Refusal(
            "is an iPhone photo in HEIC format, which many computers cannot open. Save or export it as "
            "JPEG (on an iPhone: Settings, Camera, Formats, Most Compatible) and upload that."
        )
    guess = filetype.guess(head)
    if guess is not None and guess.extension in ("jpg", "png", "webp"):
        which = "jpeg" if guess.extension == "jpg" else guess.extension
        _check_ending(ending, which)
        spool = tempfile.SpooledTemporaryFile(max_size=_MEGABYTE)  # noqa: SIM115  its reader closes it
        images.reencode(stream, spool, which)
        return Accepted(KINDS[which], spool)  # type: ignore[arg-type]
    if guess is None and _is_text(stream):
        _check_ending(ending, "txt")
        return Accepted(KINDS["txt"], stream)
    if ending in {e for kind in KINDS.values() for e in kind.extensions}:
        raise Refusal(
            f"ends in .{ending}, but its content is something else. Open it in the program that made it, "
            "save it again, and upload that."
        )
    raise Refusal(
        f"is not a kind of file we take. {_INSTEAD.get(ending, f'Save it as {IN_WORDS}, and upload that.')}"
    )


def _plain(upload: UploadedFile) -> Any:
    """The file itself: the wrapper of a temporary one costs a call more for each of a PDF's thousands of reads."""
    stream = upload.file if upload.file is not None else upload
    return getattr(stream, "file", stream)


def _check_ending(ending: str, which: str) -> None:
    kind = KINDS[which]
    if ending not in kind.extensions:
        given = f"ends in .{ending}" if ending else "has no ending"
        raise Refusal(
            f"{given}, but its content is of another kind: {kind.name}. Rename it to end in "
            f".{kind.extension}, or choose the right file."
        )


def _is_text(stream: BinaryIO) -> bool:
    """UTF-8, UTF-16 with its mark, or Windows-1252, without control characters and not markup."""
    stream.seek(0)
    head = stream.read(64)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_NOT_TEXT):
        return False
    utf16 = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return any(_decodes(stream, encoding) for encoding in (["utf-16"] if utf16 else ["utf-8", "cp1252"]))


def _decodes(stream: BinaryIO, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    stream.seek(0)
    try:
        while piece := stream.read(PIECE):
            if any(c < " " and c not in "\t\n\r\f" for c in decoder.decode(piece)):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
