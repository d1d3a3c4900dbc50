"""Database and vault together in one archive, and back again.

The archive is a plain tar: `manifest.json` with the SHA-256 of every other member, the database
(`database.sqlite3`, or `database.dump` for pg_restore), and the files of vault and media. Files of the
vault are in it as they lie in storage, encrypted. The keys are NOT in it: VAULT_KEYS and SECRET_KEY are
kept elsewhere, or a lost archive would be a lost vault. A vault in a bucket is not copied; the manifest
lists its keys and the bucket's versioning keeps the bytes (docs/operations.md).

The database is copied first. A file that is kept later is not missed; one that is destroyed on schedule
meanwhile is named in the manifest.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.files.storage import FileSystemStorage, storages
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from home import postgres_tools
from vault import keys
from vault.models import Stored

FORMAT = 1
MANIFEST = "manifest.json"
CHUNK = 1024 * 1024  # bytes


class Unusable(Exception):
    """The backup or restore cannot be done; the message says why and what to do."""


def on_sqlite() -> bool:
    return connection.vendor == "sqlite"


def vault_folder() -> Path | None:
    """The vault's folder, or None where it lies in a bucket."""
    vault = storages["vault"]
    return Path(vault.location) if isinstance(vault, FileSystemStorage) else None


def kept_files() -> Iterator[tuple[str, str]]:
    """Storage key and wrapped key of every row whose bytes lie in the vault and are not destroyed."""
    for model in apps.get_models():
        if issubclass(model, Stored):
            rows = model._base_manager.exclude(wrapped_key="").exclude(storage_key="")
            yield from rows.values_list("storage_key", "wrapped_key").iterator()


def digest(path: Path) -> str:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


# --- Out ------------------------------------------------------------------------------------------


def make(archive: Path) -> dict[str, Any]:
    """Write the archive, whole or not at all, readable by its owner only. Returns the manifest."""
    archive.parent.mkdir(parents=True, exist_ok=True)
    part = archive.with_name(f"{archive.name}.part")
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)
    try:
        with tempfile.TemporaryDirectory(prefix="fingerpost-backup-") as temporary:
            manifest = _write(part, Path(temporary))
        part.replace(archive)
    finally:
        part.unlink(missing_ok=True)
    return manifest


def _write(part: Path, temporary: Path) -> dict[str, Any]:
    sums: dict[str, str] = {}
    vault = vault_folder()
    with tarfile.open(part, "w") as tar:
        database = temporary / ("database.sqlite3" if on_sqlite() else "database.dump")
        _copy_database(database)
        _add(tar, database, database.name, sums)
        for prefix, folder in (("vault", vault), ("media", Path(settings.MEDIA_ROOT))):
            if folder and folder.is_dir():
                for path in sorted(p for p in folder.rglob("*") if p.is_file()):
                    _add(tar, path, f"{prefix}/{path.relative_to(folder).as_posix()}", sums)
        rows = {storage_key for storage_key, _ in kept_files()}
        missing = sorted(key for key in rows if vault and f"vault/{key}" not in sums)
        if any(not storages["vault"].exists(key) for key in missing):
            raise Unusable(
                f"{len(missing)} files of the vault are gone although their rows say they are there, first "
                f"{missing[0]}. No backup was made. Look at the vault's folder first."
            )
        manifest = {
            "format": FORMAT,
            "made_at": timezone.now().isoformat(timespec="seconds"),
            "database": connection.vendor,
            "migrations": sorted(".".join(name) for name in MigrationLoader(connection).applied_migrations),
            "vault": "in this archive" if vault else sorted(rows),
            "sha256": sums,
        }
        text = json.dumps(manifest, indent=1).encode()
        member = tarfile.TarInfo(MANIFEST)
        member.size = len(text)
        tar.addfile(member, io.BytesIO(text))
    return manifest


def _add(tar: tarfile.TarFile, path: Path, name: str, sums: dict[str, str]) -> None:
    try:
        sums[name] = digest(path)
        tar.add(path, name, recursive=False)
    except FileNotFoundError:  # destroyed on schedule since the folder was listed
        sums.pop(name, None)


def _copy_database(target: Path) -> None:
    if not on_sqlite():
        postgres_tools.dump(target)
        return
    connection.ensure_connection()
    with closing(sqlite3.connect(target)) as copy:
        connection.connection.backup(copy)  # consistent while others write


# --- In -------------------------------------------------------------------------------------------


def put_back(archive: Path, *, force: bool = False) -> dict[str, Any]:
    """Verify the archive, then put it in place of what is there. Returns the manifest.

    Nothing is touched before every checksum has held. With `force`, the files that were there are moved
    aside (`var/replaced-…`), and a PostgreSQL database's tables are replaced.
    """
    if not archive.is_file():
        raise Unusable(f"There is no file {archive}. Name a backup: make restore FILE=var/backups/….tar")
    if not force and (what := _in_the_way()):
        raise Unusable(f"{what} Restore into an empty place, or replace it with FORCE=1.")
    settings.VAR.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="restoring-", dir=settings.VAR) as temporary:
        folder = Path(temporary)
        manifest = _unpack(archive, folder)
        aside = settings.VAR / f"replaced-{timezone.now():%Y%m%d-%H%M%S}" if force else folder / "empty"
        _place_database(folder, aside)
        for name, target in (("vault", vault_folder()), ("media", Path(settings.MEDIA_ROOT))):
            if target:
                (folder / name).mkdir(exist_ok=True)
                _move_aside(target, aside)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.move(folder / name, target)
    return manifest


def _in_the_way() -> str:
    vault = vault_folder()
    if vault and vault.is_dir() and any(p.is_file() for p in vault.rglob("*")):
        return "There are files in the vault already."
    if "accounts_user" in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM accounts_user")
            if cursor.fetchone()[0]:
                return "There are people in the database already."
    return ""


def _unpack(archive: Path, folder: Path) -> dict[str, Any]:
    try:
        with tarfile.open(archive) as tar:
            for member in tar:
                _unpack_one(tar, member, folder)
        manifest = json.loads((folder / MANIFEST).read_text())
        sums = manifest["sha256"]
    except (tarfile.TarError, OSError, ValueError, KeyError) as error:
        raise Unusable(
            f"{archive.name} is not a whole backup of Fingerpost ({error}). Nothing was changed."
        ) from error
    found = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()} - {MANIFEST}
    wrong = sorted(found ^ set(sums)) or sorted(n for n in found if digest(folder / n) != sums[n])
    if wrong:
        raise Unusable(
            f"{archive.name} is damaged: {wrong[0]} is not what its manifest says. Nothing was changed."
        )
    if manifest["format"] != FORMAT or manifest["database"] != connection.vendor:
        raise Unusable(
            f"{archive.name} holds a {manifest['database']} database (format {manifest['format']}), and "
            f"DATABASE_URL names {connection.vendor}. Nothing was changed."
        )
    ours = {".".join(name) for name in MigrationLoader(None).disk_migrations}
    newer = [
        name for name in manifest["migrations"] if name not in ours and name.split(".")[0] in settings.ROOMS
    ]
    if newer:
        raise Unusable(
            f"{archive.name} was made by a newer Fingerpost ({newer[-1]}). Update first. Nothing was changed."
        )
    return manifest


def _unpack_one(tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    """A plain file below `folder`, and nothing else. (Python has a filter for it only from 3.11.4 on.)"""
    target = (folder / member.name).resolve()
    source = tar.extractfile(member) if member.isreg() else None
    if source is None or not target.is_relative_to(folder.resolve()):
        raise tarfile.TarError(f"{member.name} has no place in a backup")
    target.parent.mkdir(parents=True, exist_ok=True)
    with source, target.open("wb") as kept:
        shutil.copyfileobj(source, kept, CHUNK)


def _place_database(folder: Path, aside: Path) -> None:
    if not on_sqlite():
        postgres_tools.load(folder / "database.dump")
        connection.close()
        return
    connection.close()
    target = Path(settings.DATABASES["default"]["NAME"])
    for end in ("", "-wal", "-shm"):
        _move_aside(Path(f"{target}{end}"), aside)
    os.replace(folder / "database.sqlite3", target)  # noqa: PTH105 - atomic, on the same disk


def _move_aside(path: Path, aside: Path) -> None:
    if path.exists():
        aside.mkdir(exist_ok=True, mode=0o700)
        shutil.move(path, aside / path.name)


def troubles() -> list[str]:
    """What is wrong with the vault as the database sees it: bytes missing, keys that do not open."""
    missing, closed = [], []
    for storage_key, wrapped_key in kept_files():
        if not storages["vault"].exists(storage_key):
            missing.append(storage_key)
            continue
        try:
            keys.unwrap(wrapped_key, name=storage_key)
        except keys.WrongKey:
            closed.append(storage_key)
    found = []
    if missing:
        found.append(f"{len(missing)} files of the vault have no bytes, the first {missing[0]}.")
    if closed:
        found.append(
            f"{len(closed)} files of the vault do not open with VAULT_KEYS. Set the keys of that time."
        )
    return found
