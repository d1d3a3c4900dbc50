"""Keep database and vault together in one archive, checked by its manifest. The keys are not in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from home import backups
from home.postgres_tools import NoTools


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="where to; default: var/backups/, by time")

    def handle(self, *args: Any, **options: Any) -> None:
        name = f"fingerpost-{timezone.now():%Y%m%d-%H%M%S}.tar"
        archive = options["file"] or settings.VAR / "backups" / name
        if archive.exists():
            raise CommandError(f"{archive} exists. Choose another name: a backup is never overwritten.")
        try:
            manifest = backups.make(archive)
        except (backups.Unusable, NoTools) as error:
            raise CommandError(str(error)) from error
        size = archive.stat().st_size / 1_000_000
        self.stdout.write(f"{archive}: database and {len(manifest['sha256']) - 1} files, {size:.1f} MB")
        if manifest["vault"] != "in this archive":
            self.stdout.write(
                "The vault lies in a bucket, whose versioning keeps the bytes: docs/operations.md"
            )
        self.stdout.write("The keys (VAULT_KEYS, SECRET_KEY) are not in it. Keep them somewhere else.")
