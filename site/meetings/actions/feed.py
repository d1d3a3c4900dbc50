"""Getting, replacing and turning off the address of one's feed."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from changes.log import record
from changes.refusals import Stale
from meetings.models import Feed
from meetings.models.feed import digest


@transaction.atomic
def make_address(user: User, kind: str) -> str:
    """A new secret for this person's feed, which ends any earlier one. Given back once, never kept."""
    secret = Feed.new_secret()
    feed, _ = Feed.objects.update_or_create(
        user=user, kind=kind, defaults={"token_hash": digest(secret), "made_at": timezone.now()}
    )
    record(user, "feed.made", by=user, feed=feed.get_kind_display())
    return secret


@transaction.atomic
def turn_off(user: User, kind: str) -> None:
    """From now on the address answers nothing. Stale when it was off."""
    if not Feed.objects.of(user, kind).delete()[0]:
        raise Stale("This address is off already. Nothing was done.")
    record(user, "feed.turned_off", by=user, feed=Feed.Kind(kind).label)
