"""What a command asks before it touches the database: does Fingerpost run, is a migration due?"""

from __future__ import annotations

import fcntl

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


def refuse_while_running() -> None:
    """`serve.py` holds the lock as long as it runs on this `var/`."""
    path = settings.VAR / "running.lock"
    if not path.exists():
        return
    with path.open("r+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise CommandError(f"Fingerpost runs on {settings.VAR}. Stop it first (Ctrl-C).") from error


def migrations_are_due() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
