"""Everybody of the network for the page of the case, each with what can be done about them."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from consultations.actions.amending import AMENDABLE
from consultations.actions.network import LAST_ONE
from consultations.models import Consultation, NetworkMember
from design.staff import Button


def rows_of(consultation: Consultation, *, may_act: bool) -> list[dict[str, Any]]:
    """Everybody of the network for the page of the case. Reads prefetched rows alone."""
    members = list(consultation.network.all())
    stays = consultation.status in AMENDABLE and len(members) == 1
    return [{"member": m, "acts": _acts_on(m, stays) if may_act else []} for m in members]


def _acts_on(member: NetworkMember, stays: bool) -> list[Button]:
    def button(key: str, label: str, *why_off: str) -> Button:
        href = reverse(f"consultation:{key}", args=[member.consultation_id, member.pk])
        return Button(f"{key}-{member.pk}", label, href, why_off=why_off, about=member.name)

    why_off = (LAST_ONE,) if stays else ()
    return [button("change_member", "Change"), button("remove_member", "Take off", *why_off)]
