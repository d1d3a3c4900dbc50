"""Backup and restore, by restoring: two places, real files, on the database of the run."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings

ROOT = Path(__file__).resolve().parent.parent
FILL = """
from django.core.files.uploadedfile import SimpleUploadedFile
from accounts.models import User
from tests.vault.cabinet.models import Deed, Paper
from vault import storage
user = User.objects.create_user("referrer@example.gov.uk", None, first_name="Rowan", last_name="Hale")
Deed(total="120.00").freeze(b"%PDF-1.7 as issued", {"total": "120.00"}, user)
for text in (b"first", b"second" * 100_000):
    paper = Paper(uploaded_by=user, original_name="Letter about R.pdf", content_type="application/pdf")
    paper.set_stored(storage.put([text]))
    paper.save()
"""
SHOW = """
import hashlib, json
from accounts.models import User
from tests.vault.cabinet.models import Deed, Paper
from vault import storage
def plain(row):
    return b"".join(storage.read(row.storage_key, row.wrapped_key))
print(json.dumps({
    "people": sorted(User.objects.values_list("email", "first_name")),
    "deeds": [[str(d.total), d.snapshot, plain(d).decode()] for d in Deed.objects.order_by("pk")],
    "papers": [[p.original_name, hashlib.sha256(plain(p)).hexdigest()] for p in Paper.objects.order_by("pk")],
}))
"""
SECRETS = {
    "SECRET_KEY": "of-the-tests-alone-" + "x" * 40,
    "VAULT_KEYS": "dGhlIHZhdWx0IGtleSBvZiB0aGUgdGVzdHMgYWxvbmU=",
}


class Place:
    """One installation: a folder, a database and the commands in it."""

    def __init__(self, folder: Path, database_url: str = "", **env: str) -> None:
        self.var = folder / "var"
        self.env = {
            "PATH": os.environ["PATH"],
            "DEBUG": "1",
            "MORE_ROOMS": "tests.vault.cabinet",
            "VAR_DIR": str(self.var),
            **SECRETS,
            **({"DATABASE_URL": database_url} if database_url else {}),
            **env,
        }

    def manage(self, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env={**self.env, **env},
            capture_output=True,
            text=True,
            check=False,
        )

    def done(self, *arguments: str) -> str:
        done = self.manage(*arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def shown(self) -> dict[str, list[object]]:
        return json.loads(self.done("shell", "-v", "0", "-c", SHOW))

    def refused(self, *arguments: str, **env: str) -> str:
        done = self.manage(*arguments, **env)
        assert done.returncode == 1
        assert done.stderr.startswith("CommandError: "), done.stderr
        return done.stderr


@pytest.fixture(scope="module")
def new_place(tmp_path_factory, planted) -> Iterator[Callable[[], Place]]:
    """Makes empty places, each with a database of its own on the server of this run."""
    url = os.environ["DATABASE_URL"]
    on_postgres = settings.DATABASES["default"]["ENGINE"].endswith("postgresql")
    made: list[str] = []

    def make() -> Place:
        folder = tmp_path_factory.mktemp("place")
        if not on_postgres:
            return Place(folder)
        name = f"place_{os.getpid()}_{len(made)}"
        with psycopg.connect(url, autocommit=True) as server:
            server.execute(f"CREATE DATABASE {name}")
        made.append(name)
        address, _, options = url.partition("?")
        return Place(folder, f"{address.rsplit('/', 1)[0]}/{name}{'?' if options else ''}{options}")

    yield make
    for name in made:
        with psycopg.connect(url, autocommit=True) as server:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def full(tmp_path_factory, planted) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("full")
    with planted.lend(folder) as url:
        place = Place(folder, url)
        place.done("shell", "-v", "0", "-c", FILL)
        yield place


@pytest.fixture(scope="module")
def held(full) -> dict[str, list[object]]:
    """What is in the full place, which no test changes."""
    held = full.shown()
    assert [len(rows) for rows in held.values()] == [1, 1, 2]
    return held


@pytest.fixture(scope="module")
def archive(full, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("backups") / "one.tar"
    full.done("backup", str(path))
    return path


def test_a_backup_restored_elsewhere_has_the_same_rows_and_the_same_files(held, archive, new_place):
    place = new_place()
    told = place.done("restore", str(archive))
    assert "every file of the vault is there, and its key opens it" in told
    assert place.shown() == held


def test_a_backup_holds_neither_keys_nor_plain_text_and_is_its_owners_alone(archive):
    assert archive.stat().st_mode & 0o077 == 0
    content = archive.read_bytes()
    for secret in (*SECRETS.values(), "Letter about R.pdf", "%PDF-1.7 as issued"):
        assert secret.encode() not in content


def test_restoring_over_something_is_refused_and_with_force_replaces_it(held, archive, new_place):
    place = new_place()
    place.done("restore", str(archive))
    place.done(
        "shell", "-v", "0", "-c", "from accounts.models import User; User.objects.update(first_name='X')"
    )
    assert "FORCE=1" in place.refused("restore", str(archive))
    assert place.shown()["people"] == [["referrer@example.gov.uk", "X"]]
    place.done("restore", "--force", str(archive))
    assert place.shown() == held
    assert len(list(place.var.glob("replaced-*"))) == 1


def test_a_damaged_backup_is_refused_before_anything_is_touched(archive, new_place, tmp_path):
    damaged = tmp_path / "damaged.tar"
    with tarfile.open(archive) as tar:
        member = next(m for m in tar.getmembers() if m.name.startswith("vault/"))
    content = bytearray(archive.read_bytes())
    content[member.offset_data + 3] ^= 1
    damaged.write_bytes(content)
    place = new_place()
    assert f"damaged: {member.name}" in place.refused("restore", str(damaged))
    cut = tmp_path / "cut.tar"
    cut.write_bytes(archive.read_bytes()[: archive.stat().st_size // 2])
    assert "Nothing was changed" in place.refused("restore", str(cut))
    assert not (place.var / "vault").exists()


def test_an_archive_that_reaches_outside_is_refused(new_place, tmp_path):
    place, crafted, target = new_place(), tmp_path / "crafted.tar", tmp_path / "owned.txt"
    with tarfile.open(crafted, "w") as tar:
        member = tarfile.TarInfo(f"vault/../../../../../../..{target}")
        member.size = 5
        tar.addfile(member, io.BytesIO(b"owned"))
    assert "Nothing was changed" in place.refused("restore", str(crafted))
    assert not target.exists()


def test_the_wrong_keys_are_told(archive, new_place):
    place = new_place()
    told = place.refused("restore", str(archive), VAULT_KEYS="YW5vdGhlciBrZXksIG5vdCB0aGUgb25lIG5lZWRlZCE=")
    assert "3 files of the vault do not open with VAULT_KEYS" in told


def test_a_vault_with_missing_bytes_is_not_backed_up_as_if_it_were_whole(archive, new_place, tmp_path):
    place = new_place()
    place.done("restore", str(archive))
    shutil.rmtree(next(p for p in (place.var / "vault").iterdir() if p.is_dir()))
    assert "No backup was made" in place.refused("backup", str(tmp_path / "two.tar"))
    assert not list(tmp_path.iterdir())


def test_a_backup_is_never_overwritten(full, archive):
    assert "never overwritten" in full.refused("backup", str(archive))


def test_the_demonstration_is_thrown_away_only_if_it_is_one(full, held):
    assert "not a demonstration" in full.refused("demo_reset")
    assert full.shown() == held


def test_demo_reset_throws_away_sqlite_under_var_alone(tmp_path):
    place = Place(tmp_path, DEMO="1")
    made = "from django.db import connection; connection.cursor().execute('CREATE TABLE one (two)')"
    place.done("shell", "-v", "0", "-c", made)
    (place.var / "vault").mkdir()
    (place.var / "mine.txt").write_text("kept")
    outside = f"sqlite:///{tmp_path / 'elsewhere.sqlite3'}"
    assert "Nothing was" in place.refused("demo_reset", DATABASE_URL=outside)
    assert (place.var / "fingerpost.sqlite3").exists()
    place.done("demo_reset")
    assert sorted(p.name for p in place.var.iterdir()) == ["mine.txt"]
