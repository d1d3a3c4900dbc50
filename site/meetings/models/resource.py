"""Whom or what a meeting needs, and for when they are kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Self

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models.functions import Lower
from modelcluster.models import ClusterableModel

from meetings import times
from meetings.models.meeting import Meeting

LONGEST_TRAVEL = 8 * 60  # minutes


class ResourceQuerySet(models.QuerySet["Resource"]):
    def of(self, user: models.Model) -> Resource:
        """The diary of one member of staff, opened when first asked for."""
        return self.get_or_create(
            user=user, defaults={"kind": Resource.Kind.PERSON, "name": str(user)[:150]}
        )[0]

    def bookable(self) -> Self:
        return self.filter(is_active=True)


class Resource(ClusterableModel):
    """A person, room or video link that can be in one meeting at a time.

    Its hours, leave and outside calendars are rows of their own (models/availability.py). Without hours a
    person is taken to work when the office does, and a room or link to be open at any time.
    """

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
    travel_before = models.PositiveSmallIntegerField(
        "minutes of travel before",
        default=0,
        db_default=0,
        validators=[
            MaxValueValidator(LONGEST_TRAVEL, f"Enter {LONGEST_TRAVEL} minutes (8 hours) of travel at most")
        ],
        help_text="For a person: kept free before every meeting that has a place.",
    )
    travel_after = models.PositiveSmallIntegerField(
        "minutes of travel after",
        default=0,
        db_default=0,
        validators=[
            MaxValueValidator(LONGEST_TRAVEL, f"Enter {LONGEST_TRAVEL} minutes (8 hours) of travel at most")
        ],
        help_text="For a person: kept free after every meeting that has a place.",
    )

    objects = ResourceQuerySet.as_manager()

    class Meta:
        verbose_name = "person, room or link"
        verbose_name_plural = "people, rooms and links"
        ordering = ["kind", "name"]
        constraints = [
            models.UniqueConstraint(
                "kind", Lower("name"), condition=models.Q(user=None), name="resource_named_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def travel(self, place: str) -> tuple[timedelta, timedelta]:
        """Before and after a meeting at `place`: nothing for a video meeting, a room or a link."""
        if self.kind != self.Kind.PERSON or not place:
            return timedelta(0), timedelta(0)
        return timedelta(minutes=self.travel_before), timedelta(minutes=self.travel_after)


class Reservation(models.Model):
    """A resource kept for a meeting, a person's travel to it and back included.

    While active it overlaps no other of the same resource (R3). The database holds that itself, in
    migration 0002: an exclusion constraint on PostgreSQL, triggers on SQLite. The end is not part of it:
    one meeting may begin when another ends.
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

    @property
    def has_travel(self) -> bool:
        return (self.starts_at, self.ends_at) != (self.meeting.starts_at, self.meeting.ends_at)
