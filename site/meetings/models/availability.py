"""When a person, room or link can be asked for: hours, leave, and what their outside calendars say."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel

from changes.sealing import EncryptedTextField
from meetings import times
from meetings.availability.days import MIDNIGHT, at
from meetings.availability.intervals import Span
from meetings.models.resource import Resource

LONGEST_LEAVE = timedelta(days=400)


class WorkingHours(models.Model):
    """One span of one weekday, London time. A weekday may have several; with none at all, the office's hours."""

    class Weekday(models.IntegerChoices):
        MONDAY = 0, "Monday"
        TUESDAY = 1, "Tuesday"
        WEDNESDAY = 2, "Wednesday"
        THURSDAY = 3, "Thursday"
        FRIDAY = 4, "Friday"
        SATURDAY = 5, "Saturday"
        SUNDAY = 6, "Sunday"

    resource = ParentalKey(Resource, on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField("day", choices=Weekday, default=Weekday.MONDAY)
    starts = models.TimeField("from", default=time(9))
    ends = models.TimeField("until", default=time(17))

    panels = [FieldRowPanel([FieldPanel("weekday"), FieldPanel("starts"), FieldPanel("ends")])]

    class Meta:
        ordering = ["weekday", "starts"]
        verbose_name = verbose_name_plural = "working hours"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends__gt=models.F("starts")),
                name="hours_end_after_they_start",
                violation_error_message="These hours have to end after they start. Choose a later end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()}, {self.starts:%H:%M} to {self.ends:%H:%M}"

    def on(self, day: date) -> Span:
        """These hours on one day. An hour that the clocks skip counts from when they have jumped."""
        return Span(at(day, self.starts), at(day, self.ends))


class LeaveQuerySet(models.QuerySet["Leave"]):
    def between(self, start: date, end: date) -> Self:
        """What touches a day from `start` to `end`, both included."""
        return self.filter(first_on__lte=end, last_on__gte=start)


class Leave(models.Model):
    """Days or hours when a person is not there, or a room cannot be used. Colleagues read one neutral word."""

    class Word(models.TextChoices):
        AWAY = "away", "Away"
        COURSE = "course", "On a course"
        ELSEWHERE = "elsewhere", "On other work"
        CLOSED = "closed", "Not in use"

    resource = ParentalKey(Resource, on_delete=models.CASCADE, related_name="leave")
    word = models.CharField(
        "what colleagues read", max_length=10, choices=Word, default=Word.AWAY, help_text="Never the reason."
    )
    first_on = models.DateField("first day")
    last_on = models.DateField("last day")
    starts = models.TimeField(
        "from", null=True, blank=True, help_text="On the first day. Leave it empty for the whole day."
    )
    ends = models.TimeField(
        "until", null=True, blank=True, help_text="On the last day. Leave it empty for the whole day."
    )

    objects = LeaveQuerySet.as_manager()

    panels = [
        FieldPanel("word"),
        FieldRowPanel([FieldPanel("first_on"), FieldPanel("last_on")]),
        FieldRowPanel([FieldPanel("starts"), FieldPanel("ends")]),
    ]

    class Meta:
        ordering = ["first_on", "pk"]
        verbose_name = verbose_name_plural = "leave"
        indexes = [models.Index(fields=["resource", "last_on"], name="leave_of_resource")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_on__gte=models.F("first_on")),
                name="leave_ends_after_it_starts",
                violation_error_message="The last day cannot be before the first. Choose a later last day",
            ),
        ]

    def __str__(self) -> str:
        return self.get_word_display()

    def clean(self) -> None:
        if not self.first_on or not self.last_on:
            return
        if self.last_on - self.first_on > LONGEST_LEAVE:
            raise ValidationError({"last_on": "Enter a last day within 400 days of the first"})
        if self.last_on == self.first_on and self.starts and self.ends and self.ends <= self.starts:
            raise ValidationError({"ends": "These hours have to end after they start. Choose a later end"})

    @property
    def is_whole_days(self) -> bool:
        return self.starts is None and self.ends is None

    def span(self) -> Span:
        end = at(self.last_on, self.ends) if self.ends else at(self.last_on + timedelta(days=1), MIDNIGHT)
        return Span(at(self.first_on, self.starts or MIDNIGHT), end)


class OutsideCalendar(models.Model):
    """A calendar kept elsewhere, from an address or a file. Only the busy times are kept, no titles (R8).

    What went wrong at the last reading stands in `problem`, in words for staff; the busy times of the last
    good reading stay.
    """

    resource = models.ForeignKey(Resource, models.CASCADE, related_name="outside")
    name = models.CharField(max_length=60)
    url = EncryptedTextField("address", blank=True, default="")
    read_at = models.DateTimeField("last read", null=True, blank=True)
    tried_at = models.DateTimeField("last tried", null=True, blank=True)
    problem = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_file(self) -> bool:
        return not self.url


class BusyTime(models.Model):
    """A span in which an outside calendar says busy. Nothing more is known, and nothing more is kept."""

    calendar = models.ForeignKey(OutsideCalendar, models.CASCADE, related_name="busy")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        ordering = ["starts_at", "pk"]
        indexes = [models.Index(fields=["calendar", "starts_at"], name="busy_of_calendar")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="busy_ends_after_it_starts"
            ),
        ]

    def __str__(self) -> str:
        return times.spoken_span(self.starts_at, self.ends_at)

    def span(self) -> Span:
        return Span(self.starts_at, self.ends_at)
