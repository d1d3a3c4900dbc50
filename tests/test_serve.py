"""`make run`: web and worker start together and end together, however the end comes."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
def place(tmp_path_factory, planted) -> Iterator[dict[str, str]]:
    """A prepared place of its own: database and static files, no demonstration."""
    folder = tmp_path_factory.mktemp("serve")
    with socket.socket() as any_port:
        any_port.bind(("127.0.0.1", 0))
        port = any_port.getsockname()[1]
    env = {
        "PATH": os.environ["PATH"],
        "HOME": os.environ.get("HOME", "/"),
        "DEBUG": "1",
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "VAR_DIR": str(folder),
        "PORT": str(port),
    }
    with planted.lend(folder) as url:
        env["DATABASE_URL"] = url
        subprocess.run([sys.executable, "manage.py", "prepare"], cwd=ROOT, env=env, check=True)
        yield env


def answers(env: dict[str, str]) -> bool:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{env['PORT']}/static/", timeout=20)
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def family(env: dict[str, str]) -> dict[int, str]:
    """Every living process that was started with this VAR_DIR, by its id."""
    mark = f"VAR_DIR={env['VAR_DIR']}\0".encode()
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (process / "environ").read_bytes():
                found[int(process.name)] = (process / "cmdline").read_bytes().decode().replace("\0", " ")
        except OSError:  # gone, or another user's
            continue
    return found


@contextmanager
def serving(env: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    # A stand-in for `make`: it waits for its child and passes no signal on.
    wait = "import subprocess, sys; sys.exit(subprocess.call([sys.executable, 'site/serve.py']))"
    with subprocess.Popen(
        [sys.executable, "-c", wait], cwd=ROOT, env=env, start_new_session=True, stdin=subprocess.DEVNULL
    ) as parent:
        try:
            until(lambda: answers(env), seconds=30)
            until(lambda: sum("qcluster" in line for line in family(env).values()) >= 4, seconds=30)
            yield parent
        finally:
            for pid in family(env):
                os.kill(pid, signal.SIGKILL)


def until(true: Callable[[], bool], *, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"not so after {seconds} s"
        time.sleep(0.05)


def oldest(env: dict[str, str], word: str) -> int:
    return min(pid for pid, line in family(env).items() if word in line and " -c " not in line)


ENDS: dict[str, Callable[[subprocess.Popen[bytes], dict[str, str]], None]] = {
    "Ctrl-C": lambda parent, env: os.killpg(parent.pid, signal.SIGINT),
    "terminal closed": lambda parent, env: os.killpg(parent.pid, signal.SIGHUP),
    "asked to end": lambda parent, env: os.kill(oldest(env, "serve.py"), signal.SIGTERM),
    "make killed": lambda parent, env: parent.kill(),
    "serve killed": lambda parent, env: os.kill(oldest(env, "serve.py"), signal.SIGKILL),
    "web killed": lambda parent, env: os.kill(oldest(env, "gunicorn"), signal.SIGKILL),
    "worker killed": lambda parent, env: os.kill(oldest(env, "qcluster"), signal.SIGKILL),
}


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks for processes under /proc: Linux")
@pytest.mark.parametrize("end", ENDS)
def test_web_and_worker_end_together_and_leave_nothing_behind(place, end):
    with serving(place) as parent:
        ENDS[end](parent, place)
        until(lambda: not family(place), seconds=12)


def test_a_second_start_on_the_same_place_is_refused(place):
    with serving(place):
        second = subprocess.run(
            [sys.executable, "site/serve.py"],
            cwd=ROOT,
            env=place,
            capture_output=True,
            text=True,
            check=False,
        )
        assert second.returncode == 1
        assert "runs on" in second.stderr


def test_prepare_names_a_port_that_is_taken(place):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "manage.py", "prepare"],
            cwd=ROOT,
            env={**place, "PORT": str(port)},
            capture_output=True,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stderr.strip()) == (
        1,
        f"CommandError: Port {port} is taken by another program. Choose one: PORT={port + 1} make run",
    )
