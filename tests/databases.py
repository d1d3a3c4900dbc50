"""The tests' database: migrated once for a run, then copied: for each worker, and after each test that commits.

A copy takes a fraction of a second, the migrations half a minute. And a test which really committed leaves no row to
the next. `python -m tests.databases` migrates ahead of whoever comes first.
"""

from __future__ import annotations

import fcntl
import io
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from psycopg.sql import SQL, Identifier

from tests.keeper import planted_name

# Where migrations put their work: the folder of the run, which all its workers and processes share.
FOLDER = Path(os.environ["TEST_FOLDER"])
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "alone")


def use(name: str) -> None:
    """Point this process at a database, as Django's own test runner does."""
    connections.close_all()
    settings.DATABASES["default"]["NAME"] = connections["default"].settings_dict["NAME"] = name


def migrate(name: str) -> None:
    """From nothing, by the command which everybody's first start runs."""
    use(name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PORT", "0")  # no door is opened: none has to be free
        call_command("prepare", stdout=io.StringIO())
    from tests.accounts.link_model import TrialLink  # the tests' own, which no migration makes

    with connection.schema_editor() as editor:
        editor.create_model(TrialLink)
    connections.close_all()


class Sqlite:
    """A file that is copied into memory."""

    MEMORY = "file:tests?mode=memory&cache=shared"
    planted = FOLDER / "planted.sqlite3"

    def plant(self) -> None:
        migrate(str(self.planted))

    def begin(self) -> None:
        self.memory = sqlite3.connect(self.MEMORY, uri=True)  # there for as long as somebody is connected
        use(self.MEMORY)
        self.renew()

    def renew(self) -> None:
        with sqlite3.connect(self.planted) as planted:
            planted.backup(self.memory)

    @contextmanager
    def lend(self, folder: Path) -> Iterator[str]:
        """The address of one more copy, for a site of the tests' own."""
        yield f"sqlite:///{shutil.copy(self.planted, folder / 'lent.sqlite3')}"

    def end(self) -> None:
        self.memory.close()


# In PostgreSQL every reference between tables waits for the end of the transaction: rows go and come in any order.
KEEP = """
CREATE SCHEMA planted;
DO $$ DECLARE one name; BEGIN
    FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('CREATE TABLE planted.%1$I AS TABLE public.%1$I', one);
    END LOOP;
END $$"""
RENEW = """
DO $$ DECLARE one name; BEGIN
    FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'planted' LOOP
        EXECUTE format('DELETE FROM public.%1$I', one);
        EXECUTE format('INSERT INTO public.%1$I TABLE planted.%1$I', one);
    END LOOP;
END $$"""


class Postgres:
    """A database that serves the others as a template."""

    planted = planted_name(FOLDER)
    own = f"test_{FOLDER.name}_{WORKER}"

    def plant(self) -> None:
        self.do("CREATE DATABASE {}", self.planted)
        migrate(self.planted)
        # Whom nobody can visit, the server's own vacuum least of all, can always be copied.
        self.do("ALTER DATABASE {} ALLOW_CONNECTIONS false", self.planted)

    def begin(self) -> None:
        self.do("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.own)
        self.do("CREATE DATABASE {} TEMPLATE {}", self.own, self.planted)
        use(self.own)
        with connection.cursor() as cursor:
            cursor.execute(KEEP)

    def renew(self) -> None:
        """By rows: a database more means a thousand files more."""
        connections.close_all()
        with connection.cursor() as cursor:
            cursor.execute(RENEW)

    @contextmanager
    def lend(self, folder: Path) -> Iterator[str]:
        name, address = f"lent_{uuid4().hex[:8]}", urlsplit(os.environ["DATABASE_URL"])
        self.do("CREATE DATABASE {} TEMPLATE {}", name, self.planted)
        yield address._replace(path=f"/{name}").geturl()
        self.do("DROP DATABASE {} WITH (FORCE)", name)

    def end(self) -> None:
        connections.close_all()
        self.do("DROP DATABASE {} WITH (FORCE)", self.own)

    def do(self, statement: str, *names: str) -> None:
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
            server.execute(SQL(statement).format(*map(Identifier, names)))


def planted() -> Sqlite | Postgres:
    """The kind of database this run is about, migrated by now."""
    kind = Postgres() if settings.DATABASES["default"]["ENGINE"].endswith("postgresql") else Sqlite()
    with (FOLDER / f"{type(kind).__name__}.planted").open("a+") as note:
        fcntl.flock(note, fcntl.LOCK_EX)
        note.seek(0)
        if not note.read():
            kind.plant()
            note.write("Done.")
    return kind


if __name__ == "__main__":
    import django

    import tests.environment  # noqa: F401 - before the settings are read

    django.setup()
    planted()
