"""/health/ for machines: is every part that Fingerpost stands on there? 200 when all are, else 503.

It says which part fails and nothing about why: the reasons are in the log. Nobody signs in to it, and
no answer is cached.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from changes import heartbeat
from mail.models import Message
from vault import scanner, storage

logger = logging.getLogger(__name__)

# A letter that waits for its first attempt so long says that nothing is being delivered. Retries of one
# bad mailbox are not the outbox's illness, so they do not count.
OUTBOX_LATE = timedelta(minutes=15)
PROBE = b"health"


class Unwell(Exception):
    """A part that answers, but not as it should."""


def database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()


def worker() -> None:
    age = heartbeat.age()
    if age is None or age > heartbeat.STALE_AFTER:
        raise Unwell(f"The background worker was last heard of {age} ago.")


def vault() -> None:
    """A round trip: written, read back, removed."""
    probe = storage.put([PROBE])
    try:
        if b"".join(storage.read(probe.storage_key, probe.wrapped_key)) != PROBE:
            raise Unwell("The vault gave back something else.")
    finally:
        storage.delete(probe.storage_key)


def outbox() -> None:
    late = Message.objects.filter(
        status=Message.Status.QUEUED, next_attempt_at__lt=timezone.now() - OUTBOX_LATE
    ).count()
    if late:
        raise Unwell(f"{late} emails have waited for over {OUTBOX_LATE}.")


def scanning() -> None:
    if (scanner.is_set_up() or not settings.RELAXED) and not scanner.answers():
        raise Unwell("The scanner does not answer.")


CHECKS: dict[str, Callable[[], None]] = {
    "database": database,
    "queue": worker,
    "vault": vault,
    "outbox": outbox,
    "scanner": scanning,
}


@never_cache
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    parts = {}
    for name, check in CHECKS.items():
        try:
            check()
        except Exception:  # whatever is wrong with a part is what this page is for
            logger.exception("Health: %s", name)
            parts[name] = "failing"
        else:
            parts[name] = "ok"
    well = set(parts.values()) == {"ok"}
    return JsonResponse({"status": "ok" if well else "failing", "checks": parts}, status=200 if well else 503)
