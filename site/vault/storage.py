"""Bytes in and out of the vault's storage (a folder or a private bucket), always encrypted.

A file's name in storage is random: it says nothing of what it holds, and it has no public address.
"""

from __future__ import annotations

import hashlib
import secrets
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import cast

from django.core.files import File
from django.core.files.storage import Storage, storages

from vault import cipher, keys

SPOOL = 1024 * 1024  # bytes of ciphertext in memory before a temporary file takes over


@dataclass(frozen=True)
class Stored:
    """What a row keeps of its bytes."""

    storage_key: str
    wrapped_key: str
    size: int  # bytes of plain text
    sha256: str  # of the plain text, hexadecimal


class _Passing(File):
    """Ciphertext as it is made, for a storage that writes pieces and never goes back."""

    def __init__(self, pieces: Iterable[bytes], name: str) -> None:
        super().__init__(None, name)
        self._pieces = pieces

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        return iter(self._pieces)


def storage() -> Storage:
    return storages["vault"]


def put(pieces: Iterable[bytes]) -> Stored:
    """Encrypt and keep a stream of bytes, in flat memory."""
    name = _new_name()
    key = keys.new_data_key()
    digest = hashlib.sha256()
    size = 0

    def counted() -> Iterator[bytes]:
        nonlocal size
        for piece in pieces:
            digest.update(piece)
            size += len(piece)
            yield piece

    sealed = cipher.encrypt(counted(), key=key, name=name)
    if getattr(storage(), "takes_streams", False):
        kept = storage().save(name, _Passing(sealed, name))
    else:
        with tempfile.SpooledTemporaryFile(max_size=SPOOL) as spool:
            spool.writelines(sealed)
            spool.seek(0)
            kept = storage().save(name, File(spool, name=name))
    if kept != name:  # the storage renamed it: 128 random bits were taken, or its settings are wrong
        storage().delete(kept)
        raise RuntimeError("The vault's storage did not keep a file under the name it was given.")
    return Stored(name, keys.wrap(key, name=name), size, digest.hexdigest())


def _new_name() -> str:
    mark = secrets.token_hex(16)
    return f"{mark[:2]}/{mark}"


def read(storage_key: str, wrapped_key: str) -> Iterator[bytes]:
    """The plain text, chunk by chunk. Raises keys.WrongKey, cipher.Tampered or FileNotFoundError."""
    key = keys.unwrap(wrapped_key, name=storage_key)
    with storage().open(storage_key, "rb") as source:
        yield from cipher.decrypt(cast("cipher.BinaryIO", source), key=key, name=storage_key)


def delete(storage_key: str) -> None:
    if storage_key:
        storage().delete(storage_key)


def names() -> Iterator[str]:
    """Every file in the vault: none before the first was kept, when there is no folder yet either."""
    try:
        folders, files = storage().listdir("")
    except FileNotFoundError:
        return
    yield from files
    for folder in folders:
        if len(folder) == 2:
            yield from (f"{folder}/{name}" for name in storage().listdir(folder)[1])
