"""Where allauth meets the house: its mail goes through our outbox, its secrets through the vault's keys."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from accounts import actions


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": "This account is closed. Ask us if that is a mistake.",
        "duplicate_email": "You use this address already.",
        "email_password_mismatch": "Check your email address and password. No account here has both.",
        "email_taken": "Another account uses this address. Enter a different one.",
        "enter_current_password": "Enter the password you use now.",
        "incorrect_code": "Check the code, or ask for a new one. That one does not match.",
        "incorrect_password": "Check your password. That one does not match.",
        "invalid_login": "Check your email address.",
        "rate_limited": "Wait a minute, then try again. There were too many tries.",
        "same_as_current": "Enter a different address. This is the one you use now.",
        "too_many_login_attempts": "Wait a few minutes, then try again. There were too many tries.",
        "unverified_primary_email": "Confirm your email address first.",
    }

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """`account/email/login_code` is our pair `accounts/emails/login_code`, sent by the outbox."""
        actions.send_account_letter(template_prefix.rpartition("/")[2], to=email, context=context)

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any) -> HttpResponse:
        """After signing up, first to the page that asks for the organisation, then on."""
        if kwargs.get("signup"):
            onward = kwargs.get("redirect_url")
            welcome = reverse("organisations:join")
            kwargs["redirect_url"] = f"{welcome}?{urlencode({'next': onward})}" if onward else welcome
        return super().post_login(request, user, **kwargs)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accounts:home")


def _box() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.VAULT_KEYS])


class MFAAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "Check the code. Your app shows a new one every 30 seconds.",
        "unverified_email": "Confirm your email address before you set this up.",
        "cannot_delete_authenticator": "You cannot turn this off.",
        "cannot_generate_recovery_codes": "Set up an authenticator app or a passkey first.",
    }

    def encrypt(self, text: str) -> str:
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Raises InvalidToken under a wrong key: better no second factor than a made-up one."""
        return _box().decrypt(encrypted_text.encode()).decode()

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:
        made = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return f"Passkey {made + 1}" if made else "Passkey"

    def _get_site_name(self) -> str:
        from provider.models import Provider

        return Provider.load().short_name
