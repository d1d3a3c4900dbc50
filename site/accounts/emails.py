"""Every email about an account or a scoped link."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from accounts.links import CODE_MINUTES, ScopedLink
from mail.actions import send

# Letters that carry a code, or tell whether an address has an account: encrypted, and wiped once sent.
SENSITIVE = {
    "email_confirmation",
    "email_confirmation_signup",
    "login_code",
    "password_reset_code",
    "password_reset_key",
    "account_already_exists",
    "unknown_account",
}
KNOWN = ("code", "signup_url", "password_reset_url", "from_email", "to_email", "deleted_email", "timestamp")


def account_letter(which: str, to: str, context: Mapping[str, Any]) -> None:
    user = context.get("user")
    send(
        f"accounts/{which}",
        to=to,
        name=user.get_full_name() if user else "",
        context={name: context[name] for name in KNOWN if name in context},
        sensitive=which in SENSITIVE,
    )


def link_code(link: ScopedLink, code: str) -> None:
    send(
        "accounts/link_code",
        to=link.email,
        context={"code": code, "minutes": CODE_MINUTES},
        sensitive=True,
    )
