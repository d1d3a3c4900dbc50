"""The claims of once-only forms."""

from __future__ import annotations

from django.db import models


class Submission(models.Model):
    """One form, sent once. Its row is the claim: whoever inserts it first does the thing.

    `key` is a digest of the token, the address and the person; `body` one of the answers. `location` is
    where the first was sent on to, empty while it still runs; `said` what it was told.
    Forgotten after a week.
    """

    key = models.CharField(max_length=64, unique=True)
    body = models.CharField(max_length=64)
    location = models.TextField(blank=True)
    said = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    def __str__(self) -> str:
        return self.key[:8]
