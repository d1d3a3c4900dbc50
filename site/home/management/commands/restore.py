"""Put a backup in place of what is there: verified first, then the database, the vault and the media."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from home import backups
from home.postgres_tools import NoTools
from home.running import migrations_are_due, refuse_while_running


class Command(BaseCommand):
    help = __doc__
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--force", action="store_true", help="replace what is there")

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_while_running()
        try:
            manifest = backups.put_back(options["file"], force=options["force"])
        except (backups.Unusable, NoTools) as error:
            raise CommandError(str(error)) from error
        if migrations_are_due():  # the backup may be of an older version
            call_command("migrate", interactive=False, verbosity=0)
        if troubles := backups.troubles():
            raise CommandError("Restored, but: " + " ".join(troubles))
        self.stdout.write(
            f"Restored as of {manifest['made_at']}: every file of the vault is there, and its key opens it."
        )
