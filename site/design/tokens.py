"""The hidden token of a form: random, and sealed with whose page it was printed in.

`<random>.<owner>.<seal>`: once.py claims it, kept.py asks whose it is.
"""

from __future__ import annotations

import secrets
from typing import Any

from django.core import signing

FIELD = "once"
_SEAL = signing.Signer(salt="design.once")


def owner_of(user: Any) -> str:
    return f"u{user.pk}" if getattr(user, "is_authenticated", False) else "nobody"


def new(user: Any) -> str:
    return _SEAL.sign(f"{secrets.token_urlsafe(16)}.{owner_of(user)}")


def owner(token: str) -> str:
    """Whose page the token was printed in, or "" when it is missing, garbled or forged."""
    try:
        return _SEAL.unsign(token[:200]).rsplit(".", 1)[1]
    except (signing.BadSignature, IndexError):
        return ""
