"""Reading a private file: streamed to the one who asked, and logged with who, when and what (R9).

The caller has authorised. There is no address at which a file could be had without passing here.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from itertools import chain

from django.db import models
from django.http import HttpRequest, StreamingHttpResponse

from changes.log import record
from changes.refusals import Refused
from vault import cipher, keys, storage
from vault.models import Document, IssuedDocument, Stored

logger = logging.getLogger(__name__)

READ = "vault.read"


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
            # References only, so plain ASCII: nothing to escape.
            "Content-Disposition": f'attachment; filename="{name}"',
            "Content-Length": str(document.size),
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cross-Origin-Resource-Policy": "same-origin",
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
