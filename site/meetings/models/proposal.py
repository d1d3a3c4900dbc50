"""Another time that an attendee proposed from their calendar (METHOD:COUNTER)."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.utils import timezone

from changes.models import Stateful
from changes.sealing import EncryptedTextField
from meetings import times
from meetings.models.attendee import Attendee
from meetings.models.meeting import Meeting


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def waiting(self) -> Self:
        """Undecided, the oldest first, with all that `is_current` reads, in two queries."""
        return (
            self.filter(
                status=Proposal.Status.OPEN,
                sequence__gte=models.F("attendee__meeting__timed_sequence"),
                attendee__uninvited_at=None,
                attendee__meeting__status=Meeting.Status.CONFIRMED,
                attendee__meeting__ends_at__gt=timezone.now(),
            )
            .select_related("attendee__meeting")
            .prefetch_related("attendee__proposals")
            .order_by("received_at", "pk")
        )


class Proposal(Stateful):
    """A time proposed to staff.

    - **open**: nobody has decided. Out of date once the meeting has another time or is off, or its proposer
      has proposed a later one: a fact, read from those.
    - **accepted**: the meeting was moved to it. An end.
    - **declined**: the proposer was told no, in their calendar's own words. An end.
    """

    class Status(models.TextChoices):
        OPEN = "open", "Open"
        ACCEPTED = "accepted", "Accepted"
        DECLINED = "declined", "Declined"

    TRANSITIONS: ClassVar[dict[str, set[str]]] = {Status.OPEN: {Status.ACCEPTED, Status.DECLINED}}

    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    attendee = models.ForeignKey(Attendee, models.CASCADE, related_name="proposals")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    sequence = models.PositiveIntegerField(help_text="The SEQUENCE that it answers; a refusal echoes it.")
    stamp = models.DateTimeField("DTSTAMP")
    comment = EncryptedTextField(blank=True)
    received_at = models.DateTimeField(default=timezone.now)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["attendee", "sequence", "stamp"], name="proposal_taken_once"),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="proposal_ends_after_it_starts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.attendee}: {self.when}"

    @property
    def when(self) -> str:
        return times.spoken_span(self.starts_at, self.ends_at)

    @property
    def is_current(self) -> bool:
        """Is there something to decide?"""
        attendee, meeting = self.attendee, self.attendee.meeting
        return (
            self.status == self.Status.OPEN
            and meeting.status == Meeting.Status.CONFIRMED
            and attendee.uninvited_at is None
            and self.sequence >= meeting.timed_sequence
            and not any(p.stamp > self.stamp for p in attendee.proposals.all())
        )
