"""Addresses that cannot be; the content security policy, relaxed under /admin/; typed data kept there too."""

from collections.abc import Callable

from csp.constants import SELF, UNSAFE_INLINE
from csp.middleware import CSPMiddleware, PolicyParts
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render

from design import kept

# Wagtail's listings and page editor carry inline scripts and styles.
ADMIN_POLICY = {
    "default-src": [SELF],
    "script-src": [SELF, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    "frame-src": [SELF],
    "frame-ancestors": [SELF],
    "object-src": ["'none'"],
    "base-uri": [SELF],
    "form-action": [SELF],
}


class NoSuchAddress:
    """An address with a NUL in it is nobody's, and PostgreSQL would refuse to look for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if "\0" in request.path_info:
            raise Http404
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """A number that no row can have, in an address or a filter: SQLite refuses to look for it."""
        if isinstance(exception, OverflowError) and "SQLite" in str(exception):
            return render(request, "400.html", status=400)
        return None


class ContentSecurityPolicy(CSPMiddleware):
    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if request.path_info.startswith("/admin/") and not report_only:
            return PolicyParts(config=ADMIN_POLICY)
        return parts


class KeptOnStaffSide:
    """Wagtail sends the signed-out to sign in before any view of ours runs: what they sent is kept first (R13)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        sent = request.method == "POST" and request.path_info.startswith("/admin/")
        if sent and not request.user.is_authenticated:
            kept.keep(request, request.get_full_path())
        return self.get_response(request)
