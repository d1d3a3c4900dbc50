"""What the one meeting is to go through, and what came of it."""

from __future__ import annotations

from django.db import models
from wagtail.admin.panels import FieldPanel

from consultations.models.consultation import Consultation
from meetings.models import Attendee, Meeting
from vault.fields import EncryptedTextField


class AgendaTemplate(models.Model):
    """Points to go through, kept by staff and copied into a meeting when it is booked."""

    title = models.CharField(max_length=80, unique=True)
    points = models.TextField(help_text="One point a line. Nothing of any case.")
    position = models.PositiveSmallIntegerField(default=0)

    panels = [FieldPanel("title"), FieldPanel("points")]

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = "agenda"

    def __str__(self) -> str:
        return self.title


class MeetingRecord(models.Model):
    """The agenda, the notes and the pathway of one meeting of one case. Who came is in `Attendance`."""

    class Pathway(models.TextChoices):
        CHILD_PROTECTION = "child_protection", "Child protection"
        CRIMINAL_JUSTICE = "criminal_justice", "Criminal justice"
        BOTH = "both", "Child protection and criminal justice"
        EARLY_HELP = "early_help", "Early help"
        OUT_OF_COURT = "out_of_court", "Out of court"

    consultation = models.ForeignKey(
        Consultation, models.PROTECT, related_name="meeting_records", editable=False
    )
    meeting = models.OneToOneField(Meeting, models.PROTECT, related_name="record", editable=False)
    agenda = EncryptedTextField(blank=True)
    notes = EncryptedTextField(blank=True)
    also_there = EncryptedTextField("who else was there", blank=True)
    pathway = models.CharField(max_length=20, choices=Pathway, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"Record of the meeting of {self.consultation}"

    @property
    def points(self) -> list[str]:
        return [line.strip() for line in self.agenda.splitlines() if line.strip()]


class Attendance(models.Model):
    """Whether one person who was invited came."""

    class Came(models.TextChoices):
        CAME = "came", "Came"
        APOLOGIES = "apologies", "Sent apologies"
        ABSENT = "absent", "Did not come"

    record = models.ForeignKey(MeetingRecord, models.CASCADE, related_name="attendances", editable=False)
    attendee = models.ForeignKey(Attendee, models.PROTECT, related_name="+", editable=False)
    came = models.CharField(max_length=10, choices=Came)

    class Meta:
        ordering = ["attendee"]
        constraints = [
            models.UniqueConstraint(fields=["record", "attendee"], name="attendance_once_a_person")
        ]

    def __str__(self) -> str:
        return f"{self.attendee}: {self.get_came_display()}"
