"""`make test`: what the tests need, the checks, the suite on both databases, journeys. Stops at a failure."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

START = time.monotonic()


def step(title: str, *command: str, **env: str) -> None:
    minutes, seconds = divmod(int(time.monotonic() - START), 60)
    print(f"\n=== {title} ({minutes}:{seconds:02d}) ===", flush=True)
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **env}, stdin=subprocess.DEVNULL, check=False)
    if done.returncode:
        sys.exit(done.returncode)


def main() -> None:
    # What the developer's shell says about a live or demonstration service is not for the tests.
    for name in ("DEMO", "DEBUG", "PORT", "VAR_DIR"):
        os.environ.pop(name, None)
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    pytest = [sys.executable, "-m", "pytest"]
    both_cores = ["-n", str(min(4, os.cpu_count() or 2)), "--dist", "loadfile", "--no-loadscope-reorder"]
    both_cores += ["--durations=12"]
    step("What the tests need", sys.executable, "tests/needs.py")
    step("Checks", "make", "--no-print-directory", "lint")
    step("The suite on SQLite", *pytest, *both_cores, "-m", "not journey", TEST_DATABASE="sqlite")
    step("The suite on PostgreSQL", *pytest, *both_cores, "-m", "not journey", TEST_DATABASE="postgres")
    # Real processes of their own, a site for each file: mostly they wait for one another.
    step("Journeys in a browser", *pytest, *both_cores, "-m", "journey", TEST_DATABASE="sqlite")


if __name__ == "__main__":
    main()
