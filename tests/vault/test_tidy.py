"""What a crash left behind: scans lost, bytes of nobody, quarantine that is over."""

from __future__ import annotations

import os
import time
from datetime import timedelta

import pytest
from django.utils import timezone
from django_q.models import OrmQ

from tests.vault.cabinet.models import Paper
from tests.vault.test_keep import kept, on_disk
from vault import actions, storage, tasks

pytestmark = pytest.mark.django_db


def age(storage_key: str, **ago: float) -> None:
    path = next(p for p in on_disk() if p.name in storage_key)
    os.utime(path, (time.time() - timedelta(**ago).total_seconds(),) * 2)


@pytest.mark.parametrize(("ago", "stays"), [({"hours": 23}, True), ({"hours": 25}, False)])
def test_bytes_of_nobody_go_after_a_day(ago, stays):
    orphan = storage.put([b"x"])
    age(orphan.storage_key, **ago)

    assert tasks.tidy()["orphans"] == (0 if stays else 1)
    assert list(storage.names()) == ([orphan.storage_key] if stays else [])


def test_bytes_of_a_row_stay_however_old_also_when_it_is_withdrawn():
    paper = kept()
    actions.withdraw(paper, by=None)
    age(paper.storage_key, days=400)

    assert tasks.tidy() == {"quarantine": 0, "orphans": 0, "missing": 0}
    assert list(storage.names()) == [paper.storage_key]


@pytest.mark.parametrize(("days", "stays"), [(29, True), (31, False)])
def test_quarantine_is_emptied_by_the_setting(settings, days, stays, django_capture_on_commit_callbacks):
    settings.VAULT_QUARANTINE_DAYS = 30
    paper = kept()
    Paper.objects.update(status="infected", scanned_at=timezone.now() - timedelta(days=days))

    with django_capture_on_commit_callbacks(execute=True):
        assert tasks.tidy()["quarantine"] == (0 if stays else 1)

    paper.refresh_from_db()
    assert (paper.destroyed_at is None) is stays
    assert bool(on_disk()) is stays


def test_the_sweep_queues_each_lost_scan_once_and_no_destroyed_file():
    lost, fresh, gone = kept(), kept(), kept()
    OrmQ.objects.all().delete()
    Paper.objects.exclude(pk=fresh.pk).update(scan_queued_at=timezone.now() - timedelta(minutes=5))
    actions.destroy(gone, by=None)

    assert (tasks.sweep(), tasks.sweep()) == (1, 0)
    assert [job.task["args"] for job in OrmQ.objects.all()] == [("cabinet.paper", lost.pk)]


def test_a_row_without_its_bytes_is_reported_by_reference(caplog):
    """R8: the log names the row, never the file."""
    paper = kept(name="Jo Bloggs.pdf")
    on_disk()[0].unlink()

    assert tasks.tidy()["missing"] == 1
    assert f"cabinet.paper {paper.pk}" in caplog.text
    assert "Bloggs" not in caplog.text
