"""Bytes in and out of a folder and of a bucket."""

from __future__ import annotations

import hashlib
import stat
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, InMemoryStorage

from vault import cipher, folder, keys, storage
from vault.folder import PrivateFolder

BODY = [b"a" * 70_000, b"", b"b" * 10]
WHOLE = b"".join(BODY)


class Bucket(InMemoryStorage):
    """As S3 behaves: it goes back to the start of what it is given before it takes it."""

    def _save(self, name: str, content: Any) -> str:
        content.seek(0)
        return super()._save(name, content)  # type: ignore[misc,no-any-return]


class Renaming(FileSystemStorage):
    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        return f"{name}.1"


def use(settings: Any, backend: str, **options: object) -> None:
    vault = {"BACKEND": backend, "OPTIONS": options}
    settings.STORAGES = {**settings.STORAGES, "vault": vault}


@pytest.mark.parametrize("backend", ["vault.folder.PrivateFolder", "tests.vault.test_storage.Bucket"])
def test_what_is_put_comes_back_and_is_gone_when_deleted(settings, tmp_path, backend):
    options = {"location": tmp_path / "v"} if backend.startswith("vault") else {}
    use(settings, backend, **options)

    kept = storage.put(BODY)

    assert (kept.size, kept.sha256) == (len(WHOLE), hashlib.sha256(WHOLE).hexdigest())
    assert b"".join(storage.read(kept.storage_key, kept.wrapped_key)) == WHOLE
    assert list(storage.names()) == [kept.storage_key]
    storage.delete(kept.storage_key)
    storage.delete(kept.storage_key)
    storage.delete("")
    assert list(storage.names()) == []
    with pytest.raises(FileNotFoundError):
        list(storage.read(kept.storage_key, kept.wrapped_key))


def test_a_large_file_whose_writing_begins_early_comes_back_whole():
    """R13: longer than what the disk is told to begin with, ending in the middle of a page."""
    piece = bytes(range(256)) * 256
    pieces = [piece] * (2 * folder.AHEAD // len(piece) + 1) + [b"the end"]

    kept = storage.put(pieces)

    read = hashlib.sha256()
    for part in storage.read(kept.storage_key, kept.wrapped_key):
        read.update(part)
    assert kept.size == sum(map(len, pieces)) > 2 * folder.AHEAD
    assert read.hexdigest() == kept.sha256 == hashlib.sha256(b"".join(pieces)).hexdigest()


def test_a_folder_never_writes_over_a_file():
    """R4"""
    kept = storage.put(BODY)

    with pytest.raises(FileExistsError):
        storage.storage()._save(kept.storage_key, ContentFile(b"another"))  # type: ignore[attr-defined]

    assert b"".join(storage.read(kept.storage_key, kept.wrapped_key)) == WHOLE


def test_a_folder_is_its_users_own_and_holds_ciphertext_alone():
    kept = storage.put(BODY)
    path = Path(storage.storage().path(kept.storage_key))

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert b"aaaa" not in path.read_bytes()
    assert path.stat().st_size == len(cipher.MAGIC) + len(WHOLE) + 2 * cipher.TAG


def test_a_source_that_breaks_off_is_raised_and_opens_to_nobody():
    """R13: half a file is never taken for a whole one; what lies there is an orphan to be tidied."""

    def broken() -> Any:
        yield b"a" * 100_000
        raise OSError("the line went dead")

    with pytest.raises(OSError, match="went dead"):
        storage.put(broken())
    for name in storage.names():
        with pytest.raises(keys.WrongKey):
            list(storage.read(name, keys.wrap(keys.new_data_key(), name="another")))


def test_a_storage_that_renames_is_found_out_and_leaves_nothing(settings, tmp_path):
    use(settings, "tests.vault.test_storage.Renaming", location=tmp_path / "v")

    with pytest.raises(RuntimeError, match="under the name it was given"):
        storage.put(BODY)
    assert list(storage.names()) == []


def test_two_files_of_the_same_bytes_share_nothing():
    first, second = storage.put(BODY), storage.put(BODY)

    assert first.storage_key != second.storage_key
    one, two = (Path(storage.storage().path(k.storage_key)).read_bytes() for k in (first, second))
    assert one[:100] != two[:100]
    with pytest.raises(keys.WrongKey):
        list(storage.read(first.storage_key, second.wrapped_key))


def test_a_file_of_the_vault_has_no_address(tmp_path):
    with pytest.raises(ValueError, match="has no address"):
        PrivateFolder(location=tmp_path).url("ab/cd")
