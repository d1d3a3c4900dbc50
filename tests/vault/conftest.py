from __future__ import annotations

import pytest

from tests.clamd import _clamd, clamd  # noqa: F401  fixtures


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    """A vault of each test's own."""
    vault = {**settings.STORAGES["vault"], "OPTIONS": {"location": tmp_path / "vault"}}
    settings.STORAGES = {**settings.STORAGES, "vault": vault}


@pytest.fixture
def no_scanner(settings, tmp_path):
    """A scanner is named, and nobody answers there."""
    settings.CLAMD = str(tmp_path / "nobody.sock")
