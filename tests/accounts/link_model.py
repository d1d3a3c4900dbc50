"""A scoped link of the tests' own, so that the idea is proved apart from any trade."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from accounts.links import ScopedLink


class TrialLink(ScopedLink):
    objects: ClassVar[models.Manager[TrialLink]] = models.Manager()

    class Meta:
        managed = False  # no migration makes its table: tests.databases does
        app_label = "accounts"
