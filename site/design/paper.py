"""Paper: typst templates under templates/ to tagged PDF (PDF/UA-1), the same data to the same bytes.

Some 15 ms of local work and no network call, so it may run inside the transaction that issues.
"""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst
from django.conf import settings

TEMPLATES = Path(settings.ROOT) / "templates"


@cache
def _fonts() -> typst.Fonts:
    """Found once a process: looking through the system's fonts costs more than a page does."""
    return typst.Fonts()


def typeset(template: str, data: dict[str, Any], *, at: datetime) -> bytes:
    """The PDF of `templates/<template>` fed with `data`, dated `at` (aware).

    Text in the data is printed as it is, never run as markup. Raises typst.TypstError when the template
    breaks the rules of PDF/UA-1, a missing title or alternative text for example.
    """
    return typst.compile(
        str(TEMPLATES / template),
        root=str(TEMPLATES),
        font_paths=_fonts(),
        sys_inputs={"data": json.dumps(data)},
        pdf_standards=["ua-1"],
        timestamp=int(at.timestamp()),
    )
