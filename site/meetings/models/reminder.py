"""When those invited are reminded of a meeting."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.utils import timezone

from meetings.models.meeting import Meeting


class ReminderQuerySet(models.QuerySet["Reminder"]):
    def unsent(self) -> Self:
        return self.filter(sent_at=None)

    def due(self) -> Self:
        """Their hour has come, and the meeting is still ahead."""
        now = timezone.now()
        ahead = {"meeting__status": Meeting.Status.CONFIRMED, "meeting__starts_at__gt": now}
        return self.unsent().filter(due_at__lte=now, **ahead).order_by("due_at", "pk")


class Reminder(models.Model):
    """One reminder of one meeting, to whoever is invited when its hour comes.

    The rows follow the meeting: made when it is booked, made anew when its time changes, gone when it is
    called off. A sent one stays. Whoever was taken off by then, or said no, is not written to.
    """

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="reminders")
    days = models.PositiveSmallIntegerField(help_text="Before the meeting, by the calendar in London.")
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        ordering = ["due_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "due_at"], name="one_reminder_at_a_time"),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="reminder_to_send", condition=models.Q(sent_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.days} days before {self.meeting}"
