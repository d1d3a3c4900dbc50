"""Who may read the issued report besides the referrer: people named one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from consultations.models.consultation import Consultation

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class RecipientQuerySet(models.QuerySet["Recipient"]):
    def standing(self) -> RecipientQuerySet:
        return self.filter(revoked_at=None)

    def of(self, user: User | AnonymousUser) -> RecipientQuerySet:
        """Those that this person is, by a mailbox they have proved to read (R9)."""
        if not user.is_authenticated:
            return self.none()
        proved = EmailAddress.objects.filter(user=user, verified=True).annotate(lower=Lower("email"))
        return self.standing().alias(lower=Lower("email")).filter(lower__in=proved.values("lower"))


class Recipient(models.Model):
    """One person who may read every issued version of one case's report, until that is taken back.

    They are known by their mailbox: whoever signs in and has proved it is theirs reads the report. Somebody
    without an account makes one with that address first, so that each reading has a name (R9).
    """

    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="recipients", editable=False)
    name = models.CharField(max_length=150)
    email = models.EmailField("work email")
    named_at = models.DateTimeField(default=timezone.now, editable=False)
    named_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    revoked_at = models.DateTimeField(null=True, editable=False)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )

    objects = RecipientQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint("consultation", Lower("email"), name="recipient_named_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_standing(self) -> bool:
        return self.revoked_at is None
