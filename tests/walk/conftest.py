"""The demonstration, loaded once for the files of this folder, in a transaction that is rolled back at their end."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import datetime

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import client, override_settings
from django.utils import timezone

DEMONSTRATION = {
    "DEMO": True,
    "RELAXED": True,
    "STAFF_SECOND_FACTOR": False,
    "CLAMD": "",
    "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
}


@pytest.fixture(scope="package")
def loaded(django_db_setup, django_db_blocker) -> Iterator[tuple[datetime, str]]:
    """The moment it was begun and what it said."""
    said = io.StringIO()
    with django_db_blocker.unblock(), override_settings(**DEMONSTRATION), transaction.atomic():
        begun = timezone.now()
        call_command("demo", stdout=said)
        yield begun, said.getvalue()
        transaction.set_rollback(True)


@pytest.fixture
def demo(loaded, db, settings) -> tuple[datetime, str]:
    for name, value in DEMONSTRATION.items():
        setattr(settings, name, value)
    return loaded


@pytest.fixture(autouse=True)
def _no_contexts(monkeypatch):
    """Nobody looks at the templates and contexts of these answers, and keeping a copy of each is half the work."""
    monkeypatch.setattr(client, "store_rendered_templates", lambda *args, **kwargs: None)
