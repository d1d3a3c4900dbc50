"""The vault as a folder of this machine: readable by its own user alone, and without any address."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

from django.core.files.storage import FileSystemStorage
from django.utils._os import safe_makedirs

BUFFER = 1024 * 1024  # bytes handed to the kernel at once
AHEAD = 4 * BUFFER  # bytes after which the disk is told to begin


class PrivateFolder(FileSystemStorage):
    """Django's own would answer `url()` with one under MEDIA_URL, base_url or not."""

    takes_streams = True  # pieces are written as they come; a bucket has to go back to the start

    def _save(self, name: str, content: Any) -> str:
        """On the disk itself before the row says that we have it: a power cut loses nothing (R13).

        The disk begins to write while later pieces are still hashed and encrypted, so the wait at the end is
        short; and pieces, which end on no border of a page, are handed over in whole ones.
        """
        path = self.path(name)
        safe_makedirs(Path(path).parent, 0o700, exist_ok=True)
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(opened, "wb", BUFFER) as file:
            begun = 0
            for piece in content.chunks():
                file.write(piece)
                if file.tell() - begun >= AHEAD:
                    begun = _begin_writing(file, begun)
            file.flush()
            os.fsync(file.fileno())
        return name

    def url(self, name: str | None) -> NoReturn:
        raise ValueError("A file of the vault has no address: it is read through its owner's page.")


def _begin_writing(file: BinaryIO, begun: int) -> int:
    """Have the kernel start on the bytes from `begun`, without waiting for it. Returns how far they go.

    POSIX_FADV_DONTNEED does that on Linux: pages still to be written are sent to the disk, and none is dropped
    before it is there. Where there is no such call the fsync at the end does all of it.
    """
    file.flush()
    end = file.tell()
    if hasattr(os, "posix_fadvise"):
        os.posix_fadvise(file.fileno(), begun, end - begun, os.POSIX_FADV_DONTNEED)
    return end
