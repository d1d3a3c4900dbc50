"""`make test`: what the tests need, the checks, the suite on both databases, journeys. Stops at a failure."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from tests.keeper import Kept  # noqa: E402

START = time.monotonic()
CORES = min(4, os.cpu_count() or 2)


def step(title: str, *command: str, **env: str) -> None:
    minutes, seconds = divmod(int(time.monotonic() - START), 60)
    print(f"\n=== {title} ({minutes}:{seconds:02d}) ===", flush=True)
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **env}, stdin=subprocess.DEVNULL, check=False)
    if done.returncode:
        sys.exit(done.returncode)


def pytest(workers: int, folder: Path, *more: str) -> list[str]:
    spread = ["-n", str(workers), "--dist", "loadfile", "--no-loadscope-reorder", "--durations=12"]
    return [sys.executable, "-m", "pytest", *spread, f"--basetemp={folder}", *more]


@contextmanager
def migrating(*kinds: dict[str, str]) -> Iterator[None]:
    """The tests' databases are made beside the checks, which keep one core busy."""
    command = [sys.executable, "-m", "tests.databases"]
    found = {"PYTHONPATH": str(ROOT / "site"), "DJANGO_SETTINGS_MODULE": "settings"}
    running = [subprocess.Popen(command, cwd=ROOT, env={**os.environ, **found, **kind}) for kind in kinds]
    try:
        yield
        if any([one.wait() for one in running]):  # noqa: C419 - all of them end first
            sys.exit("The migrations failed: their message stands above.")
    finally:
        for one in running:
            one.kill()
            one.wait()


def main() -> None:
    given = os.environ.get("DATABASE_URL", "")
    # What the developer's shell says about a live or demonstration service is not for the tests. And what one of
    # their many processes has compiled is kept for the next.
    for name in ("DEMO", "DEBUG", "PORT", "VAR_DIR", "PYTHONDONTWRITEBYTECODE"):
        os.environ.pop(name, None)
    step("What the tests need", sys.executable, "tests/needs.py")
    with closing(Kept(postgres=True, given=given, prefix="fingerpost-tests-")) as kept:
        os.environ["TEST_FOLDER"] = str(kept.folder)
        sqlite = {"TEST_DATABASE": "sqlite", "DATABASE_URL": f"sqlite:///{kept.folder / 'unused.sqlite3'}"}
        postgres = {"TEST_DATABASE": "postgres", "DATABASE_URL": kept.database_url}
        with migrating(sqlite, postgres):
            step("Checks", "make", "--no-print-directory", "lint")
        # Journeys mostly wait for processes of their own: hence one worker more than there are cores.
        step(
            "The suite on SQLite, journeys in a browser", *pytest(CORES + 1, kept.folder / "sqlite"), **sqlite
        )
        on_postgres = pytest(CORES, kept.folder / "on_postgres", "-m", "not journey")
        step("The suite on PostgreSQL", *on_postgres, **postgres)


if __name__ == "__main__":
    main()
