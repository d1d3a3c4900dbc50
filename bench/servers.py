"""gunicorn, started and asked, and what its workers cost: CPU from the kernel's accounts, memory as PSS."""

from __future__ import annotations

import http.client
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60  # seconds


class Server:
    def __init__(self, process: subprocess.Popen[bytes], port: int, started: float) -> None:
        self.process = process
        self.port = port
        self.cold_start = 0.0  # seconds from the command to the first answer
        while self.process.poll() is None and time.monotonic() - started < PATIENCE:
            try:
                self.get("/")
            except OSError:
                time.sleep(0.005)
            else:
                self.cold_start = time.monotonic() - started
                return
        raise RuntimeError("gunicorn did not answer: its message stands above.")

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request("GET", path, headers=dict(headers or {}))
            answer = connection.getresponse()
            answer.read()
            return answer.status
        finally:
            connection.close()

    def workers(self) -> list[int]:
        tasks = Path(f"/proc/{self.process.pid}/task")
        return [int(pid) for task in tasks.iterdir() for pid in (task / "children").read_text().split()]

    def cpu(self) -> float:
        """Seconds all workers have been on a processor so far, to the nanosecond."""
        spent = 0
        for pid in self.workers():
            for task in Path(f"/proc/{pid}/task").iterdir():
                spent += int((task / "schedstat").read_text().split()[0])
        return spent / 1e9

    def memory(self, pids: list[int]) -> float:
        """Proportional set size in MB: of what several share each is counted its part."""
        kilobytes = 0
        for pid in pids:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            kilobytes += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
        return kilobytes / 1000


@contextmanager
def serving(application: str, *, workers: int, env: dict[str, str]) -> Iterator[Server]:
    with socket.socket() as any_port:
        any_port.bind(("127.0.0.1", 0))
        port = any_port.getsockname()[1]
    gunicorn = [
        str(Path(sys.executable).with_name("gunicorn")),
        "--pythonpath",
        ".,site",
        "--preload",
        "--no-control-socket",
    ]
    command = [*gunicorn, "--bind", f"127.0.0.1:{port}", "--workers", str(workers), "--log-level", "warning"]
    started = time.monotonic()
    process = subprocess.Popen([*command, application], cwd=ROOT, env={**os.environ, **env})
    try:
        yield Server(process, port, started)
    finally:
        process.terminate()
        process.wait(PATIENCE)


def cost(
    server: Server, path: str, requests: int, headers: Mapping[str, str] | None = None, status: int = 200
) -> float:
    """CPU milliseconds of one request, over so many in a row."""
    before = server.cpu()
    for _ in range(requests):
        if (said := server.get(path, headers)) != status:
            raise RuntimeError(f"{path} answers {said}")
    return (server.cpu() - before) / requests * 1000


def against(
    bare: Server,
    site: Server,
    path: str,
    *,
    requests: int,
    rounds: int = 5,
    headers: Mapping[str, str] | None = None,
    status: int = 200,
) -> tuple[float, float]:
    """Medians of CPU ms: the bare view and the page, in turns, so a busy machine is unfair to both."""
    cost(bare, "/", 50)
    cost(site, path, 10, headers, status)
    pairs = [(cost(bare, "/", 300), cost(site, path, requests, headers, status)) for _ in range(rounds)]
    return statistics.median(b for b, _ in pairs), statistics.median(s for _, s in pairs)
