"""The vault's acts: keep an upload, scan it, destroy it, tidy up what a crash left behind."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, TypeVar

from django.apps import apps
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from changes.follow_ups import announce, queue
from changes.log import record
from changes.refusals import Stale
from vault import files, scanner, storage
from vault.models import Document, Stored

logger = logging.getLogger(__name__)

SCAN = "vault.tasks.scan"
SCANNED = "document_scanned"
RESCAN_AFTER = timedelta(minutes=4)
ORPHAN_AFTER = timedelta(days=1)
D = TypeVar("D", bound=Document)


def tables(kind: Any) -> Iterator[Any]:
    """Every trade's table of this kind."""
    return (model for model in apps.get_models() if issubclass(model, kind) and not model._meta.proxy)


def keep(document: D, upload: UploadedFile, *, by: object) -> D:
    """Check an upload by its content, keep it encrypted, save the row and queue its scan.

    `document` is new, its owner's fields set. Raises `files.Unacceptable` for the form's field; then
    nothing is kept. With an `upload_token` that was used before, gives back the row of the first time
    (R10, R13). A rollback leaves only unreadable bytes, which `tidy` removes. "document_scanned" is
    announced once somebody may read it, or never may.
    """
    if document.upload_token and (first := _uploaded_before(document)):
        return first
    accepted = files.accept(upload)
    is_user = isinstance(by, Model) and by._meta.label == settings.AUTH_USER_MODEL
    document.uploaded_by = by if is_user else None  # type: ignore[assignment]
    document.uploaded_name = document.uploaded_name or str(by or "")[:150]
    document.original_name = files.shown_name(upload)
    document.content_type = accepted.kind.content_type
    document.flags = accepted.flags
    document.set_stored(storage.put(accepted.pieces()))
    document.scan_queued_at = timezone.now()
    try:
        with transaction.atomic():
            document.save(force_insert=True)
            if not scanner.is_set_up() and settings.RELAXED:
                _decide(document, Document.Status.UNSCANNED)
            else:
                queue(SCAN, document._meta.label_lower, document.pk)
    except IntegrityError:
        first = _uploaded_before(document)
        if first is None:
            raise
        storage.delete(document.storage_key)
        return first
    return document


def _uploaded_before(document: D) -> D | None:
    same = type(document)._base_manager.filter(upload_token=document.upload_token)
    return same.exclude(upload_token=None).first()


def _decide(document: Document, status: str, **fields: Any) -> None:
    document.move_to(status, by=None, **fields)
    announce(SCANNED, document._meta.label_lower, document.pk)


def scan(document: Document) -> bool:
    """Ask the scanner. True when it answered; without an answer the file goes on waiting, unreadable.

    The scanner is asked outside any transaction, and the answer lands by compare-and-set, so a scan
    that runs twice decides once.
    """
    if not document.can_move_to(Document.Status.CLEAN) or not document.wrapped_key:
        return True
    try:
        finding = scanner.finding(storage.read(document.storage_key, document.wrapped_key))
    except scanner.Unreachable as silence:
        logger.warning("%s %s waits for the scanner: %s", document._meta.label_lower, document.pk, silence)
        return False
    found = Document.Status.INFECTED if finding else Document.Status.CLEAN
    try:
        with transaction.atomic():
            _decide(document, found, scanned_at=timezone.now(), finding=finding)
    except Stale:
        return True  # another worker has decided
    if finding:
        logger.warning("%s %s is infected: %s", document._meta.label_lower, document.pk, finding)
    return True


@transaction.atomic
def withdraw(document: Document, *, by: object, reason: str = "") -> None:
    """Take a file out of everybody's view; its bytes stay until they are destroyed. Twice changes nothing."""
    rows: Any = type(document)._base_manager
    if rows.filter(pk=document.pk, withdrawn_at=None).update(withdrawn_at=timezone.now()):
        document.refresh_from_db()
        record(document, "vault.withdrawn", by=by, reason=reason)


@transaction.atomic
def destroy(document: Stored, *, by: object, reason: str = "") -> None:
    """Destroy a file for good: its key in this transaction, its bytes once that is committed.

    Without the key nothing can read the bytes, wherever a backup may still have them. The row stays, to
    say that there was a file. Doing it twice changes nothing. The end of its time to be kept is the one thing
    that also ends an issued document: its guard against change is passed by here.
    """
    rows: Any = type(document)._base_manager  # of the owner's table, which has these columns
    emptied = dict.fromkeys(("wrapped_key", "storage_key", *document.EMPTIED), "")
    standing = rows.filter(pk=document.pk, destroyed_at=None)
    destroyed = QuerySet.update(standing, destroyed_at=timezone.now(), **emptied)
    if not destroyed:
        return
    gone = document.storage_key
    record(document, "vault.destroyed", by=by, reason=reason)
    document.refresh_from_db()
    transaction.on_commit(lambda: storage.delete(gone))


def sweep() -> int:
    """Queue a scan for every file that waits for one. Returns how many."""
    swept = 0
    before = timezone.now() - RESCAN_AFTER
    lost = Q(scan_queued_at=None) | Q(scan_queued_at__lt=before)
    for model in tables(Document):
        waiting = model._base_manager.filter(lost, status=Document.Status.WAITING, destroyed_at=None)
        for pk in waiting.order_by("uploaded_at").values_list("pk", flat=True)[:200]:
            with transaction.atomic():
                if waiting.filter(pk=pk).update(scan_queued_at=timezone.now()):
                    queue(SCAN, model._meta.label_lower, pk)
                    swept += 1
    return swept


def tidy() -> dict[str, int]:
    """Once a day: destroy old quarantine, delete bytes that no row knows, report rows without bytes."""
    return {"quarantine": _empty_quarantine(), "orphans": _delete_orphans(), "missing": len(missing())}


def _empty_quarantine() -> int:
    before = timezone.now() - timedelta(days=settings.VAULT_QUARANTINE_DAYS)
    emptied = 0
    for model in tables(Document):
        for document in model._base_manager.filter(
            status=Document.Status.INFECTED, scanned_at__lt=before, destroyed_at=None
        ):
            destroy(document, by=None, reason="Infected")  # type: ignore[arg-type]
            emptied += 1
    return emptied


def _known() -> set[str]:
    known: set[str] = set()
    for model in tables(Stored):
        known.update(model._base_manager.exclude(storage_key="").values_list("storage_key", flat=True))
    return known


def _delete_orphans() -> int:
    """A row may still be on its way to commit, so only bytes older than a day are nobody's."""
    before = timezone.now() - ORPHAN_AFTER
    old = [name for name in storage.names() if storage.storage().get_modified_time(name) < before]
    known = _known()  # read after the names, so a file that came between is known
    orphans = [name for name in old if name not in known]
    for name in orphans:
        storage.delete(name)
    return len(orphans)


def missing() -> list[str]:
    """Rows whose bytes are gone, as "label pk": a restore that forgot the vault looks like this."""
    there = set(storage.names())
    gone = [
        f"{model._meta.label_lower} {pk}"
        for model in tables(Stored)
        for pk, key in model._base_manager.exclude(storage_key="").values_list("pk", "storage_key")
        if key not in there
    ]
    for name in gone:
        logger.error("The vault has no bytes for %s", name)
    return gone
