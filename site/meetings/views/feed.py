"""What a calendar program subscribes to. The secret in the address says whose; there is no sign-in."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_safe

from meetings import feeds
from meetings.models.feed_reading import opened


@sensitive_variables("token")
@require_safe
def read(request: HttpRequest, kind: str, token: str) -> HttpResponseBase:
    """The feed; or 304 when nothing changed, after one query and without rendering."""
    reading = opened(kind, token)
    if reading is None:
        raise Http404
    tag, changed_at = feeds.marks(reading)
    response: HttpResponseBase | None = get_conditional_response(
        request, etag=tag, last_modified=int(changed_at.timestamp())
    )
    if response is None:
        response = HttpResponse(
            feeds.render(reading), content_type="text/calendar; method=PUBLISH; charset=utf-8"
        )
    response.headers["ETag"] = tag
    response.headers["Last-Modified"] = http_date(changed_at.timestamp())
    response.headers["Cache-Control"] = "private, no-cache"  # kept, but asked about each time
    response.headers["X-Robots-Tag"] = "noindex"
    return response
