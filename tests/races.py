"""Many at once: threads or processes that wait for each other just before the write."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Callable
from typing import Any

from django.db import connection, connections


def at_once(act: Callable[[int], object], threads: int = 8) -> list[object]:
    """Run `act(number)` in so many threads, let loose together; what each gave back or raised."""
    barrier = threading.Barrier(threads)
    said: list[object] = [None] * threads

    def run(number: int) -> None:
        try:
            barrier.wait(20)
            said[number] = act(number)
        except Exception as error:
            said[number] = error
        finally:
            connection.close()

    running = [threading.Thread(target=run, args=(number,)) for number in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    return said


def in_processes(act: Callable[[int, Any], str], processes: int = 8) -> list[str]:
    """Run `act(number, barrier)` in so many real processes, each with a connection of its own; what each said.

    `act` waits at the barrier where it is about to write. What it raises is said by its class and words.
    """
    forked = multiprocessing.get_context("fork")  # the settings of the tests' database come along
    barrier, said = forked.Barrier(processes), forked.Queue()

    def run(number: int) -> None:
        try:
            said.put(act(number, barrier))
        except Exception as error:
            said.put(f"{type(error).__name__}: {error}")
        finally:
            connections.close_all()

    connections.close_all()  # no child may use its parent's
    running = [forked.Process(target=run, args=(number,)) for number in range(processes)]
    for process in running:
        process.start()
    told = [said.get(timeout=60) for _ in running]
    for process in running:
        process.join(60)
    return told
