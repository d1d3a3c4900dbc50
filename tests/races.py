"""Many at once: threads that wait for each other just before the write."""

from __future__ import annotations

import threading
from collections.abc import Callable

from django.db import connection


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
