"""What other rooms ask about a person."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.http import HttpRequest

from accounts.models import User


def proved_domains(user: User) -> set[str]:
    """Domains of the addresses this person has shown to read, by a code mailed there; lower case."""
    return {address.rpartition("@")[2] for address in proved_addresses(user)}


def proved_addresses(user: User) -> set[str]:
    """The addresses this person has shown to read; lower case."""
    addresses = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    return {address.lower() for address in addresses}


class SignedInRequest(HttpRequest):
    """A request that has passed `design.kept.sign_in_required`: its user is somebody."""

    user: User  # type: ignore[assignment]
