"""Who is invited, and what they answered."""

from __future__ import annotations

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from meetings import itip
from meetings.models.meeting import Meeting
from organisations.models import Contact

_reply_signer = Signer(salt="meetings.reply")


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
        DELEGATED = "DELEGATED", "Sends somebody else"

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
    replied_sequence = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    replied_stamp = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text="DTSTAMP of the answer that stands: an earlier one that arrives late changes nothing.",
    )
    sends_instead = models.EmailField("sends instead", blank=True, default="", db_default="", editable=False)
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
        return itip.Person(
            self.name,
            self.email,
            required=self.is_required,
            partstat=self.partstat,
            delegated_to=self.sends_instead,
        )

    def of_series(self) -> AttendeeQuerySet:
        """This person's rows of all meetings of the series, this one's too, that are still to come."""
        return Attendee.objects.filter(
            meeting__series=self.meeting.series_id,
            meeting__status=Meeting.Status.CONFIRMED,
            meeting__ends_at__gt=timezone.now(),
            email__iexact=self.email,
            uninvited_at=None,
        ).exclude(meeting__series=None)

    def still_to_come(self) -> list[Attendee]:
        """Those rows with their meetings, in order; none when the meeting is not one of a series."""
        return (
            list(self.of_series().select_related("meeting").order_by("meeting"))
            if self.meeting.series_id
            else []
        )

    @property
    def reply_token(self) -> str:
        return _reply_signer.sign(str(self.pk))
