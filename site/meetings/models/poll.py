"""A date poll: up to ten slots offered to a network."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils import timezone

from changes.models import Stateful
from meetings import times
from meetings.models.meeting import Meeting
from meetings.models.resource import Reservation, Resource

if TYPE_CHECKING:
    from meetings.models.voter import Voter

MOST_SLOTS = 10


class PollQuerySet(models.QuerySet["Poll"]):
    def of(self, reference: str) -> Self:
        """The polls of one commission, the newest first. Nothing has an empty reference."""
        return self.filter(about=reference) if reference else self.none()

    def open(self) -> Self:
        return self.filter(status=Poll.Status.OPEN)

    def for_page(self) -> Self:
        """With all that its table shows, in a fixed number of queries."""
        return self.select_related("asked_by", "chosen").prefetch_related(
            "slots", "voters__votes", "slots__holds__resource", "resources"
        )


class Poll(Stateful):
    """Slots offered to people, who say of each: yes, if need be, or no.

    - **open**: people answer until `closes_at`, and may change their answer. Every slot is held in the
      diaries of its resources, so that staff see it, until `expires_at`: time to choose.
    - **closed**: nothing chosen, by staff or because its time ran out. Nothing is held any more; a slot may
      still be chosen, if it is free.
    - **settled**: a slot was chosen and booked. An end.

    A poll may run before funding is agreed; the meeting it leads to is booked by the trade's own rule (R3).
    `title` and `about` hold references only (R8).
    """

    class Status(models.TextChoices):
        OPEN = "open", "Open"
        CLOSED = "closed", "Closed"
        SETTLED = "settled", "Settled"

    TRANSITIONS: ClassVar[dict[str, set[str]]] = {
        Status.OPEN: {Status.CLOSED, Status.SETTLED},
        Status.CLOSED: {Status.SETTLED},
    }
    LOGGED: ClassVar[dict[str, str]] = {
        Status.CLOSED: "Date poll closed",
        Status.SETTLED: "Date chosen from the poll",
    }

    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    title = models.CharField(max_length=150, help_text="A reference, never a person's details.")
    about = models.CharField("reference", max_length=20, db_index=True)
    closes_at = models.DateTimeField("answers close")
    expires_at = models.DateTimeField("slots are held until")
    place = models.CharField(max_length=300, blank=True)
    video_url = models.URLField("video link", max_length=500, blank=True)
    dial_in = models.CharField("dial-in", max_length=200, blank=True)
    joining = models.TextField("how to join", blank=True)
    resources = models.ManyToManyField(Resource, blank=True, related_name="polls")
    chosen = models.ForeignKey(
        "Slot", models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    chosen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    meeting = models.ForeignKey(
        Meeting, models.SET_NULL, null=True, blank=True, editable=False, related_name="polls"
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = PollQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = "date poll"
        indexes = [models.Index(fields=["status", "expires_at"], name="poll_to_expire")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=["open", "closed", "settled"]), name="poll_status_known"
            ),
            models.UniqueConstraint(
                fields=["about"], condition=models.Q(status="open"), name="one_open_poll_for_a_commission"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def takes_answers(self) -> bool:
        return self.status == self.Status.OPEN and timezone.now() < self.closes_at

    @property
    def asked(self) -> list[Voter]:
        """Those asked now, needed people first (of the prefetched rows, if any)."""
        rows = (voter for voter in self.voters.all() if voter.taken_off_at is None)
        return sorted(rows, key=lambda v: (not v.is_required, v.pk))

    @property
    def unanswered(self) -> list[Voter]:
        return [voter for voter in self.asked if voter.answered_at is None]

    @property
    def answers(self) -> str:
        """2 of 3 have answered."""
        asked = self.asked
        return f"{sum(v.answered_at is not None for v in asked)} of {len(asked)} have answered"

    @property
    def meeting_when(self) -> str:
        """When the meeting is that the poll led to: it may have been moved since."""
        return self.meeting.when if self.meeting else str(self.chosen)

    def taken(self) -> dict[int, list[Resource]]:
        """By slot, the wanted resources that are booked for something else then (R3), in one query."""
        slots = list(self.slots.all())
        if not slots:
            return {}
        elsewhere = Reservation.objects.exclude(meeting=self.meeting_id)  # what the poll itself led to
        booked = elsewhere.filter(
            active=True,
            resource__in=[resource.pk for resource in self.resources.all()],
            starts_at__lt=max(slot.ends_at for slot in slots),
            ends_at__gt=min(slot.starts_at for slot in slots),
        ).select_related("resource")
        found: dict[int, list[Resource]] = {slot.pk: [] for slot in slots}
        for one in booked:
            for slot in slots:
                if one.starts_at < slot.ends_at and one.ends_at > slot.starts_at:
                    found[slot.pk].append(one.resource)
        return found


class Slot(models.Model):
    """One time that is offered."""

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="slots")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        ordering = ["starts_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["poll", "starts_at"], name="slot_offered_once"),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="slot_ends_after_it_starts"
            ),
        ]

    def __str__(self) -> str:
        return self.when

    @property
    def when(self) -> str:
        return times.spoken_span(self.starts_at, self.ends_at)

    @property
    def is_past(self) -> bool:
        return self.starts_at <= timezone.now()
