"""How somebody is known by a password."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest

from accounts.passwords import DEMO_PASSWORD


class PasswordBackend(AuthenticationBackend):
    """By email address and password; never by the demonstration's password on a live service.

    It is the only backend: Django's own beside it would accept what this one refuses.
    """

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> AbstractBaseUser | None:  # type: ignore[override]
        if credentials.get("password") == DEMO_PASSWORD and not settings.DEMO:
            self._mitigate_timing_attack(DEMO_PASSWORD)
            return None
        return super().authenticate(request, **credentials)
