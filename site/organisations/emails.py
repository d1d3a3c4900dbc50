"""Every email about belonging to an organisation."""

from __future__ import annotations

from mail.actions import send
from organisations.models import JoinRequest


def joined(request: JoinRequest) -> None:
    send(
        "organisations/joined",
        to=request.user.email,
        name=request.user.get_full_name(),
        context={"organisation": request.organisation},
        key=f"join-request-{request.pk}-approved",
    )


def not_joined(request: JoinRequest) -> None:
    send(
        "organisations/not_joined",
        to=request.user.email,
        name=request.user.get_full_name(),
        context={"organisation": request.organisation},
        key=f"join-request-{request.pk}-declined",
    )
