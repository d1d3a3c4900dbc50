"""The one stylesheet, found by Django like any other file and built when a source of it is newer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage, Storage

from design import stylesheet

NAME = "fingerpost/fingerpost.css"


class Stylesheet(BaseFinder):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.storage = FileSystemStorage(location=settings.VAR / "built")

    def check(self, **_: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: bool = False, **_: Any) -> Any:
        if path != NAME:
            return []
        self._build()
        found = self.storage.path(NAME)
        return [found] if find_all else found

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, Storage]]:
        self._build()
        yield NAME, self.storage

    def _build(self) -> None:
        path = settings.VAR / "built" / NAME
        newest = max(source.stat().st_mtime for source in stylesheet.sources())
        if not path.exists() or path.stat().st_mtime < newest:
            path.parent.mkdir(parents=True, exist_ok=True)
            new = path.with_suffix(".new")
            new.write_text(stylesheet.built())
            new.replace(path)  # whole or not at all, whoever reads meanwhile
