"""Fixtures of the whole suite."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection, connections
from pytest_django.plugin import blocking_manager_key

LONG = {"test_backups.py", "test_walk.py", "test_demo.py", "test_look.py", "test_consultation.py"}
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
def django_db_setup(django_db_setup):
    """Keep what was planted on the class: once a browser runs, Django hands out another connection object."""
    now: Any = connections["default"]
    type(now)._test_serialized_contents = getattr(now, "_test_serialized_contents", "[]")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long files first: whichever began last would keep one core busy while the other waits."""
    items.sort(key=lambda item: item.path.name not in LONG)


def _is_transactional(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    return bool(marker and marker.kwargs.get("transaction"))


def pytest_itemcollected(item: pytest.Item) -> None:
    """What migrations planted (root page, roles, the checklist) outlives a test that empties the tables."""
    if {"transactional_db", "live_server"} & set(getattr(item, "fixturenames", ())):
        item.add_marker(pytest.mark.django_db(transaction=True), append=False)
    if _is_transactional(item):
        item.add_marker(pytest.mark.django_db(transaction=True, serialized_rollback=True), append=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None]:
    """pytest-django fills the tables for the next transactional test only: fill them for any test."""
    result = yield
    if _is_transactional(item) and nextitem is not None:
        with item.config.stash[blocking_manager_key].unblock():
            connection.creation.deserialize_db_from_string(connections["default"]._test_serialized_contents)  # type: ignore[attr-defined]
            connection.close()
    return result
