"""Fixtures of the whole suite."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import TransactionTestCase

from tests import databases

LONG = {
    "test_backups.py", "test_walk.py", "test_demo.py", "test_look.py", "test_consultation.py", "test_booking.py",
    "test_serve.py",
}  # fmt: skip
pytest_plugins = ["tests.people", "tests.browser", "tests.demonstration"]


@pytest.fixture(autouse=True)
def _quick_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def no_mail_can_be_written(settings):
    """The templates are gone, as after half a deployment: the last thing each act does fails."""

    def take_away() -> None:
        settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": []}]

    return take_away


@pytest.fixture(autouse=True)
def _empty_cache():
    """Kept pages, sites and rate limits live in the cache, which no rollback empties."""
    cache.clear()


@pytest.fixture
def postgres(request):
    """Races and exclusion constraints are PostgreSQL's: the same run proves them there."""
    if not settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
        pytest.skip("proved in the PostgreSQL run of the suite")


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker) -> Iterator[None]:
    """A copy of what the migrations have made, and another after each test that commits."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        database = databases.planted()
        database.begin()
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _: database.renew())
        yield
        database.end()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long files first: whichever began last would keep one core busy while the other waits."""
    items.sort(key=lambda item: item.path.name not in LONG)


def pytest_collection_finish() -> None:
    """All that was imported stays: no look for garbage has to walk through it again."""
    gc.collect()
    gc.freeze()
