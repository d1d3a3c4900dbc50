"""A noun with a status: it moves only along its declared transitions (R7)."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models, transaction
from django.utils import timezone

from changes.log import record
from changes.refusals import Stale


class Stateful(models.Model):
    """A status that is a decision somebody took, changed through `move_to` alone.

    A subclass declares `Status` (TextChoices), its own `status` field with choices and a default, and
    `TRANSITIONS`: from each status, the statuses it may move to. A status with no entry is an end.
    """

    TRANSITIONS: ClassVar[dict[str, set[str]]] = {}
    # What the timeline says of a move, where "<noun>: <status>" is not it. `{}` stands for the row's own name.
    LOGGED: ClassVar[dict[str, str]] = {}
    # The field that keeps when a status was reached, for lists that order by it.
    DATED: ClassVar[dict[str, str]] = {}
    status: Any

    class Meta:
        abstract = True

    def can_move_to(self, status: str) -> bool:
        return status in self.TRANSITIONS.get(self.status, set())

    def move_to(self, status: str, *, by: object, reason: str = "", logged: str = "", **fields: Any) -> None:
        """Move, set `fields` in the same UPDATE, and log it: `<model>.<status>`, or `logged`, is the log's action.

        A compare-and-set: two people who both saw the old status leave one change and one refusal.
        Only `actions.py` calls this. Raises Stale when the step is not declared or somebody was first.
        """
        if not self.can_move_to(status):
            raise Stale(self._out_of_step(status))
        if kept_in := self.DATED.get(status):
            fields.setdefault(kept_in, timezone.now())
        with transaction.atomic():
            rows: models.QuerySet[Any] = type(self)._base_manager.filter(pk=self.pk)
            moved = rows.filter(status=self.status).update(status=status, **fields)
            if not moved:
                raise Stale(self._out_of_step(status))
            self.status = status
            for name, value in fields.items():
                setattr(self, name, value)
            record(self, logged or f"{self._meta.model_name}.{status}", by=by, reason=reason)

    @classmethod
    def locked(cls, pk: Any) -> Self:
        """The row as it is now, locked until the transaction ends: for checks that read other rows too."""
        return cls._base_manager.select_for_update(of=("self",)).get(pk=pk)

    @classmethod
    def status_labels(cls) -> dict[str, str]:
        """Each status with the words people see for it."""
        field = cls._meta.get_field("status")
        return {str(value): str(label) for value, label in getattr(field, "flatchoices", [])}

    def _out_of_step(self, status: str) -> str:
        noun = str(self._meta.verbose_name).lower()
        wanted = self.status_labels().get(status, status)
        return (
            f"This {noun} has changed since you opened the page, so it was not marked “{wanted.lower()}”. "
            "Nothing was done. Look at where it stands now."
        )


class Heartbeat(models.Model):
    """When a background job last ran: see `heartbeat.py`."""

    name = models.CharField(max_length=20, primary_key=True)
    beat_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} at {self.beat_at:%d %B %Y %H:%M:%S}"
