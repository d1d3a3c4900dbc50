"""The vault as a folder of this machine: readable by its own user alone, and without any address."""

from __future__ import annotations

from typing import NoReturn

from django.core.files.storage import FileSystemStorage


class PrivateFolder(FileSystemStorage):
    """Django's own would answer `url()` with one under MEDIA_URL, base_url or not."""

    def __init__(self, **options: object) -> None:
        super().__init__(
            **{"file_permissions_mode": 0o600, "directory_permissions_mode": 0o700, **options}  # type: ignore[arg-type]
        )

    def url(self, name: str | None) -> NoReturn:
        raise ValueError("A file of the vault has no address: it is read through its owner's page.")
