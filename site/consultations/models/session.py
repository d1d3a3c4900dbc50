"""One session of a batch: when, what for, what it touched on, and the note shared back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting

from accounts.people import proved_addresses
from changes.models import Stateful
from consultations.models.batch import Batch
from consultations.models.consultation import Consultation
from meetings.models import Attendee, Meeting
from provider.working_days import working_days_between
from vault.fields import EncryptedTextField

if TYPE_CHECKING:
    from accounts.models import User


@register_setting(icon="calendar-check", order=12)
class BatchSettings(BaseGenericSetting):
    """How this service runs its batches."""

    late_notice_days = models.PositiveSmallIntegerField(
        "working days of notice to cancel a session",
        default=2,
        help_text="A session that the team cancels later than that is used. Staff may give it back with a reason.",
    )
    valid_months = models.PositiveSmallIntegerField(
        "months in which to hold the sessions", default=12, help_text="From the day the cost is agreed."
    )
    expiry_notice_days = models.PositiveSmallIntegerField(
        "days before a batch runs out to remind the team", default=45
    )
    least_shown = models.PositiveSmallIntegerField(
        "smallest number a themes report prints",
        default=3,
        validators=[MinValueValidator(3, message="Enter 3 or more: 1 or 2 point to somebody.")],
        help_text="A smaller one could point to one child or one worker, so it is told as “fewer than”.",
    )
    items_kept_months = models.PositiveSmallIntegerField(
        "months to keep what was brought to sessions",
        default=6,
        help_text="From the day the batch ended. Notes shared back are kept with the batch.",
    )

    class Meta:
        verbose_name = "batch consultations"


class Theme(models.Model):
    """What a session may touch on, from a list that staff keep: the themes report counts by these."""

    title = models.CharField(max_length=80, unique=True)
    position = models.PositiveSmallIntegerField(default=0)

    panels = [FieldPanel("title")]

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title


class BatchSessionQuerySet(models.QuerySet["BatchSession"]):
    def readable_by(self, user: User) -> Self:
        """Of a batch of theirs, or one they are invited to by an address they have proved (R9)."""
        invited = Attendee.objects.filter(
            Q(user=user) | Q(email__in=proved_addresses(user)),
            meeting=models.OuterRef("meeting"),
            uninvited_at=None,
        )
        return self.filter(Q(batch__in=Batch.objects.visible_to(user).values("pk")) | models.Exists(invited))


class BatchSession(Stateful):
    """One session drawn from a batch. Its time, place and people are its meeting's.

    * **Booked**: a date stands; it counts as booked.
    * **Held**: it took place; it is used.
    * **Cancelled**: called off in time, by us, or given back: it counts again as left.
    * **Cancelled late**: the team called it off with less notice than agreed; it is used.
    * **Given to a case**: turned into a one-off consultation, which needs no quote of its own; it is used.
    """

    class Status(models.TextChoices):
        BOOKED = "booked", "Booked"
        HELD = "held", "Held"
        CANCELLED = "cancelled", "Cancelled"
        LATE = "late", "Cancelled late"
        TRANSFERRED = "transferred", "Given to a case"

    TRANSITIONS = {
        Status.BOOKED: {Status.HELD, Status.CANCELLED, Status.LATE, Status.TRANSFERRED},
        Status.LATE: {Status.CANCELLED},
        Status.TRANSFERRED: {Status.CANCELLED},
    }
    LOGGED = {
        Status.BOOKED: "{} booked",
        Status.HELD: "{} held",
        Status.CANCELLED: "{} cancelled, not used",
        Status.LATE: "{} cancelled late, used",
        Status.TRANSFERRED: "{} given to a case",
    }
    USED = (Status.HELD, Status.LATE, Status.TRANSFERRED)
    RETURNABLE = (Status.LATE, Status.TRANSFERRED)

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="sessions", editable=False)
    number = models.PositiveSmallIntegerField(editable=False)
    status = models.CharField(max_length=12, choices=Status, default=Status.BOOKED, editable=False)
    meeting = models.OneToOneField(
        Meeting, models.PROTECT, null=True, related_name="batch_session", editable=False
    )
    consultation = models.OneToOneField(
        Consultation, models.PROTECT, null=True, related_name="drawn", editable=False
    )
    purpose = models.CharField(max_length=20, choices=Batch.Purpose)
    focus = EncryptedTextField("what this session is about", blank=True, default="")
    themes = models.ManyToManyField(Theme, blank=True, related_name="sessions")
    came = models.PositiveSmallIntegerField("how many came", null=True, blank=True)
    note = EncryptedTextField(blank=True, default="")
    note_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    note_shared_at = models.DateTimeField(null=True, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[Any] = BatchSessionQuerySet.as_manager()

    class Meta:
        ordering = ["batch", "number"]
        verbose_name = "session"
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="session_numbered_once")]

    def __str__(self) -> str:
        return f"Session {self.number}"

    @property
    def title(self) -> str:
        return f"{self.batch.title}, session {self.number}"

    @property
    def is_booked(self) -> bool:
        return self.status == self.Status.BOOKED

    @property
    def is_used(self) -> bool:
        return self.status in self.USED

    @property
    def tone(self) -> str:
        """The colour of its tag, beside its word."""
        return {self.Status.BOOKED: "hedge", self.Status.LATE: "clay"}.get(self.Status(self.status), "slate")

    @property
    def takes_items(self) -> bool:
        """What to bring may be said until the session begins."""
        return self.is_booked and self.meeting is not None and not self.meeting.has_started

    @property
    def has_shared_note(self) -> bool:
        return self.note_shared_at is not None

    def is_late_notice(self, notice_days: int) -> bool:
        """Fewer than `notice_days` working days lie between today and the session."""
        if self.meeting is None:
            return False
        on = timezone.localdate(self.meeting.starts_at)
        return working_days_between(timezone.localdate(), on) < notice_days

    def missing_for_holding(self) -> list[str]:
        if not self.is_booked or self.meeting is None:
            return [f"This session is {self.get_status_display().lower()} already."]
        if self.meeting.status == Meeting.Status.CANCELLED:
            return ["Its meeting was called off in the diary, so it was not held."]
        if not self.meeting.has_started:
            return [f"It starts {self.meeting.when}."]
        return []

    def missing_for_note(self) -> list[str]:
        """A note is of a session that took place."""
        return [] if self.status == self.Status.HELD else ["The session has not been held yet."]


class SessionItem(models.Model):
    """Something the team brings to a session, told so that nobody can tell of whom."""

    session = models.ForeignKey(BatchSession, models.CASCADE, related_name="items", editable=False)
    text = EncryptedTextField("what you want to bring")
    added_at = models.DateTimeField(auto_now_add=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)

    class Meta:
        ordering = ["pk"]
        verbose_name = "item"

    def __str__(self) -> str:
        return f"Item {self.pk}"
