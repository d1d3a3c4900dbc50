"""Builders of real files, good and bad, as people upload them."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pypdf import PdfWriter
from pypdf.annotations import FreeText
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

_OFFICE = "application/vnd.openxmlformats-officedocument."
_TYPES = {
    "docx": f"{_OFFICE}wordprocessingml.document.main+xml",
    "xlsx": f"{_OFFICE}spreadsheetml.sheet.main+xml",
    "pptx": f"{_OFFICE}presentationml.presentation.main+xml",
    "docm": "application/vnd.ms-word.document.macroEnabled.main+xml",
    "xlsm": "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
}
_MAIN = {"docx": "word/document.xml", "docm": "word/document.xml", "xlsx": "xl/workbook.xml"}


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(
        name, content, "application/octet-stream"
    )  # what the browser says is not believed


def pdf(change: Callable[[PdfWriter], object] | None = None, *, password: str = "", pages: int = 1) -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(595, 842)
    writer.add_annotation(0, FreeText(text="Strategy discussion", rect=(50, 700, 300, 760)))
    if change:
        change(writer)
    if password:
        writer.encrypt(password, algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def with_javascript(writer: PdfWriter) -> None:
    writer._root_object[NameObject("/OpenAction")] = writer._add_object(
        DictionaryObject(
            {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert(1)")}
        )
    )


def with_launch(writer: PdfWriter) -> None:
    writer._root_object[NameObject("/OpenAction")] = writer._add_object(
        DictionaryObject(
            {NameObject("/S"): NameObject("/Launch"), NameObject("/F"): TextStringObject("cmd.exe")}
        )
    )


def with_attachment(writer: PdfWriter) -> None:
    writer.add_attachment("more.txt", b"more")


def with_xfa(writer: PdfWriter) -> None:
    writer._root_object[NameObject("/AcroForm")] = DictionaryObject(
        {
            NameObject("/XFA"): ArrayObject([TextStringObject("template")]),
            NameObject("/Fields"): ArrayObject(),
        }
    )


def with_rich_media(writer: PdfWriter) -> None:
    annotation = DictionaryObject(
        {NameObject("/Type"): NameObject("/Annot"), NameObject("/Subtype"): NameObject("/RichMedia")}
    )
    writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(annotation)])


def with_opening_at_a_page(writer: PdfWriter) -> None:
    """What every word processor writes: open at the first page. It does nothing."""
    writer._root_object[NameObject("/OpenAction")] = ArrayObject(
        [writer.pages[0].indirect_reference, NameObject("/Fit")]
    )


def scanned_pdf(megabytes: int, *, pages: int = 10) -> bytes:
    """As a scanner makes one: on every page a picture that hardly shrinks, together of this size."""
    writer = PdfWriter()
    piece = random.Random(7).randbytes(megabytes * 2**20 // pages)  # the same bytes in every run
    for number in range(pages):
        page = writer.add_blank_page(595, 842)
        picture = DecodedStreamObject()
        picture.set_data(number.to_bytes(4, "big") + piece[4:])
        names = {"/Type": "/XObject", "/Subtype": "/Image", "/ColorSpace": "/DeviceGray"}
        picture.update({NameObject(key): NameObject(value) for key, value in names.items()})
        for key, value in {"/Width": len(piece) // 64, "/Height": 64, "/BitsPerComponent": 8}.items():
            picture[NameObject(key)] = NumberObject(value)
        drawn = DictionaryObject({NameObject("/Scan"): writer._add_object(picture)})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/XObject"): drawn})
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def pdf_in_object_streams() -> bytes:
    """JavaScript that lies in a compressed object stream, where a search of the bytes finds nothing."""
    import zlib

    inner = b"<</S/JavaScript/JS(app.alert\\(1\\))>>"
    table = b"5 0 "
    packed = zlib.compress(table + inner)
    objects = [
        b"1 0 obj<</Type/Catalog/Pages 2 0 R/OpenAction 5 0 R>>endobj\n",
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n",
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\n",
        b"4 0 obj<</Type/ObjStm/N 1/First %d/Length %d/Filter/FlateDecode>>stream\n%s\nendstream endobj\n"
        % (len(table), len(packed), packed),
    ]
    out, places = b"%PDF-1.5\n", []
    for one in objects:
        places.append(len(out))
        out += one
    rows = b"\0\0\0\0\0" + b"".join(b"\1" + p.to_bytes(3, "big") + b"\0" for p in places)
    start = len(out)
    rows += b"\2" + (4).to_bytes(3, "big") + b"\0" + b"\1" + start.to_bytes(3, "big") + b"\0"
    table_stream = zlib.compress(rows)
    out += b"6 0 obj<</Type/XRef/Size 7/W[1 3 1]/Root 1 0 R/Length %d/Filter/FlateDecode>>stream\n%s" % (
        len(table_stream),
        table_stream,
    )
    return out + b"\nendstream endobj\nstartxref\n%d\n%%%%EOF\n" % start


def archive(parts: dict[str, bytes | str], *, stored: tuple[str, ...] = ()) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content, zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED)
    return out.getvalue()


def office(
    which: str = "docx", more: dict[str, bytes | str] | None = None, body: str = "Chronology"
) -> bytes:
    types = f'<Types><Override PartName="/main.xml" ContentType="{_TYPES[which]}"/></Types>'
    text = f"<w:document><w:body><w:p><w:r><w:t>{body}</w:t></w:r></w:p></w:body></w:document>"
    return archive(
        {"[Content_Types].xml": types, _MAIN.get(which, "ppt/presentation.xml"): text, **(more or {})}
    )


def relationships(kind: str, target: str) -> str:
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    return (
        f'<Relationships><Relationship Id="r1" Type="{base}/{kind}" Target="{target}" '
        'TargetMode="External"/></Relationships>'
    )


def opendocument(
    kind: str = "text", manifest: str = "<manifest/>", more: dict[str, bytes | str] | None = None
) -> bytes:
    return archive(
        {
            "mimetype": f"application/vnd.oasis.opendocument.{kind}",
            "META-INF/manifest.xml": manifest,
            "content.xml": "<office:text>Report</office:text>",
            **(more or {}),
        },
        stored=("mimetype",),
    )


def ole(text: str = "WordDocument") -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1024) + text.encode("utf-16-le") + bytes(512)


def zip_bomb() -> bytes:
    """A .docx of some kilobytes that unpacks to 400 MB."""
    out = io.BytesIO(office())
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as made, made.open("word/media/a.bin", "w") as entry:
        for _ in range(400):
            entry.write(bytes(1024 * 1024))
    return out.getvalue()


def image(
    which: str = "JPEG", size: tuple[int, int] = (60, 40), mode: str = "RGB", *, tagged: bool = True
) -> bytes:
    """A picture with the place it was taken, the camera, a comment and an orientation in it."""
    picture = Image.new(mode, size, (200, 30, 30) if mode == "RGB" else None)  # type: ignore[arg-type]
    out = io.BytesIO()
    if not tagged:
        picture.save(out, which)
        return out.getvalue()
    exif = Image.Exif()
    exif[0x0112] = 6  # turned: shown upright it is 40 by 60
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825).update({1: "N", 2: (51.0, 32.0, 7.0), 3: "W", 4: (0.0, 8.0, 30.0)})
    more = {"comment": b"SecretComment"} if which == "JPEG" else {}
    picture.save(out, which, exif=exif, **more)
    return out.getvalue()


def image_bomb() -> bytes:
    """A PNG of a few hundred kilobytes that would be 400 million pixels."""
    out = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(out, "PNG")
    return out.getvalue()
