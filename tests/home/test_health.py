"""/health/: says which part fails, to anybody, and nothing more."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as conf
from django.utils import timezone
from django_q.models import Schedule

from changes import heartbeat, schedules
from changes.models import Heartbeat
from mail.models import Message
from tests.clamd import _clamd, clamd  # noqa: F401  fixtures

pytestmark = pytest.mark.django_db


@pytest.fixture
def well(clamd, settings, tmp_path):  # noqa: F811
    vault = {**settings.STORAGES["vault"], "OPTIONS": {"location": tmp_path / "vault"}}
    settings.STORAGES = {**settings.STORAGES, "vault": vault}
    heartbeat.beat()
    return tmp_path / "vault"


def failing(client) -> list[str]:
    response = client.get("/health/")
    body = response.json()
    parts = [name for name, state in body["checks"].items() if state != "ok"]
    assert response.status_code == (503 if parts else 200)
    assert body["status"] == ("failing" if parts else "ok")
    assert set(body["checks"].values()) <= {"ok", "failing"}
    assert "no-store" in response["Cache-Control"]
    return parts


def test_all_is_well(client, well):
    assert failing(client) == []
    assert [p for p in Path(well).rglob("*") if p.is_file()] == []  # the probe is gone


def test_a_dead_worker_shows(client, well):
    Heartbeat.objects.update(beat_at=timezone.now() - timedelta(minutes=10))
    assert failing(client) == ["queue"]
    Heartbeat.objects.all().delete()
    assert failing(client) == ["queue"]


def test_a_silent_scanner_shows_and_says_no_path(client, well, settings):
    settings.CLAMD = "/nowhere/secret.sock"
    assert failing(client) == ["scanner"]
    assert b"secret" not in client.get("/health/").content


def test_the_demonstration_does_without_a_scanner(client, well, settings):
    settings.CLAMD, settings.RELAXED = "", True
    assert failing(client) == []


def test_an_outbox_that_nobody_empties_shows(client, well):
    late = timezone.now() - timedelta(minutes=20)
    message = Message.objects.create(to="a@example.org", message_id="<1@x>", next_attempt_at=late)
    assert failing(client) == ["outbox"]
    Message.objects.filter(pk=message.pk).update(status="dead")
    assert failing(client) == []


def test_a_vault_that_cannot_be_written_shows(client, well, settings, tmp_path):
    blocked = tmp_path / "a file"
    blocked.write_text("in the way")
    vault = {**settings.STORAGES["vault"], "OPTIONS": {"location": blocked}}
    settings.STORAGES = {**settings.STORAGES, "vault": vault}
    assert failing(client) == ["vault"]


def test_it_is_only_looked_at(client):
    assert client.post("/health/").status_code == 405


def test_schedules_are_as_the_table_says_however_often_they_are_set_up(settings):
    def rows() -> dict[str, int | None]:
        return dict(Schedule.objects.filter(name__startswith="room:").values_list("func", "minutes"))

    assert rows() == conf.SCHEDULES
    settings.SCHEDULES = {"changes.heartbeat.beat": 2}
    schedules.set_up()
    schedules.set_up()
    assert rows() == {"changes.heartbeat.beat": 2}
    Schedule.objects.create(name="somebody else's", func="x.y")
    schedules.set_up()
    assert Schedule.objects.filter(name="somebody else's").exists()


def test_every_scheduled_job_exists():
    from django.utils.module_loading import import_string

    assert all(callable(import_string(job)) for job in conf.SCHEDULES)
