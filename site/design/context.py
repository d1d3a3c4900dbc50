"""What every page of ours knows."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def page(request: HttpRequest) -> dict[str, Any]:
    return {"DEMO": settings.DEMO, "second_factor_relaxed": not settings.STAFF_SECOND_FACTOR}
