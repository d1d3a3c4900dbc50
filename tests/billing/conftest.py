"""What the tests of this room share: a vault of their own, the queue, the outbox and the clock."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.db import connection
from django_q.models import OrmQ
from django_q.signing import SignedPackage

from mail.models import Message

EVENTS = [
    "quote_issued",
    "quote_accepted",
    "quote_declined",
    "invoice_issued",
    "credit_note_issued",
    "order_paid",
]


@pytest.fixture(autouse=True)
def _own_vault(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "vault": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "vault", "base_url": None},
        },
    }


@pytest.fixture
def follow_ups(settings) -> Callable[[], list[tuple[str, tuple]]]:
    """Every event of this room leads to a job; call it for the jobs queued so far."""
    settings.FOLLOW_UPS = {event: [f"tests.jobs.{event}"] for event in EVENTS}

    def queued() -> list[tuple[str, tuple]]:
        jobs = [SignedPackage.loads(row.payload) for row in OrmQ.objects.order_by("pk")]
        return [
            (job["func"].removeprefix("tests.jobs."), job["args"])
            for job in jobs
            if job["func"].startswith("tests.jobs.")
        ]

    return queued


@pytest.fixture
def letters(db) -> Callable[[], list[tuple[str, str]]]:
    """Template and recipient of every email in the outbox, oldest first."""
    return lambda: list(Message.objects.order_by("pk").values_list("template", "to"))


@pytest.fixture
def time_machine_at() -> Iterator[Callable[[datetime | None], None]]:
    """Travel: `time_machine_at(moment)`, back to the present with None."""
    travellers: list[Any] = []

    def at(moment: datetime | None) -> None:
        while travellers:
            travellers.pop().stop()
        if moment:
            travellers.append(time_machine.travel(moment, tick=False))
            travellers[-1].start()

    yield at
    at(None)


@pytest.fixture
def at_once() -> Callable[[list[Callable[[], Any]]], list[Any]]:
    """Run all acts from one barrier, each on a connection of its own; what each returned or raised."""

    def run_all(acts: list[Callable[[], Any]]) -> list[Any]:
        barrier = threading.Barrier(len(acts))
        results: list[Any] = [None] * len(acts)

        def run(index: int) -> None:
            try:
                barrier.wait(timeout=20)
                results[index] = acts[index]()
            except Exception as error:
                results[index] = error
            finally:
                connection.close()

        threads = [threading.Thread(target=run, args=[n]) for n in range(len(acts))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
        return results

    return run_all


@pytest.fixture
def give_permission(db) -> Callable[[Any, str], None]:
    """A permission by name, wherever the table of roles stands."""

    def give(user: Any, name: str) -> None:
        app, codename = name.split(".")
        user.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))

    return give
