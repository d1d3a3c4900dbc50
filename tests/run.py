"""`make test`: what the tests need, the checks, the suite on both databases, journeys. Stops at a failure.

Nothing waits for another's idle time: the databases are made beside the checks, the journeys run beside the suites.
"""

from __future__ import annotations

import os
import signal
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


def heading(title: str) -> None:
    minutes, seconds = divmod(int(time.monotonic() - START), 60)
    print(f"\n=== {title} ({minutes}:{seconds:02d}) ===", flush=True)


def step(title: str, *command: str, **env: str) -> None:
    heading(title)
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **env}, stdin=subprocess.DEVNULL, check=False)
    if done.returncode:
        sys.exit(done.returncode)


def pytest(folder: Path, *more: str, workers: int = 0) -> list[str]:
    spread = ["-n", str(workers), "--dist", "loadfile", "--no-loadscope-reorder"] if workers else []
    return [sys.executable, "-m", "pytest", *spread, f"--basetemp={folder}", "--durations=12", *more]


@contextmanager
def beside(title: str, said: Path, *started: tuple[list[str], dict[str, str]]) -> Iterator[None]:
    """Commands that run beside what the block does; what they said is shown once all of it is over."""
    with said.open("w") as log:
        running = [
            subprocess.Popen(
                command, cwd=ROOT, env={**os.environ, **env}, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
            for command, env in started
        ]
        try:
            yield
            codes = [one.wait() for one in running]
        finally:
            for one in running:
                if one.poll() is None:
                    one.send_signal(signal.SIGINT)  # as Ctrl-C: pytest then stops the site it has started
                one.wait()
    heading(title)
    print(said.read_text(), flush=True)
    if any(codes):
        sys.exit(f"{title} failed: see above.")


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
        migrate = [sys.executable, "-m", "tests.databases"]
        found = {"PYTHONPATH": str(ROOT / "site"), "DJANGO_SETTINGS_MODULE": "settings"}
        kinds = [(migrate, {**found, **kind}) for kind in (sqlite, postgres)]
        with beside("The tests' databases", kept.folder / "databases.log", *kinds):
            step("Checks", "make", "--no-print-directory", "lint")
        # A journey is one thing after another and much waiting: it runs beside the suites, which give way to it.
        journeys = pytest(kept.folder / "journeys", "tests/journeys")
        with beside("Journeys in a browser", kept.folder / "journeys.log", (journeys, sqlite)):
            os.nice(5)
            suite = pytest(kept.folder / "on_sqlite", "--ignore=tests/journeys", workers=CORES)
            step("The suite on SQLite", *suite, **sqlite)
            which = ("--ignore=tests/journeys", "-m", "database and not journey")
            suite = pytest(kept.folder / "on_postgres", *which, workers=CORES)
            step("The suite on PostgreSQL", *suite, **postgres)


if __name__ == "__main__":
    main()
