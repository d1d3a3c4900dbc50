"""W4: a referral's five documents kept, against a bare stream-hash-fsync of the same bytes.

Both start from files that have arrived on this disk, as Django's upload handler leaves them. Ours looks at what
each is, hashes, encrypts and keeps it, writes its row and queues its scan; the bare one reads, hashes, writes and
calls fsync. Wall clock, file by file in turns; of each of the five the quickest of all rounds, since what a busy
machine or disk adds is neither's.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import TemporaryUploadedFile
from django.test.utils import override_settings

from consultations import actions
from consultations.models import CaseDocument, Consultation, DocumentRequest
from tests.files import scanned_pdf
from vault import storage

FILES, MEGABYTES, ROUNDS = 5, 10, 9


def a_line() -> DocumentRequest | None:
    """A line of the demonstration that takes files."""
    lines = DocumentRequest.objects.filter(
        consultation__status=Consultation.Status.ACCEPTED,
        status__in=DocumentRequest.OPEN,
        asked_at__isnull=False,
    )
    return lines.select_related("consultation__contact__user").first()


def arrived(content: bytes) -> list[TemporaryUploadedFile]:
    uploads = []
    for number in range(FILES):
        upload = TemporaryUploadedFile(f"record {number}.pdf", "application/pdf", len(content), None)
        upload.write(content)
        upload.flush()
        upload.seek(0)
        uploads.append(upload)
    return uploads


def bare(upload: TemporaryUploadedFile, folder: str) -> None:
    digest = hashlib.sha256()
    with (Path(folder) / str(upload.name)).open("wb") as target:
        while piece := upload.read(64 * 1024):
            digest.update(piece)
            target.write(piece)
        target.flush()
        os.fsync(target.fileno())
    digest.hexdigest()


def took(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def one_round(line: DocumentRequest, content: bytes) -> list[tuple[float, float]]:
    """Seconds of the bare one and of ours for each of the five."""
    by: Any = line.consultation.contact.user
    with tempfile.TemporaryDirectory(dir=storage.storage().path("")) as folder:
        pairs = list(zip(arrived(content), arrived(content), strict=True))
        os.sync()  # what others left to be written is nobody's here to pay
        times = [
            (
                took(partial(bare, first, folder)),
                took(partial(actions.receive_document, line, second, by=by)),
            )
            for first, second in pairs
        ]
        for first, second in pairs:
            first.close()
            second.close()
    for kept in CaseDocument.objects.filter(request=line, size=len(content)):
        storage.delete(kept.storage_key)
        kept.delete()
    return times


def referral_documents() -> dict[str, Any]:
    line = a_line()
    if line is None or line.consultation.contact.user is None:
        return {"missing": "no line of a checklist takes files"}
    content = scanned_pdf(MEGABYTES)
    with override_settings(CLAMD="/nobody/here"):  # as a live service: the scan is queued
        rounds = [one_round(line, content) for _ in range(ROUNDS + 1)][1:]
    files = [list(zip(*times, strict=True)) for times in zip(*rounds, strict=True)]
    base, kept_in = (sum(min(file[which]) for file in files) for which in (0, 1))
    return {"ratio": kept_in / base, "path": f"{kept_in * 1000:.0f} ms, bare {base * 1000:.0f} ms"}
