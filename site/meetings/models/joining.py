"""What people say so that they can take part: what access they need, and that they are running late."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone

from changes.sealing import EncryptedTextField
from meetings.models.attendee import Attendee
from meetings.models.meeting import Meeting

LATE_FROM = timedelta(hours=2)  # before the start


class AccessNeeds(models.Model):
    """What one attendee needs to take part. Encrypted, for staff alone: never mailed or put into a calendar."""

    attendee = models.OneToOneField(Attendee, models.CASCADE, related_name="access_needs")
    text = EncryptedTextField()
    told_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "access needs"

    def __str__(self) -> str:
        return f"access needs of {self.attendee}"


class LateNote(models.Model):
    """Somebody is running late: an attendee tells us, or, without one, we told everybody."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="late_notes")
    attendee = models.ForeignKey(Attendee, models.CASCADE, null=True, blank=True, related_name="late_notes")
    told_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    minutes = models.PositiveSmallIntegerField()
    note = EncryptedTextField(blank=True, default="")
    told_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-told_at", "-pk"]

    def __str__(self) -> str:
        who = "We are" if self.attendee is None else f"{self.attendee} is"
        return f"{who} about {self.minutes} minute{'' if self.minutes == 1 else 's'} late"


def takes_late_notes(meeting: Meeting) -> bool:
    """From two hours before the start until the end, while it stands."""
    soon = timezone.now() >= meeting.starts_at - LATE_FROM
    return meeting.status == Meeting.Status.CONFIRMED and soon and not meeting.is_over
