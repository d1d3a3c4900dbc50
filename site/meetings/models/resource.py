"""Whom or what a meeting needs, and for when they are kept."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower

from meetings import times
from meetings.models.meeting import Meeting


class ResourceQuerySet(models.QuerySet["Resource"]):
    def of(self, user: models.Model) -> Resource:
        """The diary of one member of staff, opened when first asked for."""
        return self.get_or_create(
            user=user, defaults={"kind": Resource.Kind.PERSON, "name": str(user)[:150]}
        )[0]

    def bookable(self) -> Self:
        return self.filter(is_active=True)


class Resource(models.Model):
    """A person, room or video link that can be in one meeting at a time."""

    class Kind(models.TextChoices):
        PERSON = "person", "Person"
        ROOM = "room", "Room"
        VIDEO = "video", "Video link"

    kind = models.CharField(max_length=10, choices=Kind, default=Kind.ROOM)
    name = models.CharField(max_length=150)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="diary",
        help_text="For a person: whose diary this is.",
    )
    is_active = models.BooleanField("can be booked", default=True)

    objects = ResourceQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "name"]
        constraints = [
            models.UniqueConstraint(
                "kind", Lower("name"), condition=models.Q(user=None), name="resource_named_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Reservation(models.Model):
    """A resource kept for a meeting. While active it overlaps no other of the same resource (R3).

    The database holds that itself, in migration 0002: an exclusion constraint on PostgreSQL, triggers on
    SQLite. The end is not part of it: one meeting may begin when another ends.
    """

    resource = models.ForeignKey(Resource, models.PROTECT, related_name="reservations")
    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="reservations")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["starts_at", "pk"]
        indexes = [models.Index(fields=["resource", "starts_at"], name="reservation_of_resource")]
        constraints = [
            models.UniqueConstraint(fields=["resource", "meeting"], name="reserved_once_for_a_meeting"),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="reservation_ends_after_it_starts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resource}, {times.spoken_span(self.starts_at, self.ends_at)}"
