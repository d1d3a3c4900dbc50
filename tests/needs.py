"""What the tests need besides Python packages: a browser, and a virus scanner to talk to.

Found if there; installed by the system's own package manager when run as root; else one clear line says
what to install, and the tests that need it are skipped with that line as their reason. Plain Python
without packages, so it also runs on its own: `python tests/needs.py`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable

CHROMIUMS = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"]
ALSO_IN = os.pathsep.join(
    ["/usr/sbin", "/usr/local/sbin", "/opt/homebrew/bin", "/opt/homebrew/sbin", "/snap/bin"]
)

# Package manager → how it installs, and the packages that carry the browser and the scanner.
MANAGERS: dict[str, tuple[list[list[str]], str, str]] = {
    "apt-get": (
        [["apt-get", "-qq", "update"], ["apt-get", "-qq", "-y", "--no-install-recommends", "install"]],
        "chromium",
        "clamav-daemon",
    ),
    "dnf": ([["dnf", "-q", "-y", "install"]], "chromium", "clamd"),
    "apk": ([["apk", "add", "--quiet"]], "chromium", "clamav-daemon"),
    "zypper": ([["zypper", "-q", "-n", "install"]], "chromium", "clamav"),
    "pacman": ([["pacman", "-Sy", "--noconfirm", "--needed"]], "chromium", "clamav"),
}


def found(*names: str) -> str:
    path = f"{os.environ.get('PATH', os.defpath)}{os.pathsep}{ALSO_IN}"
    return next((where for name in names if (where := shutil.which(name, path=path))), "")


def chromium() -> str:
    """The browser's path, or nothing."""
    return os.environ.get("CHROMIUM", "") or found(*CHROMIUMS)


def clamd() -> str:
    """The scanner's path, or nothing."""
    return found("clamd")


NEEDS: list[tuple[str, int, Callable[[], str], str]] = [
    ("Chromium", 1, chromium, "journeys in a browser"),
    ("clamd", 2, clamd, "scanning of uploaded files"),
]


def why(what: str) -> str:
    """The one clear line: what to install, and what is skipped without it."""
    name, place, _, skipped = next(need for need in NEEDS if need[0] == what)
    how = f"Install {name}"
    for manager, entry in MANAGERS.items():
        if shutil.which(manager):
            how = f"Install {name}: {' '.join(entry[0][-1])} {entry[place]}"
    return f"{name} is not here, so the tests of {skipped} are skipped. {how}"


def install(missing: list[int]) -> None:
    for manager, entry in MANAGERS.items():
        if not shutil.which(manager):
            continue
        packages = [str(entry[place]) for place in missing]
        print(f"Installing {' and '.join(packages)} with {manager}", flush=True)
        env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        *first, last = entry[0]
        for command in [*first, [*last, *packages]]:
            done = subprocess.run(
                command, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
            )
            if done.returncode:
                print(f"{' '.join(command)} failed: {(done.stderr or done.stdout).strip()[-300:]}")
                return
        return


def main() -> None:
    missing = [place for _, place, find, _ in NEEDS if not find()]
    if missing and os.geteuid() == 0:
        install(missing)
    for name, _, find, _ in NEEDS:
        print(f"{name}: {find()}" if find() else why(name))


if __name__ == "__main__":
    main()
