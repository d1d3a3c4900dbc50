"""References people read out on the phone: C-26-7K4M, no letters or figures that look alike."""

import secrets

from django.utils import timezone

ALPHABET = "234679ACDEFGHJKMNPQRTUVWXY"


def new_reference(prefix: str) -> str:
    """Prefix, year, four random characters: 456,976 a year, told apart by the field's unique constraint."""
    year = timezone.localdate().year % 100
    return f"{prefix}-{year:02d}-" + "".join(secrets.choice(ALPHABET) for _ in range(4))
