"""The referral's answers as summary lists, for the referrer to check and for staff to read."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from consultations.forms import SECTION_FORMS
from consultations.models import Consultation, Referral
from consultations.sections import SECTIONS

Group = dict[str, Any]


def answers_of(consultation: Consultation, *, changeable: bool = False) -> list[Group]:
    """One group a step: its title and rows of key, value and, while it may change, where."""
    referral: Referral = consultation.referral
    groups: list[Group] = []
    for section in SECTIONS:
        href = ""
        if changeable:
            href = reverse("consultations:step", args=[consultation.reference, section.slug]) + "?from=check"
        if section.slug == "network":
            rows: list[dict[str, Any]] = [
                {
                    "key": member.name,
                    "value": "\n".join(filter(None, [member.role, member.agency, member.email])),
                    "href": href,
                }
                for member in consultation.network.all()
            ]
        else:
            form = SECTION_FORMS[section.slug](instance=referral)
            rows = [
                {"key": field.label, "value": _said(referral, field.name), "href": href} for field in form
            ]
        groups.append({"title": section.title, "slug": section.slug, "rows": rows, "href": href})
    return groups


def _said(referral: Referral, name: str) -> object:
    display = getattr(referral, f"get_{name}_display", None)
    value = display() if display else getattr(referral, name)
    return "" if value is None else value
