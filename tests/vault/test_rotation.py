"""`manage.py rotate_vault_keys`: after it the older keys can go."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command

from tests.vault.cabinet.models import Deed, Paper
from tests.vault.test_keep import kept
from vault import actions, keys, rotation, storage
from vault.reading import content

pytestmark = pytest.mark.django_db


def put_a_new_key_first(settings: Any) -> None:
    settings.VAULT_KEYS = [Fernet.generate_key().decode(), *settings.VAULT_KEYS]


def drop_the_old(settings: Any) -> None:
    settings.VAULT_KEYS = settings.VAULT_KEYS[:1]


def test_the_command_says_how_much_it_did_and_a_second_run_rewraps_nothing(settings, capsys):
    kept()
    put_a_new_key_first(settings)
    call_command("rotate_vault_keys")
    first = capsys.readouterr().out
    call_command("rotate_vault_keys")
    again = capsys.readouterr().out

    assert first.startswith("Done: 1 file keys and ")
    assert again.startswith("Done: 0 file keys and ")


def test_rows_beyond_one_batch_are_done_too(settings, monkeypatch):
    monkeypatch.setattr(rotation, "BATCH", 2)
    papers = [kept(name=f"{number}.pdf") for number in range(5)]
    put_a_new_key_first(settings)

    assert rotation.rotate()["keys"] == 5
    drop_the_old(settings)
    for number, paper in enumerate(papers):
        paper.refresh_from_db()
        assert paper.original_name == f"{number}.pdf"
        assert content(paper).startswith(b"%PDF")


def test_issued_and_destroyed_rows_pass_and_the_bytes_stay_as_they_are(settings, finance):
    """R4: what an issued document says is not touched, only the key it is locked with."""
    deed, gone = Deed(), kept()
    deed.freeze(b"%PDF deed", {"to": "Morgan"}, finance)
    actions.destroy(gone, by=None)
    path = Path(storage.storage().path(deed.storage_key))
    before = path.read_bytes()
    put_a_new_key_first(settings)

    rotation.rotate()
    drop_the_old(settings)

    deed.refresh_from_db()
    assert (content(deed), deed.snapshot) == (b"%PDF deed", {"to": "Morgan"})
    assert path.read_bytes() == before
    gone.refresh_from_db()
    assert gone.wrapped_key == ""


def test_a_file_whose_key_nobody_has_stops_it_and_changes_nothing_of_its_table(settings):
    first, second = kept(), kept()
    old = Paper.objects.get(pk=first.pk).wrapped_key
    put_a_new_key_first(settings)
    Paper.objects.filter(pk=second.pk).update(wrapped_key=old)  # another file's

    with pytest.raises(keys.WrongKey):
        rotation.rotate()
    assert Paper.objects.get(pk=first.pk).wrapped_key == old
