"""When the work on a case stands still, and why."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from changes.models import Stateful
from consultations.models.consultation import Consultation


class Pause(Stateful):
    """A stretch of time in which an accepted case waits for something outside, and its clock with it.

    A row of its own and no status of the case: funding and documents go on meanwhile, and a case may pause
    more than once.

    * **Standing**: the case waits. No meeting is booked and nothing is issued.
    * **Over**: what it waited for has come.
    """

    class Status(models.TextChoices):
        STANDING = "standing", "Standing"
        OVER = "over", "Over"

    class Why(models.TextChoices):
        SOCIAL_WORKER = (
            "social_worker",
            "No social worker is allocated any more, and a new one has to be named",
        )
        REFERRER = "referrer", "The referrer asked us to wait"
        POLICE = "police", "The police or a court asked us to wait"
        OTHER = "other", "Something else has to be settled first"

    TRANSITIONS = {Status.STANDING: {Status.OVER}}
    LOGGED = {Status.STANDING: "Case paused", Status.OVER: "Case goes on"}

    consultation = models.ForeignKey(Consultation, models.CASCADE, related_name="pauses", editable=False)
    status = models.CharField(max_length=10, choices=Status, default=Status.STANDING, editable=False)
    why = models.CharField(max_length=20, choices=Why, editable=False)
    note = models.CharField(max_length=250, blank=True, editable=False, help_text="No detail of the child.")
    started_at = models.DateTimeField(default=timezone.now, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["started_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["consultation"], condition=models.Q(status="standing"), name="one_pause_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return self.get_why_display()

    @property
    def reason(self) -> str:
        """In a sentence or two, for everybody on the case."""
        return f"{self.get_why_display()}. {self.note}".strip()
