"""Reading a private file: streamed to the one who asked, and logged with who, when and what (R9).

The caller has authorised. There is no address at which a file could be had without passing here.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator
from itertools import chain
from typing import Any, BinaryIO, cast

from django.db import models
from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone

from changes.log import record
from changes.refusals import Refused
from vault import cipher, keys, stamping, storage
from vault.kinds import KINDS, PIECE
from vault.models import Document, IssuedDocument, Stored

logger = logging.getLogger(__name__)

READ = "vault.read"
SHOWN = {KINDS[name].content_type for name in ("pdf", "jpeg", "png", "webp")}
SCREEN = 1600  # pixels across, of a picture
PRIVATE = {
    "Cache-Control": "private, no-store",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def stream(
    request: HttpRequest,
    document: Document,
    *,
    by: object,
    reason: str = "",
    about: models.Model | None = None,
) -> StreamingHttpResponse:
    """An uploaded file as a download. Raises Refused, with why, when nobody may read it (yet).

    `about` is whose timeline the reading belongs to (the case); without it, the document's own.
    """
    if why := document.why_unreadable:
        raise Refused(why)
    return _response(request, document, document.download_name, document.content_type, by, reason, about)


def stream_issued(
    request: HttpRequest,
    document: IssuedDocument,
    *,
    by: object,
    reason: str = "",
    about: models.Model | None = None,
) -> StreamingHttpResponse:
    """The PDF of an issued document, exactly as it was issued."""
    if not document.is_frozen or not document.wrapped_key:
        raise Refused("This has not been issued yet, so there is nothing to download.")
    return _response(request, document, document.download_name, "application/pdf", by, reason, about)


def can_be_shown(document: Document) -> bool:
    """May it be read on the screen? Other kinds, and what is larger, are downloaded."""
    return document.content_type in SHOWN and document.size <= stamping.MOST_BYTES


def show(
    request: HttpRequest,
    document: Document,
    *,
    by: object,
    reason: str = "",
    about: models.Model | None = None,
    most_pixels: int = SCREEN,
) -> StreamingHttpResponse:
    """A PDF or a picture for the screen, stamped with who reads it and when. A reading like any other (R9).

    Raises Refused, with why, when nobody may read it (yet) or it cannot be shown.
    """
    if why := document.why_unreadable:
        raise Refused(why)
    if not can_be_shown(document):
        raise Refused("This file cannot be shown here. Download it instead.")
    now, name = timezone.localtime(), document.reference_name()
    words = f"{name} · {by} · {now.day} {now:%B %Y, %H:%M}"
    is_pdf = document.content_type == KINDS["pdf"].content_type
    with tempfile.SpooledTemporaryFile(max_size=storage.SPOOL) as plain:
        for piece in _opened(document):
            plain.write(piece)
        plain.seek(0)
        stamped = tempfile.SpooledTemporaryFile(max_size=storage.SPOOL)  # noqa: SIM115  the answer closes it
        source = cast(BinaryIO, plain)
        if is_pdf:
            stamping.stamp_pdf(source, stamped, words=words, title=name, at=now)
        else:
            stamping.stamp_picture(source, stamped, words=words, most=most_pixels)
    record(about or document, READ, by=by, reason=reason, file=document.download_name, how="On screen")
    size = stamped.tell()
    response = StreamingHttpResponse(
        () if request.method == "HEAD" else _given_out(stamped),
        content_type="application/pdf" if is_pdf else "image/jpeg",
        headers={
            **PRIVATE,
            "Content-Disposition": f'inline; filename="{name}.{"pdf" if is_pdf else "jpg"}"',
            "Content-Length": str(size),
            "X-Frame-Options": "SAMEORIGIN",
            # A browser's own PDF reader does not start in a sandbox; what it is given can do nothing.
            "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; "
            "frame-ancestors 'self'"
            if is_pdf
            else "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'",
        },
    )
    response.is_private_file = True  # type: ignore[attr-defined]
    return response


def _given_out(file: Any) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


def content(document: Stored) -> bytes:
    """A whole file in memory: for our own PDFs as attachments and in tests, never for uploads at large."""
    return b"".join(storage.read(document.storage_key, document.wrapped_key))


def _response(
    request: HttpRequest,
    document: Document | IssuedDocument,
    name: str,
    content_type: str,
    by: object,
    reason: str,
    about: models.Model | None,
) -> StreamingHttpResponse:
    pieces = _opened(document)
    record(about or document, READ, by=by, reason=reason, file=name)
    response = StreamingHttpResponse(
        () if request.method == "HEAD" else pieces,
        content_type=content_type,
        headers={
            **PRIVATE,
            # References only, so plain ASCII: nothing to escape.
            "Content-Disposition": f'attachment; filename="{name}"',
            "Content-Length": str(document.size),
            "Content-Security-Policy": "sandbox; default-src 'none'",
        },
    )
    response.is_private_file = True  # type: ignore[attr-defined]
    return response


def _opened(document: Stored) -> Iterator[bytes]:
    """Start reading before the answer starts, so that a damaged file is a message and not half a file."""
    pieces = storage.read(document.storage_key, document.wrapped_key)
    try:
        first = next(pieces, b"")
    except (cipher.Tampered, keys.WrongKey, FileNotFoundError) as error:
        logger.exception("%s %s cannot be read", document._meta.label_lower, document.pk)
        raise Refused(
            "This file cannot be opened: what we hold is damaged. We have been told. "
            "Ask for it to be sent again."
        ) from error
    return chain([first], pieces)
