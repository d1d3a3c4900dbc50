"""The kinds of file the vault takes: an allowlist, told by content."""

from __future__ import annotations

from dataclasses import dataclass

_OFFICE = "application/vnd.openxmlformats-officedocument."
_MACRO = "macroEnabled.12"
PIECE = 64 * 1024  # bytes read at a time


class Refusal(Exception):
    """Why a file is refused, as the rest of a sentence that begins with its name."""


@dataclass(frozen=True)
class Kind:
    """`extensions` are those a file of this kind may arrive with; `extension` is what it leaves with."""

    name: str
    content_type: str
    extensions: tuple[str, ...]

    @property
    def extension(self) -> str:
        return self.extensions[0]


KINDS: dict[str, Kind] = {
    "pdf": Kind("PDF", "application/pdf", ("pdf",)),
    "docx": Kind("Word document", f"{_OFFICE}wordprocessingml.document", ("docx",)),
    "xlsx": Kind("Excel workbook", f"{_OFFICE}spreadsheetml.sheet", ("xlsx",)),
    "pptx": Kind("PowerPoint presentation", f"{_OFFICE}presentationml.presentation", ("pptx",)),
    "docm": Kind("Word document with macros", f"application/vnd.ms-word.document.{_MACRO}", ("docm",)),
    "xlsm": Kind("Excel workbook with macros", f"application/vnd.ms-excel.sheet.{_MACRO}", ("xlsm",)),
    "pptm": Kind(
        "PowerPoint presentation with macros",
        f"application/vnd.ms-powerpoint.presentation.{_MACRO}",
        ("pptm",),
    ),
    "odt": Kind("OpenDocument text", "application/vnd.oasis.opendocument.text", ("odt",)),
    "ods": Kind("OpenDocument spreadsheet", "application/vnd.oasis.opendocument.spreadsheet", ("ods",)),
    "jpeg": Kind("JPEG image", "image/jpeg", ("jpg", "jpeg", "jpe", "jfif")),
    "png": Kind("PNG image", "image/png", ("png",)),
    "webp": Kind("WebP image", "image/webp", ("webp",)),
    "txt": Kind("Plain text", "text/plain", ("txt", "text")),
}
IN_WORDS = (
    "PDF, Word (.docx), Excel (.xlsx), PowerPoint (.pptx), OpenDocument (.odt, .ods), "
    "JPEG, PNG, WebP or plain text"
)
# For `<input type="file" accept=…>`: a convenience, never the check.
ACCEPT = ",".join(f".{ending}" for kind in KINDS.values() for ending in kind.extensions)
