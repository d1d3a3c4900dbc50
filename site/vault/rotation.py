"""New master keys: every file's key wrapped anew, every encrypted text sealed anew, by the first key.

Put the new key first in VAULT_KEYS and keep the old ones after it, restart, run
`manage.py rotate_vault_keys`, then drop the old ones. The bytes of the files stay as they are.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import models, transaction

from changes.sealing import EncryptedTextField
from vault import keys
from vault.models import Stored

BATCH = 200


def rotate() -> dict[str, int]:
    """Returns how many keys and texts were done anew. Safe to repeat and while people work."""
    done = {"keys": 0, "texts": 0}
    for model in apps.get_models():
        if model._meta.proxy or not model._meta.managed:
            continue
        texts = [f.name for f in model._meta.local_concrete_fields if isinstance(f, EncryptedTextField)]
        is_stored = issubclass(model, Stored)
        if texts or is_stored:
            _rotate_table(model, texts, is_stored, done)
    return done


def _rotate_table(model: type[models.Model], texts: list[str], is_stored: bool, done: dict[str, int]) -> None:
    # A plain QuerySet on purpose: the one way past the guard of issued documents. What they say is not
    # changed, only the key it is locked with.
    rows: models.QuerySet[Any] = models.QuerySet(model).order_by("pk")
    names = [*texts, *(["storage_key", "wrapped_key"] if is_stored else [])]
    after = None
    while True:
        with transaction.atomic():
            batch = rows.filter(pk__gt=after) if after is not None else rows
            found = list(batch.select_for_update(of=("self",)).values("pk", *names)[:BATCH])
            for row in found:
                anew = {name: row[name] for name in texts if row[name]}
                done["texts"] += len(anew)
                if is_stored and row["wrapped_key"] and not keys.is_current(row["wrapped_key"]):
                    data_key = keys.unwrap(row["wrapped_key"], name=row["storage_key"])
                    anew["wrapped_key"] = keys.wrap(data_key, name=row["storage_key"])
                    done["keys"] += 1
                if anew:
                    rows.filter(pk=row["pk"]).update(**anew)
        if not found:
            return
        after = found[-1]["pk"]
