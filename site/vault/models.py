"""Private files, reached only through their owner: abstract bases with one table per trade (idea 1)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core import checks
from django.db import models, transaction
from django.utils import timezone

from changes.models import Stateful
from changes.refusals import Refused, Stale
from vault import storage
from vault.fields import EncryptedTextField
from vault.kinds import KINDS


class Stored(models.Model):
    """A row whose bytes lie in the vault. No key kept: the bytes were never there, or are destroyed.

    A subclass lists in EMPTIED the columns that are emptied with its bytes; it has `destroyed_at`.
    """

    EMPTIED: ClassVar[tuple[str, ...]] = ()

    storage_key = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    wrapped_key = models.CharField(max_length=250, blank=True, editable=False)
    size = models.PositiveBigIntegerField("size in bytes", default=0, editable=False)
    sha256 = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        abstract = True

    def set_stored(self, stored: storage.Stored) -> None:
        self.storage_key = stored.storage_key
        self.wrapped_key = stored.wrapped_key
        self.size = stored.size
        self.sha256 = stored.sha256

    def reference_name(self) -> str:
        """The file's name without its ending: references only, never a child's details (R8)."""
        raise NotImplementedError(f"{type(self).__name__}.reference_name()")


class Document(Stored, Stateful):
    """An uploaded file. Its owner's table subclasses this and says what it is for.

    - **waiting**: kept encrypted, not yet scanned: nobody can read it. It waits as long as it takes.
    - **clean**: the scanner found nothing. Readable.
    - **infected**: quarantined: unreadable for ever, its bytes destroyed after VAULT_QUARANTINE_DAYS.
    - **unscanned**: there is no scanner, as debug and demo mode alone allow. Readable; the page says so.

    Whatever its status, nobody reads it once it is withdrawn (`withdrawn_at`: its bytes are kept until they are
    destroyed) or destroyed (`destroyed_at`).
    """

    class Status(models.TextChoices):
        WAITING = "waiting", "Being scanned"
        CLEAN = "clean", "Scanned"
        INFECTED = "infected", "Infected"
        UNSCANNED = "unscanned", "Not scanned"

    TRANSITIONS: ClassVar[dict[str, set[str]]] = {
        Status.WAITING: {Status.CLEAN, Status.INFECTED, Status.UNSCANNED},
        Status.UNSCANNED: {Status.CLEAN, Status.INFECTED},
    }

    EMPTIED: ClassVar[tuple[str, ...]] = ("original_name",)

    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    original_name = EncryptedTextField(
        help_text="As the uploader named it. Shown to readers, never in a file name."
    )
    content_type = models.CharField(max_length=100, editable=False)
    flags = models.JSONField(
        default=list, blank=True, help_text="What in it could act by itself, as sentences for the reader."
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    uploaded_name = models.CharField("uploaded by", max_length=150, blank=True)
    uploaded_at = models.DateTimeField(default=timezone.now)
    upload_token = models.UUIDField(unique=True, null=True, blank=True)
    scanned_at = models.DateTimeField(null=True, blank=True)
    scan_queued_at = models.DateTimeField(null=True, blank=True)
    finding = models.CharField(max_length=200, blank=True, help_text="What the scanner called it.")
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)
    destroyed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def is_readable(self) -> bool:
        return not self.why_unreadable

    @property
    def why_unreadable(self) -> str:
        """Why nobody may read it (yet), as a sentence; "" when it may be read."""
        if self.destroyed_at is not None or not self.wrapped_key:
            return "This file has been destroyed, as our retention schedule says."
        if self.withdrawn_at is not None:
            return "This file has been withdrawn, so nobody can open it. There may be a newer one."
        if self.status == self.Status.WAITING:
            return "This file is still being scanned for viruses. Try again in a few minutes."
        if self.status == self.Status.INFECTED:
            return "This file was infected, so nobody can open it. Ask for a clean copy."
        return ""

    @property
    def extension(self) -> str:
        return next(
            (kind.extension for kind in KINDS.values() if kind.content_type == self.content_type), "bin"
        )

    @property
    def kind_name(self) -> str:
        return next((kind.name for kind in KINDS.values() if kind.content_type == self.content_type), "File")

    @property
    def download_name(self) -> str:
        return f"{self.reference_name()}.{self.extension}"


class Frozen(Refused):
    """Somebody or something tried to change an issued document. A correction is a new, linked one (R4)."""

    def __init__(self, noun: str) -> None:
        super().__init__(
            f"This {noun} has been issued, so it never changes. Issue a new one that corrects it."
        )


class IssuedQuerySet(models.QuerySet[Any]):
    """Refuses to change or delete issued rows in bulk; the columns in MAY_CHANGE are free."""

    def _refuse_if_issued(self) -> None:
        if models.QuerySet.exists(self.order_by().filter(issued_at__isnull=False)):
            raise Frozen(str(self.model._meta.verbose_name))

    def update(self, **values: Any) -> int:
        if not self.model.may_change(values):
            self._refuse_if_issued()
        return super().update(**values)

    update.alters_data = True  # type: ignore[attr-defined]

    def delete(self) -> tuple[int, dict[str, int]]:
        self._refuse_if_issued()
        return super().delete()

    delete.alters_data = True  # type: ignore[attr-defined]

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        if kwargs.get("update_conflicts"):
            raise Frozen(str(self.model._meta.verbose_name))
        return super().bulk_create(objs, *args, **kwargs)


IssuedManager = models.Manager.from_queryset(IssuedQuerySet)


class IssuedDocument(Stored):
    """A document we issue: once frozen it keeps what it printed, its PDF and its SHA-256 (idea 6, R4).

    A subclass lists in MAY_CHANGE the columns that are decisions about it and not part of it: its
    status, who accepted it. Everything else is refused by save(), delete(), QuerySet.update(),
    bulk_update() and delete() once `issued_at` is set. A foreign key to it has to PROTECT.
    """

    MAY_CHANGE: ClassVar[frozenset[str]] = frozenset({"status"})

    snapshot_text = EncryptedTextField(blank=True, editable=False)
    issued_at = models.DateTimeField(null=True, blank=True, editable=False)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )

    objects: ClassVar[Any] = IssuedManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"  # Stateful and related managers pass the same guard

    def save(self, *args: Any, **kwargs: Any) -> None:
        names = kwargs.get("update_fields")
        with transaction.atomic():
            if not self._state.adding and (names is None or not self.may_change(names)):
                # Locked, so that of two who issue the same row at once the second finds it issued.
                kept = type(self)._base_manager.select_for_update(of=("self",)).filter(pk=self.pk).first()
                if kept is not None and kept.is_frozen and not self._differs_only_where_it_may(kept, names):
                    raise Frozen(str(self._meta.verbose_name))
            super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        if type(self)._base_manager.filter(pk=self.pk, issued_at__isnull=False).exists():
            raise Frozen(str(self._meta.verbose_name))
        return super().delete(*args, **kwargs)

    @classmethod
    def may_change(cls, names: Iterable[str]) -> bool:
        """May all these columns of an issued row change?"""
        allowed = set()
        for name in cls.MAY_CHANGE:
            if any(f.name == name for f in cls._meta.concrete_fields):
                allowed |= {name, cls._meta.get_field(name).attname}  # type: ignore[union-attr]
        return set(names) <= allowed

    @classmethod
    def check(cls, **kwargs: Any) -> list[checks.CheckMessage]:
        errors = super().check(**kwargs)
        if not isinstance(cls._base_manager, IssuedManager) or not isinstance(
            cls._default_manager, IssuedManager
        ):
            errors.append(
                checks.Error(
                    "An issued document could be changed behind its guard.",
                    hint="Inherit Meta from IssuedDocument.Meta and keep `objects` its first manager.",
                    obj=cls,
                    id="vault.E001",
                )
            )
        return errors

    @property
    def is_frozen(self) -> bool:
        return self.issued_at is not None

    @property
    def snapshot(self) -> dict[str, Any]:
        """What the document printed, as data. Empty until it is issued."""
        return json.loads(self.snapshot_text) if self.snapshot_text else {}

    @property
    def download_name(self) -> str:
        return f"{self.reference_name()}.pdf"

    def freeze(self, pdf: bytes, snapshot: dict[str, Any], by: Any) -> None:
        """Issue it: keep the PDF in the vault and save the row for the last time.

        Called by the owner's action, in its transaction. A rollback leaves bytes without a row, which
        the vault's tidying finds. `by` is a user or None. Raises Stale when it was issued already.
        """
        if self.is_frozen:
            raise Stale(f"This {self._meta.verbose_name} has been issued already. Nothing was done.")
        self.set_stored(storage.put([pdf]))
        self.snapshot_text = json.dumps(snapshot, ensure_ascii=False, sort_keys=True)
        self.issued_at = timezone.now()
        is_user = isinstance(by, models.Model) and by._meta.label == settings.AUTH_USER_MODEL
        self.issued_by = by if is_user else None
        try:
            self.save()
        except Frozen as already:
            raise Stale(
                f"This {self._meta.verbose_name} has been issued already. Nothing was done."
            ) from already

    def _differs_only_where_it_may(self, kept: Self, names: Iterable[str] | None) -> bool:
        fields = [f for f in self._meta.concrete_fields if names is None or {f.name, f.attname} & set(names)]
        return self.may_change(
            f.attname for f in fields if f.to_python(getattr(self, f.attname)) != getattr(kept, f.attname)
        )
