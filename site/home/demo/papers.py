"""Small real files, as a network sends them: PDF, Word, a photographed note, plain text. All invented."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from xml.sax.saxutils import escape

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image, ImageDraw

from design.paper import typeset

# What a line of the checklist holds, by the words its title begins with.
LINES: dict[str, list[str]] = {
    "Referral risk": [
        "Completed by the allocated social worker with the school and the carers.",
        "Concerns are set out by place and by time of day. Supervision is in place for each.",
        "Review: in six weeks, or sooner if anything changes.",
    ],
    "Chronology": [
        "Significant events in order of date, from agency records.",
        "Moves of home and of school are marked, with who made each decision.",
        "The last three entries were added by the allocated social worker this month.",
    ],
    "Most recent": [
        "The assessment draws on four visits, on the school and on health.",
        "Strengths: steady attendance, a trusted adult at school, carers who ask for help.",
        "What worries us is set out with what we do not know yet.",
    ],
    "Current safety": [
        "At home: doors, bedtimes and devices, agreed with everybody who lives there.",
        "At school: supervision at break, a named adult, a way to ask for help.",
        "Online: which devices, where, and who checks them.",
    ],
}
OTHERWISE = [
    "This record was written at the time by the person who was there.",
    "It says what was seen and heard, who was told, and what was done next.",
]
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TYPES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELS = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Target="word/document.xml" Type='
    '"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>'
)


def lines_for(title: str) -> list[str]:
    return next((lines for start, lines in LINES.items() if title.startswith(start)), OTHERWISE)


def paper(title: str, *, reference: str, agency: str, kind: str = "pdf") -> SimpleUploadedFile:
    """A file of `kind` (pdf, docx, jpg, txt) for one line of a checklist, dated today."""
    now = timezone.localtime()
    name = f"{title} {reference}.{kind}"
    make = {"pdf": _pdf, "docx": _docx, "jpg": _jpg, "txt": _txt}[kind]
    return SimpleUploadedFile(name, make(title, reference, agency, now), "application/octet-stream")


def _dated(now: datetime) -> str:
    return f"{now.day} {now:%B %Y}"


def _pdf(title: str, reference: str, agency: str, now: datetime) -> bytes:
    data = {
        "title": title,
        "reference": reference,
        "agency": agency,
        "dated": _dated(now),
        "lines": lines_for(title),
    }
    return typeset("home/demo/record.typ", data, at=now)


def _docx(title: str, reference: str, agency: str, now: datetime) -> bytes:
    words = [agency, title, f"Reference {reference}, {_dated(now)}", *lines_for(title)]
    body = "".join(f"<w:p><w:r><w:t>{escape(line)}</w:t></w:r></w:p>" for line in words)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("[Content_Types].xml", _TYPES)
        parts.writestr("_rels/.rels", _RELS)
        parts.writestr(
            "word/document.xml", f'<w:document xmlns:w="{_W}"><w:body>{body}</w:body></w:document>'
        )
    return out.getvalue()


def _jpg(title: str, reference: str, agency: str, now: datetime) -> bytes:
    """A page photographed with a phone."""
    page = Image.new("RGB", (900, 640), (246, 243, 234))
    draw = ImageDraw.Draw(page)
    for number, line in enumerate([agency, title, f"{reference}, {_dated(now)}", "", *lines_for(title)]):
        draw.text((60, 60 + 44 * number), line, fill=(29, 43, 48))
    out = io.BytesIO()
    page.save(out, "JPEG", quality=70)
    return out.getvalue()


def _txt(title: str, reference: str, agency: str, now: datetime) -> bytes:
    return "\n\n".join([agency, title, f"{reference}, {_dated(now)}", *lines_for(title)]).encode()
