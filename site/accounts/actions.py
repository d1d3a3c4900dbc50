"""What is done about people and their ways in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from accounts import emails, links
from accounts.links import ScopedLink
from accounts.models import User
from changes.refusals import Refused


@transaction.atomic
def set_code(link: ScopedLink) -> str:
    """A fresh six-digit code for the link, which ends any earlier one. Raises Refused past five an hour."""
    link = type(link)._default_manager.select_for_update().get(pk=link.pk)
    now = timezone.now()
    if not link.is_open:
        raise Refused("This link no longer works. Ask us for a new one.")
    if link.codes_counted_from is None or link.codes_counted_from < now - timedelta(hours=1):
        link.codes_counted_from, link.codes_sent = now, 0
    if link.codes_sent >= links.CODES_AN_HOUR:
        raise Refused("We have sent several codes to this address. Wait an hour, then ask for another.")
    code = links.new_code()
    link.code_hash, link.code_sent_at, link.attempts = link.code_digest(code), now, 0
    link.codes_sent += 1
    link.save(update_fields=["code_hash", "code_sent_at", "attempts", "codes_sent", "codes_counted_from"])
    return code


@transaction.atomic
def send_code(link: ScopedLink) -> None:
    """Mail the link's own address a fresh code. Raises Refused as `set_code` does; then nothing is sent."""
    emails.link_code(link, set_code(link))


@transaction.atomic
def send_account_letter(which: str, *, to: str, context: Mapping[str, Any]) -> None:
    """What allauth has to say, by our outbox in our words."""
    emails.account_letter(which, to, context)


@transaction.atomic
def add_person(email: str, name: str, *, roles: tuple[str, ...] = (), password: str | None = None) -> User:
    """Somebody we vouch for: staff with their roles, the people of the demonstration. Again changes nothing.

    Their address counts as confirmed. Without a password they sign in by a code or a passkey.
    """
    user = User.objects.filter(email__iexact=email).first()
    if user:
        return user
    first, _, last = name.partition(" ")
    user = User.objects.create_user(email, password, first_name=first, last_name=last, is_staff=bool(roles))
    user.groups.set(Group.objects.filter(name__in=roles))
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@transaction.atomic
def rename(user: User, *, first_name: str, last_name: str) -> None:
    user.first_name, user.last_name = first_name, last_name
    user.save(update_fields=["first_name", "last_name"])


def check_code(request: HttpRequest, link: ScopedLink, code: str) -> bool:
    """Whether this is the code just mailed; if so it is spent and this browser remembers the link.

    Each try is counted before the code is looked at, so guesses sent at once get five tries between them.
    """
    model = type(link)
    code = "".join(code.split())
    oldest = timezone.now() - timedelta(minutes=links.CODE_MINUTES)
    live = model._default_manager.filter(
        pk=link.pk,
        attempts__lt=links.CODE_ATTEMPTS,
        code_sent_at__gt=oldest,
        revoked_at=None,
        expires_at__gt=timezone.now(),
    ).exclude(code_hash="")
    if not live.update(attempts=F("attempts") + 1):
        return False
    link.refresh_from_db()
    if not link.is_code(code):
        return False
    spent = model._default_manager.filter(pk=link.pk, code_hash=link.code_hash)
    if not spent.update(code_hash="", attempts=0):
        return False
    link.refresh_from_db()
    links.remember(request, link)
    return True


def revoke(link: ScopedLink) -> None:
    """From now on the link opens nothing, also where it was verified. Revoking twice changes nothing."""
    now = timezone.now()
    type(link)._default_manager.filter(pk=link.pk, revoked_at=None).update(revoked_at=now)
    link.refresh_from_db()
