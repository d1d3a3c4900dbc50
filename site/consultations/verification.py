"""Is this the report we issued? Told by reference with a code or a hash, and nothing else is told.

A PDF cannot print its own hash. What it prints is a short code made from the SHA-256 of its snapshot; the
file itself is known by its own SHA-256, which we keep.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

from django.utils.crypto import constant_time_compare

from changes.references import ALPHABET
from consultations.models import Recommendations

CODE_LENGTH = 12  # of 26 letters and figures: 56 bits, far beyond guessing at a page with a limit


def code_of(snapshot: dict[str, Any]) -> str:
    """7K4M-9XQA-2TRE, made from all that the report prints except the code itself."""
    printed = {name: value for name, value in snapshot.items() if name != "code"}
    text = json.dumps(printed, ensure_ascii=False, sort_keys=True)
    number = int.from_bytes(hashlib.sha256(text.encode()).digest())
    letters = ""
    for _ in range(CODE_LENGTH):
        number, at = divmod(number, len(ALPHABET))
        letters += ALPHABET[at]
    return "-".join(letters[at : at + 4] for at in range(0, CODE_LENGTH, 4))


def is_issued(reference: str, mark: str) -> bool:
    """Does `mark`, a code as printed or a file's SHA-256 in hexadecimal, belong to an issued version?

    Spaces, hyphens and case do not matter. An unknown reference answers like a wrong mark.
    """
    mark = re.sub(r"[\s-]", "", mark).lower()
    versions = Recommendations.objects.filter(
        consultation__reference=reference.strip().upper(), issued_at__isnull=False
    )
    matches = False
    for report in versions.only("snapshot_text", "sha256", "issued_at"):
        code = str(report.snapshot.get("code", "")).replace("-", "").lower()
        for known in (code, report.sha256):
            matches |= bool(known) and constant_time_compare(known, mark)
    return matches
