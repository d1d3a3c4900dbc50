"""Master keys and data keys: every file has a key of its own, wrapped by a master key.

A leaked data key opens one file; rotating the master keys rewraps 32 bytes a file and leaves the file
as it is. Master keys are derived from settings.VAULT_KEYS (HKDF-SHA256, RFC 5869), so the same setting
safely serves encrypted text (`changes.sealing`) and files. Newest first: the first wraps, all unwrap.
"""

from __future__ import annotations

import base64
import hashlib
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

VERSION = "1"


class WrongKey(Exception):
    """No key in VAULT_KEYS unwraps this file's key, or it belongs to another file."""


def _master(setting: str) -> bytes:
    raw = base64.urlsafe_b64decode(setting.strip())
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"fingerpost vault: wrap a file's key").derive(
        raw
    )


def _id(master: bytes) -> str:
    return hashlib.sha256(b"id:" + master).hexdigest()[:16]


def new_data_key() -> bytes:
    return secrets.token_bytes(32)


def wrap(data_key: bytes, *, name: str) -> str:
    """Text for a column: version, master key's id, nonce and ciphertext. Bound to the file's `name`."""
    master = _master(settings.VAULT_KEYS[0])
    nonce = secrets.token_bytes(12)
    sealed = nonce + AESGCM(master).encrypt(nonce, data_key, name.encode())
    return f"{VERSION}:{_id(master)}:{base64.urlsafe_b64encode(sealed).decode()}"


def unwrap(wrapped: str, *, name: str) -> bytes:
    try:
        version, key_id, payload = wrapped.split(":")
        sealed = base64.urlsafe_b64decode(payload)
    except ValueError as error:
        raise WrongKey("This is not a wrapped key.") from error
    if version == VERSION:
        for setting in settings.VAULT_KEYS:
            master = _master(setting)
            if _id(master) == key_id:
                try:
                    return AESGCM(master).decrypt(sealed[:12], sealed[12:], name.encode())
                except (InvalidTag, ValueError) as error:
                    raise WrongKey(f"The key of {name} does not fit it.") from error
    raise WrongKey(f"No key in VAULT_KEYS unwraps the key of {name}.")


def is_current(wrapped: str) -> bool:
    return wrapped.startswith(f"{VERSION}:{_id(_master(settings.VAULT_KEYS[0]))}:")
