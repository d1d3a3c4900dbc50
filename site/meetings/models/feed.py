"""An address at which a calendar program reads meetings, again and again."""

from __future__ import annotations

import hashlib
import secrets
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone

PERMISSION = "meetings.view_meeting"


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


class FeedQuerySet(models.QuerySet["Feed"]):
    def of(self, user: models.Model, kind: str) -> Self:
        return self.filter(user=user, kind=kind)


class Feed(models.Model):
    """One member of staff's address for one kind of feed. A new one replaces the old.

    Only the digest of the secret is kept: whoever reads our tables cannot read anybody's feed.
    """

    class Kind(models.TextChoices):
        MINE = "mine", "Your meetings"
        TEAM = "team", "Everybody’s meetings"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="feeds")
    kind = models.CharField(max_length=4, choices=Kind)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(default=timezone.now)

    objects = FeedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="one_feed_of_a_kind")]

    def __str__(self) -> str:
        return self.get_kind_display()

    @staticmethod
    def new_secret() -> str:
        """32 random bytes, URL-safe: shown once, then only its digest is left."""
        return secrets.token_urlsafe(32)
