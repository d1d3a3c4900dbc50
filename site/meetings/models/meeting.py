"""Some people, at one time, somewhere."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Self
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.utils import timezone

from changes.models import Stateful
from meetings import itip, times
from provider.models import Provider

if TYPE_CHECKING:
    from meetings.models.attendee import Attendee
    from meetings.models.resource import Resource


def new_uid() -> str:
    """Unique in the world and for the meeting's life (RFC 5545 section 3.8.4.7, RFC 7986 section 5.3)."""
    return f"{uuid.uuid4()}@{urlsplit(settings.BASE_URL).hostname}"


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def upcoming(self) -> Self:
        """Not over and not called off, the next first."""
        return self.filter(status=Meeting.Status.CONFIRMED, ends_at__gte=timezone.now()).order_by("starts_at")

    def diary_order(self) -> Self:
        """What is to come, the next first; then what is over or off, the latest first."""
        to_come = models.Q(status=Meeting.Status.CONFIRMED, ends_at__gte=timezone.now())
        return self.order_by(
            models.Case(models.When(to_come, then=0), default=1),
            models.Case(models.When(to_come, then=models.F("starts_at"))),
            models.F("starts_at").desc(),
            "pk",
        )

    def for_page(self) -> Self:
        """With all that a list or a page shows, in a fixed number of queries."""
        return self.prefetch_related("attendees", "reservations__resource")


class Meeting(Stateful):
    """Some people, at one time, somewhere.

    - **confirmed**: booked; everybody invited has it in their calendar, and its resources are reserved.
    - **held**: it took place. An end.
    - **cancelled**: called off; everybody was sent a CANCEL, its resources are free. An end.

    The title carries a reference, never a person's details (R8): it goes into calendars we do not keep.
    """

    class Status(models.TextChoices):
        CONFIRMED = "confirmed", "Confirmed"
        HELD = "held", "Held"
        CANCELLED = "cancelled", "Cancelled"

    TRANSITIONS: ClassVar[dict[str, set[str]]] = {Status.CONFIRMED: {Status.HELD, Status.CANCELLED}}
    LOGGED: ClassVar[dict[str, str]] = {Status.HELD: "Meeting held", Status.CANCELLED: "Meeting cancelled"}

    status = models.CharField(max_length=10, choices=Status, default=Status.CONFIRMED)
    uid = models.CharField("UID", max_length=255, default=new_uid, editable=False, db_index=True)
    series = models.ForeignKey(
        "meetings.Series", models.CASCADE, null=True, blank=True, editable=False, related_name="meetings"
    )
    recurrence_id = models.DateTimeField(
        "RECURRENCE-ID",
        null=True,
        blank=True,
        editable=False,
        help_text="Of a series: the start that the rule gave it, which names it however often it moves.",
    )
    sequence = models.PositiveIntegerField("SEQUENCE", default=0, editable=False)
    timed_sequence = models.PositiveIntegerField(
        default=0,
        editable=False,
        help_text="The SEQUENCE that last changed the time: an answer to an earlier one is out of date.",
    )
    title = models.CharField(max_length=150, help_text="A reference, never a person's details.")
    about = models.CharField(
        "reference", max_length=20, blank=True, db_index=True, help_text="What it is for, such as C-26-7K4M."
    )
    starts_at = models.DateTimeField("starts", db_index=True)
    ends_at = models.DateTimeField("ends")
    place = models.CharField(max_length=300, blank=True)
    video_url = models.URLField("video link", max_length=500, blank=True)
    dial_in = models.CharField("dial-in", max_length=200, blank=True, default="", db_default="")
    joining = models.TextField("directions and how to join", blank=True)
    agenda = models.TextField(
        blank=True,
        default="",
        db_default="",
        help_text="Shown on the meeting’s pages; never mailed or put into a calendar (R8).",
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    stamped_at = models.DateTimeField(
        default=timezone.now, editable=False, help_text="When the last calendar revision was made (DTSTAMP)."
    )

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="meeting_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=["confirmed", "held", "cancelled"]),
                name="meeting_status_known",
            ),
            models.UniqueConstraint(fields=["uid"], condition=models.Q(series=None), name="meeting_uid_once"),
            models.UniqueConstraint(
                fields=["series", "recurrence_id"],
                condition=~models.Q(status="cancelled"),
                name="one_meeting_for_a_date_of_a_series",
            ),
            models.CheckConstraint(
                condition=models.Q(series=None, recurrence_id=None)
                | models.Q(series__isnull=False, recurrence_id__isnull=False),
                name="meeting_of_a_series_has_its_date",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def when(self) -> str:
        """Tuesday 24 November 2026, 10am to 12 noon."""
        return times.spoken_span(self.starts_at, self.ends_at)

    @property
    def kind(self) -> str:
        """The title without its reference, which pages set apart."""
        return self.title.removesuffix(self.about).rstrip() if self.about else self.title

    @property
    def planned_start(self) -> datetime:
        """Of a series: the start that the rule gave it, however often it has moved since."""
        return self.recurrence_id or self.starts_at

    @property
    def minutes(self) -> int:
        return round((self.ends_at - self.starts_at).total_seconds() / 60)

    @property
    def file_name(self) -> str:
        """Of the calendar file: the reference and nothing else (R8)."""
        return f"meeting-{self.about or self.pk}.ics"

    @property
    def answers(self) -> str:
        """2 of 3 coming."""
        invited = self.invited
        coming = sum(a.partstat == a.Partstat.ACCEPTED for a in invited)
        return f"{coming} of {len(invited)} coming"

    @property
    def has_started(self) -> bool:
        return timezone.now() >= self.starts_at

    @property
    def is_over(self) -> bool:
        return timezone.now() >= self.ends_at

    @property
    def invited(self) -> list[Attendee]:
        """Those invited now, in the order they were first invited (of the prefetched rows, if any)."""
        return sorted((a for a in self.attendees.all() if a.uninvited_at is None), key=lambda a: a.pk)

    @property
    def resources(self) -> list[Resource]:
        """What is reserved for it now."""
        return [r.resource for r in self.reservations.all() if r.active]

    def happening(self) -> itip.Happening:
        """The meeting as calendars are told of it."""
        provider = Provider.load()
        return itip.Happening(
            uid=self.uid,
            sequence=self.sequence,
            created_at=self.created_at,
            stamped_at=self.stamped_at,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            title=self.title,
            description=self.directions(provider),
            place=self.place,
            video_url=self.video_url,
            organiser=itip.Person(provider.name, provider.email),
            people=tuple(a.person() for a in self.invited),
            cancelled=self.status == self.Status.CANCELLED,
            recurrence_id=self.recurrence_id,
        )

    def directions(self, provider: Provider) -> str:
        """How to join and whom to ask: the text of the calendar entry."""
        parts = []
        if self.video_url:
            parts.append(f"Join by video: {self.video_url}")
        if self.dial_in:
            parts.append(f"Join by phone: {self.dial_in}")
        if self.joining:
            parts.append(self.joining)
        parts.append(f"Questions: {provider.name}, {provider.phone}, {provider.email}")
        return "\n\n".join(parts)
