"""Throw the demonstration's data away: database, vault, mail, media and secrets under var/."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from home.running import refuse_while_running

FOLDERS = ["vault", "mail", "media", "secrets"]


class Command(BaseCommand):
    help = __doc__
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        database = Path(str(settings.DATABASES["default"]["NAME"]))
        if not settings.DEMO:
            raise CommandError("This is not a demonstration (DEMO=1 is not set), so nothing was thrown away.")
        if connection.vendor != "sqlite" or settings.VAR not in database.parents:
            raise CommandError(
                "DATABASE_URL names a database outside var/, which may not be a demonstration's. Nothing was "
                "thrown away. Unset DATABASE_URL, or drop that database yourself."
            )
        refuse_while_running()
        connection.close()
        what = ", ".join(["database", *FOLDERS])
        self.stdout.write(f"Throwing away the demonstration in {settings.VAR}: {what}")
        for folder in FOLDERS:
            shutil.rmtree(settings.VAR / folder, ignore_errors=True)
        for end in ("", "-wal", "-shm"):
            database.with_name(database.name + end).unlink(missing_ok=True)
        self.stdout.write("Done. `make run` loads it anew.")
