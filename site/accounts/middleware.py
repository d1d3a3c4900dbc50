"""Under /admin/: staff alone, and with a second factor shown in this very session."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

STAFF_SIDE = "/admin/"
LEAVING = "/admin/logout/"
ENROLS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


def has_shown_second_factor(request: HttpRequest) -> bool:
    """This session was opened with, or has since shown, a code, a passkey or a recovery code."""
    # Without the user allauth answers with an empty list, silently.
    return any(record["method"] == "mfa" for record in get_authentication_records(request, request.user))


class SecondFactor:
    """Keeps everybody else out with a 404 (R9), and sends staff to set up or show their second factor."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(STAFF_SIDE) and request.user.is_authenticated:
            if not request.user.has_perm("wagtailadmin.access_admin"):
                raise Http404
            if elsewhere := self._where_first(request):
                return redirect(elsewhere)
        return self.get_response(request)

    def _where_first(self, request: HttpRequest) -> str:
        if not settings.STAFF_SECOND_FACTOR or request.path_info == LEAVING:
            return ""
        onward = urlencode({"next": request.get_full_path() if request.method == "GET" else STAFF_SIDE})
        if not is_mfa_enabled(request.user, ENROLS):
            return f"{reverse('accounts:second_factor')}?{onward}"
        if has_shown_second_factor(request):
            return ""
        ways = get_adapter().get_reauthentication_methods(request.user)
        shown = next(way["url"] for way in ways if way["id"].startswith("mfa_reauthenticate"))
        return f"{shown}?{onward}"
