"""Public pages, kept for anonymous readers; and which site a host is.

A kept copy is given to whoever carries no session and no message, before any other middleware has run and
without a query. A page may be kept when its view says so (`design.pages.Public`), when it sets no cookie and
when it used no nonce: a stale nonce would name scripts that the next reader's policy does not.

Publishing anything moves the version that is part of every key. Where each process has a cache of its own
(no CACHE_URL) the others notice within PAGE_CACHE_SECONDS.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.crypto import get_random_string
from wagtail.models import Site

VERSION = "pages:version"
SITE_SECONDS = 60


def forget_pages(**_: Any) -> None:
    """Something was published, moved, hidden or renamed: every kept page is out of date."""
    cache.set(VERSION, get_random_string(8), None)


class KeptPages:
    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        key = self._key(request)
        if key is None:
            return self.get_response(request)
        found = cache.get_many([key, VERSION])
        version = found.get(VERSION, "")
        if key in found and found[key]["version"] == version:
            return self._again(request, found[key])
        response = self.get_response(request)
        if self._may_be_kept(request, response):
            etag = '"' + hashlib.sha256(response.content).hexdigest()[:20] + '"'
            response["ETag"] = etag
            response["Cache-Control"] = "no-cache"  # a browser asks again: signing in changes the header
            copy = {"version": version, "content": response.content, "headers": dict(response.items())}
            cache.set(key, copy, settings.PAGE_CACHE_SECONDS)
        return response

    @staticmethod
    def _key(request: HttpRequest) -> str | None:
        if request.method not in ("GET", "HEAD") or request.META.get("QUERY_STRING"):
            return None
        if settings.SESSION_COOKIE_NAME in request.COOKIES or "messages" in request.COOKIES:
            return None
        try:
            address = f"{request.scheme}://{request.get_host()}{request.path}"
        except DisallowedHost:
            return None
        return "pages:" + hashlib.sha256(address.encode()).hexdigest()

    @staticmethod
    def _again(request: HttpRequest, copy: dict[str, Any]) -> HttpResponse:
        headers = copy["headers"]
        if request.META.get("HTTP_IF_NONE_MATCH") == headers["ETag"]:
            return HttpResponseNotModified(headers={"ETag": headers["ETag"], "Cache-Control": "no-cache"})
        return HttpResponse(copy["content"], headers=headers)

    @staticmethod
    def _may_be_kept(request: HttpRequest, response: Any) -> bool:
        return bool(
            getattr(response, "may_be_kept", False)
            and request.method == "GET"
            and response.status_code == 200
            and not response.streaming
            and not response.cookies
            and "nonce-" not in response.get("Content-Security-Policy", "")
            and "no-store" not in response.get("Cache-Control", "")
        )


class KnownSite:
    """Which Wagtail site a host is, with its home page: asked of the database once a minute, not for every page.

    Wagtail looks at `request._wagtail_site` first, in `Site.find_for_request`. The answer is a setting of
    the installation: saving a site or publishing a page forgets it at once, as it does the kept pages.
    """

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        key = f"site:{request._get_raw_host()}:{request.get_port()}"  # type: ignore[attr-defined]
        key = "site:" + hashlib.sha256(key.encode()).hexdigest()
        found = cache.get_many([key, VERSION])
        version = found.get(VERSION, "")
        if key in found and found[key][0] == version:
            request._wagtail_site = found[key][1]  # type: ignore[attr-defined]
        elif site := Site.find_for_request(request):
            site.root_page = site.root_page.specific
            cache.set(key, (version, site), SITE_SECONDS)
        return self.get_response(request)
