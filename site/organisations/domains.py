"""Which email domains can speak for an organisation."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError

# Anybody can have an address there, so such a domain proves nothing about where somebody works.
PUBLIC_MAIL = frozenset(
    {
        *("gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "hotmail.co.uk", "live.com"),
        *("live.co.uk", "msn.com", "yahoo.com", "yahoo.co.uk", "ymail.com", "icloud.com", "me.com"),
        *("mac.com", "aol.com", "proton.me", "protonmail.com", "gmx.com", "gmx.co.uk", "mail.com"),
        *("btinternet.com", "sky.com", "virginmedia.com", "ntlworld.com", "talktalk.net", "duck.com"),
        *("tiscali.co.uk", "zoho.com", "fastmail.com", "hey.com", "yandex.com"),
    }
)
_DOMAIN = re.compile(r"(?=.{4,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}", re.IGNORECASE)


def validate_domain(name: str) -> None:
    name = name.strip()
    if not _DOMAIN.fullmatch(name):
        raise ValidationError("Enter an email domain, the part after the @, like elmshire.example.gov.uk")
    if name.lower() in PUBLIC_MAIL:
        raise ValidationError("Anybody can have an address there. Enter a domain that only its staff use.")
