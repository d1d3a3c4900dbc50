"""What a date poll pencils in, in the diaries of those who are wanted."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Self

from django.db import models
from django.utils import timezone

from meetings import times
from meetings.models.poll import Slot
from meetings.models.resource import Resource


class HoldQuerySet(models.QuerySet["Hold"]):
    def standing(self) -> Self:
        """Of slots still to be chosen from, and not over."""
        return self.filter(released_at=None, slot__ends_at__gt=timezone.now())

    def between(self, start: datetime, end: datetime) -> Self:
        return self.filter(slot__starts_at__lt=end, slot__ends_at__gt=start)

    def on(self, resources: Iterable[Resource], start: datetime, end: datetime) -> Self:
        """What is held of these, then."""
        return (
            self.standing()
            .between(start, end)
            .filter(resource__in=resources)
            .select_related("resource", "slot")
        )


class Hold(models.Model):
    """A resource pencilled in for a slot: TENTATIVE in staff diaries.

    It keeps nobody else out, which is what a Reservation does (R3): whoever books over it is warned first.
    Holds may overlap one another and reservations; all of a poll's are released together.
    """

    slot = models.ForeignKey(Slot, models.CASCADE, related_name="holds")
    resource = models.ForeignKey(Resource, models.CASCADE, related_name="holds")
    released_at = models.DateTimeField(null=True, blank=True)

    objects = HoldQuerySet.as_manager()

    class Meta:
        ordering = ["slot__starts_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["slot", "resource"], name="held_once_for_a_slot")]
        indexes = [
            models.Index(fields=["resource"], name="hold_standing", condition=models.Q(released_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.resource}, held for {self.slot.poll.about}"


def held_warnings(resources: Iterable[Resource], starts_at: datetime, ends_at: datetime) -> list[str]:
    """Who or what is pencilled in then, in words: a warning, never a refusal. Not for what (R9)."""
    found = {
        (hold.resource.name, hold.slot.starts_at): hold
        for hold in Hold.objects.on(resources, starts_at, ends_at)
    }
    return [
        f"{hold.resource} is held for a date poll then: {times.spoken_hours(hold.slot.starts_at, hold.slot.ends_at)}."
        for hold in found.values()
    ]
