"""The timeline: Wagtail's own log, written by every act."""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.db import models
from wagtail.log_actions import log


def record(instance: models.Model, action: str, *, by: object, **data: object) -> None:
    """Log that `by` (a user, a contact without an account, or None for Fingerpost itself) did `action`.

    `data` holds references and reasons, never a child's details (R8). The action's name has to be
    registered: `<model>.<status>` of every Stateful is, others by their app's `wagtail_hooks.py`.
    """
    kept = {name: value for name, value in data.items() if value not in ("", None)}
    user = by if isinstance(by, get_user_model()) else None
    if user is None and by is not None:
        kept["by"] = str(by)
    log(instance=instance, action=action, user=user, data=kept)
