"""Keeping, scanning, reading, destroying and tidying."""

from __future__ import annotations

import os
import time
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as conf
from django.db import connection, transaction
from django.test import RequestFactory
from django.utils import timezone
from django_q.models import OrmQ
from wagtail.models import ModelLogEntry

from changes.refusals import Refused
from tests import files as make
from tests.clamd import SIGNATURE, eicar
from tests.vault.cabinet.models import Deed, Paper
from vault import actions, keys, storage, tasks
from vault.files import Unacceptable
from vault.reading import content, stream, stream_issued
from vault.rotation import rotate

pytestmark = pytest.mark.django_db
GET = RequestFactory().get("/x")


def kept(
    name: str = "Jo Bloggs chronology.pdf", body: bytes | None = None, by: object = None, **fields: Any
) -> Paper:
    return actions.keep(Paper(**fields), make.upload(name, make.pdf() if body is None else body), by=by)


def scanned(**kwargs: Any) -> Paper:
    paper = kept(**kwargs)
    tasks.scan("cabinet.paper", paper.pk)
    return Paper.objects.get(pk=paper.pk)


def on_disk() -> list[Path]:
    storages: Any = conf.STORAGES
    root = Path(storages["vault"]["OPTIONS"]["location"])
    return [p for p in root.rglob("*") if p.is_file()]


@pytest.fixture
def announced(settings):
    settings.FOLLOW_UPS = {"document_scanned": ["tests.told"]}

    def told() -> list[tuple]:
        return [job.task["args"] for job in OrmQ.objects.all() if job.task["func"] == "tests.told"]

    return told


def test_a_kept_file_is_encrypted_and_named_at_random(referrer):
    """R8: neither the name on disk nor the bytes say anything."""
    body = make.office(body="Jo Bloggs")
    paper = kept("Jo Bloggs.docx", body, by=referrer)
    paper.refresh_from_db()
    (path,) = on_disk()
    assert content(paper) == body
    assert "Bloggs" not in path.name
    assert b"PK" not in path.read_bytes()[:200]
    assert (paper.original_name, paper.size, paper.uploaded_by) == ("Jo Bloggs.docx", len(body), referrer)
    with connection.cursor() as cursor:
        cursor.execute("SELECT original_name FROM cabinet_paper")
        assert "Bloggs" not in cursor.fetchone()[0]


def test_a_contact_without_an_account_uploads_by_name(funder):
    paper = kept(by=funder)
    assert (paper.uploaded_by, paper.uploaded_name) == (None, "Morgan Field")


def test_a_refused_file_leaves_nothing(db):
    with pytest.raises(Unacceptable):
        kept("a.exe", b"MZ" + bytes(99))
    assert (Paper.objects.count(), OrmQ.objects.count(), on_disk()) == (0, 0, [])


def test_the_same_upload_twice_is_kept_once():
    """R10, R13: a double click, or a form sent again."""
    token = uuid.uuid4()
    assert kept(upload_token=token).pk == kept(upload_token=token).pk
    assert (Paper.objects.count(), len(on_disk()), OrmQ.objects.count()) == (1, 1, 1)


def test_a_rollback_leaves_no_row_and_no_job():
    with transaction.atomic():
        kept()
        transaction.set_rollback(True)
    assert (Paper.objects.count(), OrmQ.objects.count()) == (0, 0)


def test_a_clean_file_becomes_readable(clamd, announced):
    paper = scanned()
    assert (paper.status, paper.is_readable) == ("clean", True)
    assert announced() == [("cabinet.paper", paper.pk)]
    tasks.scan("cabinet.paper", paper.pk)
    assert len(announced()) == 1


def test_an_infected_file_is_quarantined(clamd, announced):
    paper = scanned(name="a.txt", body=eicar())
    assert (paper.status, paper.finding) == ("infected", f"{SIGNATURE}.UNOFFICIAL")
    assert announced() == [("cabinet.paper", paper.pk)]
    with pytest.raises(Refused, match="infected"):
        stream(GET, paper, by=None)


def test_a_virus_inside_a_word_file_is_found(clamd):
    assert scanned(name="a.docx", body=make.office(more={"word/media/x.txt": eicar()})).status == "infected"


def test_without_an_answer_a_file_waits_unreadable(no_scanner, announced):
    """Fail closed."""
    paper = scanned()
    assert (paper.status, paper.is_readable, announced()) == ("waiting", False, [])
    with pytest.raises(Refused, match="still being scanned"):
        stream(GET, paper, by=None)


def test_a_waiting_file_is_scanned_once_the_scanner_is_back(clamd, no_scanner, settings):
    paper = scanned()
    OrmQ.objects.all().delete()
    assert actions.sweep() == 0  # its first scan is on the way
    Paper.objects.update(scan_queued_at=timezone.now() - timedelta(minutes=10))
    assert (actions.sweep(), actions.sweep()) == (1, 0)
    settings.CLAMD = os.environ["CLAMD"]
    tasks.scan(*OrmQ.objects.get().task["args"])
    paper.refresh_from_db()
    assert paper.status == "clean"


def test_only_the_relaxed_modes_do_without_a_scanner(settings, announced):
    settings.CLAMD = ""
    paper = kept()
    assert paper.status == "waiting"
    settings.RELAXED = True
    paper = kept()
    assert (paper.status, paper.is_readable) == ("unscanned", True)
    assert announced() == [("cabinet.paper", paper.pk)]


def test_reading_is_streamed_logged_and_named_by_reference(clamd, consultant):
    """R8, R9."""
    paper = scanned()
    response = stream(GET, paper, by=consultant, reason="Peer review")
    assert b"".join(response) == content(paper)
    assert response["Content-Disposition"] == f'attachment; filename="T-26-2222 paper {paper.pk}.pdf"'
    assert response["Cache-Control"] == "private, no-store"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["Content-Length"] == str(paper.size)
    entry = ModelLogEntry.objects.get(action="vault.read")
    assert (entry.user, entry.object_id, entry.data["reason"]) == (consultant, str(paper.pk), "Peer review")
    assert "Bloggs" not in str(entry.data)


def test_a_damaged_file_is_a_message_and_not_half_a_file(clamd, caplog):
    paper = scanned()
    (path,) = on_disk()
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.chmod(0o600)
    path.write_bytes(bytes(data))
    with pytest.raises(Refused, match="damaged"):
        stream(GET, paper, by=None)
    assert not ModelLogEntry.objects.filter(action="vault.read").exists()
    path.unlink()
    with pytest.raises(Refused, match="damaged"):
        stream(GET, paper, by=None)


def test_an_issued_pdf_is_streamed_and_what_is_not_issued_refused(finance):
    deed = Deed.objects.create()
    with pytest.raises(Refused, match="not been issued"):
        stream_issued(GET, deed, by=None)
    deed.freeze(b"%PDF the deed", {}, finance)
    response = stream_issued(GET, deed, by=finance)
    assert b"".join(response) == b"%PDF the deed"
    assert ModelLogEntry.objects.filter(action="vault.read", user=finance).count() == 1


def test_destroying_takes_key_and_bytes(clamd, django_capture_on_commit_callbacks):
    paper = scanned()
    with django_capture_on_commit_callbacks(execute=True):
        actions.destroy(paper, by=None, reason="Retention")
        actions.destroy(paper, by=None, reason="Retention")
    paper.refresh_from_db()
    assert (paper.is_readable, paper.wrapped_key, paper.original_name, on_disk()) == (False, "", "", [])
    assert ModelLogEntry.objects.filter(action="vault.destroyed").count() == 1
    with pytest.raises(Refused, match="destroyed"):
        stream(GET, paper, by=None)


def test_tidying_empties_old_quarantine_and_deletes_orphans(clamd, django_capture_on_commit_callbacks):
    fresh = scanned(name="a.txt", body=eicar())
    old = scanned(name="b.txt", body=eicar())
    Paper.objects.filter(pk=old.pk).update(scanned_at=timezone.now() - timedelta(days=31))
    young, orphan = storage.put([b"x"]), storage.put([b"y"])
    path = next(p for p in on_disk() if p.name in orphan.storage_key)
    os.utime(path, (time.time() - 100_000,) * 2)
    with django_capture_on_commit_callbacks(execute=True):
        done = actions.tidy()
    assert done == {"quarantine": 1, "orphans": 1, "missing": 0}
    assert sorted(storage.names()) == sorted([fresh.storage_key, young.storage_key])


def test_rows_without_bytes_are_reported(clamd):
    paper = scanned()
    on_disk()[0].unlink()
    assert actions.missing() == [f"cabinet.paper {paper.pk}"]


def test_new_keys_take_over_and_the_old_ones_can_go(clamd, settings, finance):
    from cryptography.fernet import Fernet, InvalidToken

    paper, deed = scanned(), Deed(total=3)
    deed.freeze(b"%PDF deed", {"to": "Morgan"}, finance)
    old = settings.VAULT_KEYS
    settings.VAULT_KEYS = [Fernet.generate_key().decode(), *old]
    done = rotate()
    assert done["keys"] == 2
    assert rotate()["keys"] == 0
    settings.VAULT_KEYS = settings.VAULT_KEYS[:1]
    paper.refresh_from_db()
    deed.refresh_from_db()
    assert (paper.original_name, len(content(paper))) == ("Jo Bloggs chronology.pdf", paper.size)
    assert (deed.snapshot, content(deed)) == ({"to": "Morgan"}, b"%PDF deed")
    settings.VAULT_KEYS = old
    with pytest.raises(InvalidToken):
        Paper.objects.get()
    with pytest.raises(keys.WrongKey):
        list(storage.read(paper.storage_key, paper.wrapped_key))


def test_encrypted_text_cannot_be_looked_up(clamd):
    from django.core.exceptions import FieldError

    with pytest.raises(FieldError, match="encrypted"):
        Paper.objects.filter(original_name="x").exists()


def test_nothing_of_the_vault_has_a_public_address(clamd, client, settings):
    paper = scanned()
    root = Path(settings.STORAGES["vault"]["OPTIONS"]["location"]).resolve()
    for public in (settings.MEDIA_ROOT, settings.STATIC_ROOT, *settings.STATICFILES_DIRS):
        assert not root.is_relative_to(Path(public).resolve())
        assert not [p for p in Path(public).rglob("*") if p.name in paper.storage_key]
    assert not conf.VAULT_DIR.resolve().is_relative_to(Path(settings.MEDIA_ROOT).resolve())
    with pytest.raises(ValueError, match="has no address"):
        storage.storage().url(paper.storage_key)
    for prefix in ("/media/", "/static/", "/documents/", "/vault/", "/"):
        assert client.get(prefix + paper.storage_key, follow=True).status_code == 404


def test_25_megabytes_are_kept_and_read_in_flat_memory(settings, clamd):
    import tracemalloc

    line = b"Contact with school, nothing to report.\r\n" * 1600
    body = line * (25 * 1024 * 1024 // len(line))
    upload = make.upload("long.txt", body)
    del body
    tracemalloc.start()
    paper = actions.keep(Paper(), upload, by=None)
    tasks.scan("cabinet.paper", paper.pk)
    paper.refresh_from_db()
    total = sum(len(piece) for piece in stream(GET, paper, by=None))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert total == paper.size > 24 * 1024 * 1024
    assert peak < 8 * 1024 * 1024


def test_tidying_a_vault_that_has_no_folder_yet_finds_nothing(settings, tmp_path):
    """The daily job of a new service runs before the first file comes."""
    where = {"BACKEND": "vault.folder.PrivateFolder", "OPTIONS": {"location": tmp_path / "none-yet"}}
    settings.STORAGES = {**settings.STORAGES, "vault": where}

    assert list(storage.names()) == []
