"""Everything `make run` needs before the doors open: database, demonstration, static files."""

from __future__ import annotations

import gc
import hashlib
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError

from home.running import migrations_are_due


class Command(BaseCommand):
    help = __doc__
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        self._port_is_free()
        if migrations_are_due():
            # Migrations make thousands of model classes that stay: looking for garbage in them was a third of the time.
            gc.set_threshold(20_000)
            with self._telling("Database"):
                call_command("migrate", interactive=False, verbosity=0)
        if settings.DEMO and "demo" in get_commands() and not get_user_model()._default_manager.exists():
            with self._telling("Demonstration (once, about half a minute)"):
                call_command("demo", verbosity=0)
        self._static_files(self._static_state(), settings.VAR / "static.state")

    def _port_is_free(self) -> None:
        port = int(os.environ.get("PORT", "8000"))
        with socket.socket() as taken:
            if taken.connect_ex(("127.0.0.1", port)) == 0:
                raise CommandError(
                    f"Port {port} is taken by another program. Choose one: PORT={port + 1} make run"
                )

    @contextmanager
    def _telling(self, what: str) -> Iterator[None]:
        self.stdout.write(f"{what} …", ending=" ")
        self.stdout.flush()
        start = time.monotonic()
        yield
        self.stdout.write(f"ready ({time.monotonic() - start:.0f} s)")

    def _static_files(self, state: str, kept: Path) -> None:
        """Collected unless the same were at the last start: a second start is quick."""
        if Path(settings.STATIC_ROOT).exists() and kept.exists() and kept.read_text() == state:
            return
        kept.unlink(missing_ok=True)
        with self._telling("Static files"):
            call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        kept.write_text(state)

    def _static_state(self) -> str:
        """A digest of every static file's path, size and time, and of where they go."""
        state = hashlib.sha256(str(settings.STATIC_ROOT).encode())
        for finder in get_finders():
            for path, storage in finder.list(["CVS", ".*", "*~"]):
                stat = os.stat(storage.path(path))  # noqa: PTH116 - a storage gives strings
                state.update(f"{path} {stat.st_size} {stat.st_mtime_ns}\n".encode())
        return state.hexdigest()
