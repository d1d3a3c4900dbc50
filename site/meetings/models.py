"""Meetings, who is invited, and whom or what they need: the diary that nobody double-books (R3)."""

from __future__ import annotations

import uuid
from typing import ClassVar, Self
from urllib.parse import urlsplit

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from changes.models import Stateful
from meetings import itip, times
from organisations.models import Contact
from provider.models import Provider

_reply_signer = Signer(salt="meetings.reply")


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
    uid = models.CharField("UID", max_length=255, unique=True, default=new_uid, editable=False)
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
    joining = models.TextField("how to join", blank=True)
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
        coming = sum(a.partstat == Attendee.Partstat.ACCEPTED for a in invited)
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
        )

    def directions(self, provider: Provider) -> str:
        """How to join and whom to ask: the text of the calendar entry."""
        parts = []
        if self.video_url:
            parts.append(f"Join by video: {self.video_url}")
        if self.joining:
            parts.append(self.joining)
        parts.append(f"Questions: {provider.name}, {provider.phone}, {provider.email}")
        return "\n\n".join(parts)


class AttendeeQuerySet(models.QuerySet["Attendee"]):
    def by_token(self, token: str) -> Attendee:
        """The attendee whose mail carried this signed link. Raises DoesNotExist for any other text."""
        try:
            pk = int(_reply_signer.unsign(token))
        except (BadSignature, ValueError) as error:
            raise Attendee.DoesNotExist from error
        return self.select_related("meeting").get(pk=pk)


class Attendee(models.Model):
    """A person invited to a meeting: one row each, also when taken off and invited again."""

    class Partstat(models.TextChoices):
        """RFC 5545 section 3.2.12, in people's words."""

        NEEDS_ACTION = "NEEDS-ACTION", "No answer yet"
        ACCEPTED = "ACCEPTED", "Coming"
        TENTATIVE = "TENTATIVE", "Perhaps"
        DECLINED = "DECLINED", "Not coming"

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="attendees")
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, blank=True, related_name="+")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="attendances"
    )
    name = models.CharField(max_length=150)
    email = models.EmailField()
    role = models.CharField("part in the meeting", max_length=60, blank=True)
    is_required = models.BooleanField("is needed", default=True)
    partstat = models.CharField("answer", max_length=12, choices=Partstat, default=Partstat.NEEDS_ACTION)
    rsvp_at = models.DateTimeField("answered at", null=True, blank=True)
    invited_at = models.DateTimeField(default=timezone.now)
    thread_id = models.CharField(
        "Message-ID of the invite",
        max_length=200,
        blank=True,
        editable=False,
        help_text="What follows is mailed as a reply to it, so that mail programs keep them together.",
    )
    uninvited_at = models.DateTimeField(null=True, blank=True)

    objects = AttendeeQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint("meeting", Lower("email"), name="invited_once_to_a_meeting"),
        ]

    def __str__(self) -> str:
        return self.name

    def person(self) -> itip.Person:
        return itip.Person(self.name, self.email, required=self.is_required, partstat=self.partstat)

    @property
    def reply_token(self) -> str:
        return _reply_signer.sign(str(self.pk))


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
