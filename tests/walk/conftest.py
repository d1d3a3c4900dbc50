"""Nobody looks at the templates and contexts of these answers, and keeping a copy of each is half the work."""

from __future__ import annotations

import pytest
from django.test import client


@pytest.fixture(autouse=True)
def _no_contexts(monkeypatch):
    monkeypatch.setattr(client, "store_rendered_templates", lambda *args, **kwargs: None)
