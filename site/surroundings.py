"""What the environment gives, and what Fingerpost refuses to start without. `settings.py` reads it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import environ
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

ROOT = Path(__file__).resolve().parent.parent
env = environ.Env()

VAR = Path(env("VAR_DIR", default=str(ROOT / "var")))
DEBUG = env.bool("DEBUG", False)
DEMO = env.bool("DEMO", False)
RELAXED = DEBUG or DEMO


def vital(name: str, relaxed: str) -> str:
    """A setting without which a live service would be unsafe: named, or in demo the relaxed value."""
    value = env(name, default="")
    if not value and not RELAXED:
        raise ImproperlyConfigured(f"Set {name} in the environment (or DEMO=1 to look around).")
    return value or relaxed


def kept_secret(name: str, make: Callable[[], str]) -> str:
    """A secret from the environment; in demo and debug, one made once and kept under var/."""
    value = vital(name, "")
    if value:
        return value
    path = VAR / "secrets" / name.lower()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        # Web and worker may start at once: whoever creates the file writes it, whole.
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(make())
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink(missing_ok=True)
    return path.read_text()


def new_vault_key() -> str:
    return Fernet.generate_key().decode()


def as_vault_keys(value: str) -> list[str]:
    """Separated by commas, newest first: the first encrypts, all decrypt. A wrong one is not shown."""
    keys = [key.strip() for key in value.split(",")]
    for place, key in enumerate(keys, 1):
        try:
            Fernet(key)
        except ValueError as error:
            raise ImproperlyConfigured(
                f"VAULT_KEYS: key {place} of {len(keys)} is not 32 bytes in URL-safe base64. Make one: "
                'python -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"'
            ) from error
    return keys
