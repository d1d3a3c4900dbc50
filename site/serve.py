"""Web and worker together, as `Procfile` names them, until Ctrl-C: `make run` ends here.

honcho starts each in a process group of its own and prefixes its lines. What is added: each is asked to
stop alone, so it can finish what it has in hand; then whatever it left behind is ended with its group.
That also holds when the terminal is closed, when `make` goes away and when this process is killed.
"""

from __future__ import annotations

import contextlib
import fcntl
import http.client
import os
import signal
import sys
import threading
import time
from pathlib import Path
from types import FrameType
from typing import IO

from honcho import manager
from honcho.environ import parse_procfile
from honcho.printer import Message, Printer
from honcho.process import Process

from home.sign_ins import PASSWORD, SIGN_INS

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60  # seconds the web process may take to answer first


class Alone:
    """Ends one process of ours: first by asking it, in the end with everything it started."""

    def terminate(self, pid: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)

    def kill(self, pid: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)


class Kept(Process):  # type: ignore[misc]
    """A process whose group does not outlive it, nor the process that watches over it."""

    def run(self, events: object = None, ignore_signals: bool = False) -> None:
        threading.Thread(target=self._watch, args=(os.getppid(),), daemon=True).start()
        super().run(events, ignore_signals)
        Alone().kill(self._child.pid)

    def _watch(self, owner: int) -> None:
        asked = 0.0
        while True:
            time.sleep(0.2)
            if self._child is None:
                continue
            if self._child.poll() is not None:  # it may have left children that hold its output open
                Alone().kill(self._child.pid)
                return
            if os.getppid() != owner:
                if not asked:
                    asked = time.monotonic()
                    Alone().terminate(self._child.pid)
                elif time.monotonic() - asked > manager.KILL_WAIT:
                    Alone().kill(self._child.pid)


class Calm(Printer):  # type: ignore[misc]
    """The lines of the two processes; honcho's own only if something is wrong. A closed terminal is none."""

    def write(self, message: Message) -> None:
        if message.name == manager.SYSTEM_PRINTER_NAME and "(rc=" not in message.data:
            return
        if message.data in ("web stopped (rc=0)\n", "worker stopped (rc=0)\n"):
            return
        with contextlib.suppress(OSError):
            super().write(message)


def welcome(port: str) -> None:
    """Say where it is, once it answers."""
    start = time.monotonic()
    while time.monotonic() - start < PATIENCE:
        time.sleep(0.1)
        try:
            answer = http.client.HTTPConnection("127.0.0.1", int(port), timeout=PATIENCE)
            answer.request("GET", "/")
            status = answer.getresponse().status
        except OSError:
            continue
        lines = [f"Fingerpost is open at http://localhost:{port}/  (staff: /admin/)"]
        if status >= 500:
            lines = [f"Fingerpost answers on port {port}, but with an error ({status}): see the lines above."]
        if os.environ.get("DEMO") == "1":
            lines += ["", f"Sign in to look around, password {PASSWORD}:"]
            lines += [f"  {email:<28} {what}" for email, what in SIGN_INS.items()]
        lines += ["", "Ctrl-C stops it."]
        with contextlib.suppress(OSError):
            print("\n" + "\n".join(lines) + "\n", flush=True)
        return


def stop(signum: int = 0, frame: FrameType | None = None) -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def leave_with(parent: int) -> None:
    """`make` killed outright tells nobody: notice it."""
    while os.getppid() == parent:
        time.sleep(0.5)
    stop()


def only_one(var: Path) -> IO[str]:
    """Two starts on one database and vault would be a puzzle: the second is refused."""
    var.mkdir(parents=True, exist_ok=True)
    lock = (var / "running.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        sys.exit(f"Fingerpost runs on {var} already. Stop it, or name another place: VAR_DIR=var2 make run")
    return lock


def main() -> int:
    os.chdir(ROOT)
    lock = only_one(Path(os.environ.get("VAR_DIR", ROOT / "var")))
    port = os.environ.setdefault("PORT", "8000")
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    # Both parents are watched before anything starts, so no moment is left uncovered.
    threading.Thread(target=leave_with, args=(os.getppid(),), daemon=True).start()
    signal.signal(signal.SIGHUP, stop)
    both = manager.Manager(Calm(sys.stdout))
    both._process_ctor = Kept
    both._procmgr = Alone()
    for name, command in parse_procfile((ROOT / "Procfile").read_text()).processes.items():
        both.add_process(name, command)
    threading.Thread(target=welcome, args=(port,), daemon=True).start()
    both.loop()
    lock.close()
    asked = {details["rc"] for details in manager.SIGNALS.values()}
    return 0 if both.returncode in asked else both.returncode or 0


if __name__ == "__main__":
    sys.exit(main())
