"""A snapshot becomes a tagged PDF: the same snapshot gives the same bytes on the same machine (R4)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from design.paper import typeset


def render(snapshot: dict[str, Any]) -> bytes:
    """The PDF of a quote, an invoice or a credit note. Text in the data is printed as it is, never run as markup."""
    issued = datetime.fromisoformat(snapshot["issued_on"]).replace(tzinfo=UTC)
    return typeset(f"billing/{snapshot['kind']}.typ", snapshot, at=issued)
