"""Facts rise by the queue: a lower floor announces, the table in settings says what follows (idea 5)."""

from __future__ import annotations

from django.conf import settings
from django_q.tasks import async_task


def announce(event: str, *ids: int | str) -> None:
    """Queue every follow-up of `event`, in the transaction of the change that caused it (R10).

    Only `actions.py` calls this. `ids` are primitives: the job fetches the rows as they are by then.
    """
    for job in settings.FOLLOW_UPS.get(event, []):
        async_task(job, *ids, task_name=f"{event}:{':'.join(map(str, ids))}"[:100])


def queue(job: str, *ids: int | str) -> None:
    """Queue one background job by dotted name, in the transaction of the change that caused it."""
    async_task(job, *ids, task_name=f"{job}:{':'.join(map(str, ids))}"[-100:])
