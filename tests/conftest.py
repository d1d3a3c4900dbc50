"""Fixtures of the whole suite."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import TransactionTestCase
from xdist.scheduler import LoadScopeScheduling

from tests import databases

# In the order of how long they take: whichever began last would keep one core busy while the others wait.
LONG = [
    "test_walk.py", "test_backups.py", "test_serve.py", "test_look.py", "test_replay.py", "test_series_replay.py",
    "test_batch_balance.py",
]  # fmt: skip
DATABASE = {"db", "transactional_db", "live_server", "planted"}
pytest_plugins = ["tests.people", "tests.browser"]


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
def planted(django_test_environment, django_db_blocker) -> databases.Sqlite | databases.Postgres:
    """The kind of database this run is about. Whoever needs one of its own has it lend a copy."""
    with django_db_blocker.unblock():
        return databases.planted()


@pytest.fixture(scope="session")
def django_db_setup(planted, django_db_blocker) -> Iterator[None]:
    """A copy of what the migrations have made, and another after each test that commits."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        planted.begin()
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _: planted.renew())
        yield
        planted.end()


class ByFile(LoadScopeScheduling):
    """The tests of a file go to one worker, and so do the files of the walk: they share the demonstration."""

    def _split_scope(self, nodeid: str) -> str:
        return "walk" if "/walk/" in nodeid else nodeid.split("::", 1)[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    return ByFile(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What asks for a database is marked so; the long files come first, then those with many tests."""
    many = Counter(item.path for item in items)

    def turn(item: pytest.Item) -> tuple[int, int, str]:
        name = item.path.name
        return LONG.index(name) if name in LONG else len(LONG), -many[item.path], str(item.path)

    for item in items:
        if item.get_closest_marker("django_db") or DATABASE.intersection(item.fixturenames):  # type: ignore[attr-defined]
            item.add_marker("database")
    items.sort(key=turn)


def pytest_collection_finish() -> None:
    """All that was imported stays: no look for garbage has to walk through it again."""
    gc.collect()
    gc.freeze()
