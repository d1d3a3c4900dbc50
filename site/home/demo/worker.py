"""The background worker's part while the demonstration is made: each job at the moment it was asked for."""

from __future__ import annotations

from django.utils.module_loading import import_string
from django_q.models import OrmQ


def work_off() -> int:
    """Do every waiting job and take it off the list, follow-ups of follow-ups included. Returns how many."""
    done = 0
    while job := OrmQ.objects.order_by("pk").first():
        task = job.task
        import_string(task["func"])(*task["args"], **task.get("kwargs", {}))
        job.delete()
        done += 1
    return done
