"""Is the background worker alive? A row it stamps every minute, by the scheduler and a worker both.

A row and not the cache: web and worker machines share the database whatever cache is set, and a
restart must not forget that the worker died.
"""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from changes.models import Heartbeat

NAME = "queue"
# The scheduler looks about every 30 s and the job is due every minute: three misses are a stopped heart.
STALE_AFTER = timedelta(minutes=4)


def beat() -> None:
    """The job: scheduled every minute (settings.SCHEDULES)."""
    Heartbeat.objects.update_or_create(name=NAME, defaults={"beat_at": timezone.now()})


def age() -> timedelta | None:
    """Time since the last beat, or None when there was never one."""
    last = Heartbeat.objects.filter(name=NAME).values_list("beat_at", flat=True).first()
    return None if last is None else timezone.now() - last
