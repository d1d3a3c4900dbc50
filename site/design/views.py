"""Pages that no room owns: what went wrong, said calmly."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from design import kept, tokens


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's proof was missing or old: show what was typed, so that nobody types it twice (R13).

    Only when the browser says that it came from one of our own pages; another site's words are not shown.
    """
    answers: list[tuple[str, str]] = []
    if urlsplit(request.headers.get("referer", "")).netloc == request.get_host():
        for name, values in request.POST.lists():
            if name != tokens.FIELD and not any(word in name.lower() for word in kept.NEVER):
                answers += [(name.replace("_", " ").capitalize(), value) for value in values if value.strip()]
    context: dict[str, Any] = {"answers": answers[:200]}
    return render(request, "403_csrf.html", context, status=403)
