"""Office and OpenDocument files: archives that are whole, no bombs, and what in them could act by itself."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO, NoReturn

from vault.kinds import PIECE, Refusal

MAX_ENTRIES = 5_000
MAX_UNPACKED = 300 * 1024 * 1024  # bytes, counted while unpacking: what the directory claims is not believed
MAX_RATIO = 200  # unpacked to packed; office text reaches about 30
SMALL = 10 * 1024 * 1024  # unpacked bytes below which the ratio does not matter
OVERLAP = 512  # bytes carried from piece to piece, so that no mark is cut in two

MACROS = "This file holds macros: small programs that can run when it is opened."
OUTSIDE = "This file fetches a part of itself from an outside address when it is opened."
EMBEDDED = "Another file or program is embedded in this file."
DDE = "This file can start another program (DDE)."
CONTROLS = "This file holds ActiveX controls."
SIGNED_OUT = (
    "is protected by a password. Remove the password in the program that made it, save it, and upload that."
)
DAMAGED = "is damaged or not complete. Open it in the program that made it, save it again, and upload that."
BOMB = (
    "unpacks to far more than its size, so it was not opened. "
    "Save it again with smaller pictures, or as a PDF, and upload that."
)
NOT_OURS = "is an archive and not a document. Take the files out of it and upload each one."

_MAIN = {
    b"wordprocessingml.document.main+xml": "docx",
    b"spreadsheetml.sheet.main+xml": "xlsx",
    b"presentationml.presentation.main+xml": "pptx",
    b"vnd.ms-word.document.macroEnabled.main+xml": "docm",
    b"vnd.ms-excel.sheet.macroEnabled.main+xml": "xlsm",
    b"vnd.ms-powerpoint.presentation.macroEnabled.main+xml": "pptm",
}
_ODF = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
}
_RELATIONSHIP = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>", re.I)
_EXTERNAL = re.compile(rb"TargetMode\s*=\s*[\"']External[\"']", re.I)
_HARMLESS = re.compile(rb"Type\s*=\s*[\"'][^\"']*/hyperlink[\"']", re.I)
_TAGS = re.compile(rb"<[^>]*>")
_INSTRUCTION = re.compile(rb"<w:instrText[^>]*>([^<]*)|\binstr\s*=\s*[\"']([^\"']*)", re.I)
_DDE_FIELD = re.compile(rb"\bDDE(AUTO)?\b", re.I)
_DDE_LINK = re.compile(
    rb"<(?:\w+:)?ddeLink\b|office:dde-source|of:=\s*DDE\(|table:formula=\"[^\"]*DDE\(", re.I
)


def check(stream: BinaryIO) -> tuple[str, list[str]]:
    """The kind of office file and flags for its reader. Raises Refusal."""
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as archive:
            infos = archive.infolist()
            if any(info.flag_bits & 0x1 for info in infos):
                raise Refusal(SIGNED_OUT)
            if len(infos) > MAX_ENTRIES:
                raise Refusal(BOMB)
            which = _kind(archive)
            return which, sorted(_walk(archive, infos, which))
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        NotImplementedError,
        ValueError,
        KeyError,
    ) as error:
        raise Refusal(DAMAGED) from error


def _first(archive: zipfile.ZipFile, name: str, size: int = 1024 * 1024) -> bytes:
    with archive.open(name) as entry:
        return entry.read(size)


def _kind(archive: zipfile.ZipFile) -> str:
    names = set(archive.namelist())
    if "[Content_Types].xml" in names:
        types = _first(archive, "[Content_Types].xml")
        for mark, which in _MAIN.items():
            if mark in types:
                return which
        raise Refusal(
            "is a kind of Office file we do not take. Save it as .docx, .xlsx, .pptx or PDF, and upload that."
        )
    if "mimetype" in names:
        which = _ODF.get(_first(archive, "mimetype", 200).strip(), "")
        if not which:
            raise Refusal(
                "is a kind of OpenDocument file we do not take. "
                "Save it as .odt, .ods or PDF, and upload that."
            )
        if b"encryption-data" in _first(archive, "META-INF/manifest.xml"):
            raise Refusal(SIGNED_OUT)
        return which
    raise Refusal(NOT_OURS)


def _walk(archive: zipfile.ZipFile, infos: list[zipfile.ZipInfo], which: str) -> set[str]:
    """Unpack every entry, counting: proves the checksums, stops a bomb, and finds what acts."""
    found: set[str] = set()
    unpacked = 0
    packed = max(1, sum(info.compress_size for info in infos))
    names: set[str] = set()
    for info in infos:
        name = info.filename.lower()
        if name in names:
            raise Refusal(DAMAGED)  # two entries of one name: readers disagree on which they show
        names.add(name)
        found |= _by_name(name)
        fields = bytearray()
        for number, (piece, size) in enumerate(_pieces(archive, info)):
            unpacked += size
            if unpacked > MAX_UNPACKED or (unpacked > SMALL and unpacked > packed * MAX_RATIO):
                raise Refusal(BOMB)
            if number == 0:
                found |= _by_head(name, piece)
            if name.endswith((".rels", ".xml")):
                found |= _by_content(name, piece)
                if which in ("docx", "docm") and name.startswith("word/") and len(fields) < 100_000:
                    # Word may cut one instruction into many runs: join them before looking.
                    fields += b"".join(a or b for a, b in _INSTRUCTION.findall(piece))
        if _DDE_FIELD.search(fields):
            found.add(DDE)
    return found


def _pieces(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[tuple[bytes, int]]:
    """Pieces with the end of the one before in front, and how many bytes of each are new."""
    before = b""
    with archive.open(info) as entry:
        while piece := entry.read(PIECE):
            yield before + piece, len(piece)
            before = piece[-OVERLAP:]


def _by_name(name: str) -> set[str]:
    base = name.rpartition("/")[2]
    if (
        base in ("vbaproject.bin", "vbadata.xml")
        or name.startswith(("basic/", "scripts/"))
        or "macrosheets/" in name
    ):
        return {MACROS}
    if "/embeddings/" in name or (name.startswith("object ") and name.endswith("content.xml")):
        return {EMBEDDED}
    if "/activex/" in name:
        return {CONTROLS}
    return set()


def _by_head(name: str, head: bytes) -> set[str]:
    if head.startswith((b"PK\x03\x04", b"Rar!", b"7z\xbc\xaf")) and "/embeddings/" not in name:
        raise Refusal(
            "has an archive hidden inside it. Save it again without it, or as a PDF, and upload that."
        )
    if head.startswith((b"MZ", b"\x7fELF")):
        raise Refusal(
            "has a program hidden inside it. Save it again without it, or as a PDF, and upload that."
        )
    if head.startswith(b"\xd0\xcf\x11\xe0") and not name.endswith("vbaproject.bin"):
        return {EMBEDDED}
    return set()


def _by_content(name: str, piece: bytes) -> set[str]:
    found = set()
    if name.endswith(".rels"):
        for relationship in _RELATIONSHIP.findall(piece):
            if _EXTERNAL.search(relationship) and not _HARMLESS.search(relationship):
                found.add(OUTSIDE)
    if _DDE_LINK.search(piece):
        found.add(DDE)
    return found


def refuse_ole(stream: BinaryIO, ending: str) -> NoReturn:
    """The old container: either an encrypted new file or an old Office file. Neither is taken."""
    stream.seek(0)
    before = b""
    while piece := stream.read(PIECE):
        if "EncryptedPackage".encode("utf-16-le") in before + piece:
            raise Refusal(SIGNED_OUT)
        before = piece[-64:]
    if ending == "msg":
        raise Refusal("is an Outlook email. Print it to PDF, save its attachments, and upload each one.")
    raise Refusal(
        "is in the format of Office before 2007, which can hide programs. "
        "Open it, save it as .docx, .xlsx, .pptx or PDF, and upload that."
    )
