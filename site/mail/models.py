"""The outbox: a row for every email, written in the transaction of the change that caused it (idea 4)."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from changes.models import Stateful
from changes.sealing import EncryptedTextField

# A queued job that no worker has taken up for so long was lost with a crash: the sweep queues it again.
LOST_AFTER = timedelta(minutes=3)


class MessageQuerySet(models.QuerySet["Message"]):
    def unsent(self) -> MessageQuerySet:
        return self.filter(status__in=[Message.Status.QUEUED, Message.Status.RETRYING])

    def due(self) -> MessageQuerySet:
        """Unsent, its time has come, and no worker holds it."""
        now = timezone.now()
        free = Q(claimed_until=None) | Q(claimed_until__lt=now)
        return self.unsent().filter(free, next_attempt_at__lte=now)

    def to_sweep(self) -> MessageQuerySet:
        """Due, with no job on the way: its retry has come, or the job was lost."""
        return self.due().filter(
            Q(queued_at__lt=F("next_attempt_at")) | Q(queued_at__lt=timezone.now() - LOST_AFTER)
        )

    def dead(self) -> MessageQuerySet:
        return self.filter(status=Message.Status.DEAD)

    def without_bodies(self) -> MessageQuerySet:
        """For lists: nothing to decrypt."""
        return self.defer("text", "html", "calendar", "headers")


class Message(Stateful):
    """One email to one person.

    - **queued**: written, its delivery queued in the same transaction.
    - **retrying**: the mail server did not take it; tried again at `next_attempt_at`.
    - **sent**: the mail server took it. Staff may send it again, which queues it.
    - **dead**: refused for good, or by every attempt: staff see it on their home and decide.

    `message_id` is fixed here, so whatever is sent twice is recognisably the same message (R10).
    Subject and file names carry references only (R8). Bodies are encrypted at rest; a `sensitive` one
    (a code, a personal link) is never shown to staff and is wiped once delivered, except in demo mode.
    """

    class Status(models.TextChoices):
        QUEUED = "queued", "Queued"
        RETRYING = "retrying", "Trying again"
        SENT = "sent", "Sent"
        DEAD = "dead", "Not delivered"

    TRANSITIONS: ClassVar[dict[str, set[str]]] = {
        Status.QUEUED: {Status.SENT, Status.RETRYING, Status.DEAD},
        Status.RETRYING: {Status.SENT, Status.RETRYING, Status.DEAD, Status.QUEUED},
        Status.SENT: {Status.QUEUED},
        Status.DEAD: {Status.QUEUED},
    }

    status = models.CharField(max_length=10, choices=Status, default=Status.QUEUED)
    template = models.CharField(max_length=100)
    to = models.EmailField("recipient", max_length=254)
    name = models.CharField("recipient's name", max_length=150, blank=True)
    subject = models.CharField(max_length=200)
    text = EncryptedTextField(blank=True)
    html = EncryptedTextField(blank=True)
    calendar = models.BinaryField(null=True, blank=True)
    method = models.CharField(
        max_length=20, blank=True, help_text="METHOD of the calendar object (RFC 5546)."
    )
    headers = models.JSONField(default=dict, blank=True)
    about = models.CharField("reference", max_length=40, blank=True, db_index=True)
    key = models.CharField(max_length=150, unique=True, null=True, blank=True)
    sensitive = models.BooleanField(default=False)
    message_id = models.CharField(max_length=200, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    queued_at = models.DateTimeField(default=timezone.now)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    claimed_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    resends = models.PositiveSmallIntegerField("times sent again by staff", default=0)
    last_error = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    wiped_at = models.DateTimeField(null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = "email"
        ordering = ["-created_at", "-pk"]
        permissions = [("resend_message", "Can send an email again")]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                name="mail_unsent",
                condition=Q(status__in=["queued", "retrying"]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject} to {self.to}"

    @property
    def is_readable(self) -> bool:
        """May staff see its body? Never a code or a personal link, except in the demonstration."""
        return not self.wiped_at and (not self.sensitive or settings.DEMO)

    @property
    def can_be_resent(self) -> bool:
        return self.can_move_to(self.Status.QUEUED) and not self.wiped_at
