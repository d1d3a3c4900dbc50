"""Text kept encrypted at rest with the vault's keys: narratives, names of files, bodies of mail.

Lowest of all floors, because the vault and the outbox are neighbours and both keep secrets. Keys are
`settings.VAULT_KEYS`, newest first: the first encrypts, all decrypt. A wrong key raises
`cryptography.fernet.InvalidToken`; ciphertext is never passed off as text.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.core.exceptions import FieldError
from django.db import models


@lru_cache(maxsize=8)
def _ring(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key.strip()) for key in keys])


def ring() -> MultiFernet:
    """The keys as they are set now (tests and rotation change them)."""
    return _ring(tuple(settings.VAULT_KEYS))


def seal(text: str) -> str:
    return ring().encrypt(text.encode()).decode()


def unseal(token: str) -> str:
    return ring().decrypt(token.encode()).decode()


class EncryptedTextField(models.TextField):
    """Plain text to Python, a Fernet token in the database. Empty stays empty. It cannot be searched."""

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return seal(value) if value else value

    def from_db_value(self, value: str | None, expression: object, connection: object) -> str | None:
        return unseal(value) if value else value

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise FieldError(f"“{self.name}” is kept encrypted, so it cannot be looked up by {lookup_name}.")
        return super().get_lookup(lookup_name)
