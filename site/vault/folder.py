"""The vault as a folder of this machine: readable by its own user alone, and without any address."""

from __future__ import annotations

import os
from typing import Any, NoReturn

from django.core.files.storage import FileSystemStorage


class PrivateFolder(FileSystemStorage):
    """Django's own would answer `url()` with one under MEDIA_URL, base_url or not."""

    takes_streams = True  # pieces are written as they come; a bucket has to go back to the start

    def __init__(self, **options: object) -> None:
        super().__init__(
            **{"file_permissions_mode": 0o600, "directory_permissions_mode": 0o700, **options}  # type: ignore[arg-type]
        )

    def _save(self, name: str, content: Any) -> str:
        """On the disk itself before the row says that we have it: a power cut loses nothing (R13)."""
        kept: str = super()._save(name, content)  # type: ignore[misc]
        written = os.open(self.path(kept), os.O_RDONLY)
        try:
            os.fsync(written)
        finally:
            os.close(written)
        return kept

    def url(self, name: str | None) -> NoReturn:
        raise ValueError("A file of the vault has no address: it is read through its owner's page.")
