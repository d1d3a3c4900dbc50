"""A door for somebody without an account: a scoped link, and a code sent to the mailbox it was made for."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any, Self, TypeVar

from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

CODE_MINUTES = 15
CODE_ATTEMPTS = 5
CODES_AN_HOUR = 5
VERIFIED_HOURS = 2


class ScopedLink(models.Model):
    """One thing, for one mailbox, until a day. One table per trade: a subclass adds what it opens.

    The link alone opens nothing, since mail is forwarded and scanners follow it: it leads to a page that
    sends a six-digit code to `email`. Neither the token nor the code is stored, only their digests.
    """

    email = models.EmailField()
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    code_hash = models.CharField(max_length=64, blank=True, editable=False)
    code_sent_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0, help_text="Wrong codes since the last one sent.")
    codes_counted_from = models.DateTimeField(null=True, blank=True)
    codes_sent = models.PositiveSmallIntegerField(default=0, help_text="Codes sent in the hour counted.")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"link for {self.masked_email}"

    @classmethod
    def make(cls, *, email: str, days: int, **owner: Any) -> tuple[Self, str]:
        """A new link, saved, and its token: 32 random bytes, URL-safe, to be mailed and forgotten."""
        token = secrets.token_urlsafe(32)
        link = cls(email=email, expires_at=timezone.now() + timedelta(days=days), **owner)
        link.token_hash = digest(token)
        link.save()
        return link, token

    @classmethod
    def open_token(cls, token: str) -> Self | None:
        """The link of this token while it stands: not after its last day, nor once revoked."""
        link = cls._default_manager.filter(token_hash=digest(token)).first()
        return link if link and link.is_open else None

    @property
    def is_open(self) -> bool:
        return self.revoked_at is None and self.expires_at > timezone.now()

    @property
    def has_live_code(self) -> bool:
        """A code was sent, is not too old, and still has tries left."""
        if not self.code_hash or self.code_sent_at is None or self.attempts >= CODE_ATTEMPTS:
            return False
        return self.code_sent_at > timezone.now() - timedelta(minutes=CODE_MINUTES)

    @property
    def masked_email(self) -> str:
        """Enough to know one's own address by, no more: f•••@example.gov.uk."""
        name, _, domain = self.email.partition("@")
        return f"{name[:1]}•••@{domain}"

    def code_digest(self, code: str) -> str:
        """Keyed with the site's secret and bound to this link: a stolen table does not give up six digits."""
        return salted_hmac(f"{self._meta.label_lower}:{self.pk}", code, algorithm="sha256").hexdigest()

    def is_code(self, code: str) -> bool:
        return bool(self.code_hash) and constant_time_compare(self.code_hash, self.code_digest(code))


Link = TypeVar("Link", bound=ScopedLink)


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def new_code() -> str:
    return f"{secrets.randbelow(1_000_000):06d}"


def _session_key(model: type[ScopedLink]) -> str:
    return f"links:{model._meta.label_lower}"


def remember(request: HttpRequest, link: ScopedLink) -> None:
    """This browser has shown the code: keep the door open for two hours, in a fresh session."""
    request.session.cycle_key()
    opened = dict(request.session.get(_session_key(type(link)), {}))
    opened.pop(str(link.pk), None)
    opened[str(link.pk)] = (timezone.now() + timedelta(hours=VERIFIED_HOURS)).isoformat()
    request.session[_session_key(type(link))] = opened


def verified(request: HttpRequest, model: type[Link], pk: Any = None) -> Link | None:
    """The link this browser has verified within two hours: the one of `pk`, or the latest; None when none.

    The row is read afresh each time, so a link that was revoked or ran out opens nothing more.
    """
    opened: dict[str, str] = request.session.get(_session_key(model), {})
    standing = [key for key, until in opened.items() if datetime.fromisoformat(until) > timezone.now()]
    wanted = [key for key in standing if pk is None or key == str(pk)]
    if not wanted:
        return None
    link = model._default_manager.filter(pk=wanted[-1]).first()
    return link if link and link.is_open else None
