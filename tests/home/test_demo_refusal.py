"""`manage.py demo` outside the demonstration."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User


def test_outside_demo_mode_nothing_is_loaded(db):
    with pytest.raises(CommandError, match="This is not a demonstration"):
        call_command("demo")
    assert not User.objects.exists()
