"""`{{ provider.short_name }}` on every page: read only by a template that asks."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from provider.models import Provider


def page(request: HttpRequest) -> dict[str, Any]:
    return {"provider": SimpleLazyObject(lambda: Provider.load(request_or_site=request))}
