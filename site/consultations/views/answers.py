"""The referral's answers as summary lists, for the referrer to check and for staff to read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.forms import BoundField
from django.urls import reverse

from consultations.forms import SECTION_FORMS, SectionForm
from consultations.models import Consultation, Referral
from consultations.names import names_in
from consultations.sections import SECTIONS

Group = dict[str, Any]
# What is written in whole sentences about the young person.
FREE_TEXT = frozenset(
    {
        "learning_needs",
        "behaviours",
        "happened",
        "people_affected",
        "tried",
        "investigation_detail",
        "outcome",
        "restrictions",
        "safety_of_young_person",
        "safety_of_others",
        "questions",
        "documents_elsewhere",
        "availability",
        "needed_for",
        "lawful_basis_detail",
    }
)


def asked(form: SectionForm) -> Iterator[BoundField]:
    """The questions of a step, but for those which another answer made needless and which were left empty."""
    for field in form:
        if field.name not in form.needed_sometimes or field.initial not in (None, ""):
            yield field


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
                {"key": member.name, "value": member.details, "href": href}
                for member in consultation.network.all()
            ]
        else:
            rows = [
                {"key": field.label, "value": referral.said(field.name), "href": href, "name": field.name}
                for field in asked(SECTION_FORMS[section.slug](instance=referral))
            ]
        groups.append({"title": section.title, "slug": section.slug, "rows": rows, "href": href})
    return groups


def possible_names(consultation: Consultation, groups: list[Group]) -> list[dict[str, str]]:
    """What in the free text of these answers looks like a name, and where to change it. A hint, never a stop."""
    referral = consultation.referral
    known = [consultation.organisation.name, consultation.contact.name, referral.area]
    known += [referral.social_worker_name, referral.funder_name]
    for member in consultation.network.all():
        known += [member.name, member.agency]
    return [
        {"name": name, "where": row["key"], "href": row["href"]}
        for group in groups
        for row in group["rows"]
        if row.get("name") in FREE_TEXT
        for name in names_in(str(row["value"]), known)
    ]


def amendments_of(consultation: Consultation) -> list[dict[str, Any]]:
    """What was changed after sending, the newest first, each under the words of its question."""
    amendments = list(consultation.amendments.select_related("amended_by").order_by("-amended_at", "-pk"))
    if not amendments:
        return []
    labels = {
        name: str(field.label) for form in SECTION_FORMS.values() for name, field in form().fields.items()
    }
    labels |= {"network": "The professionals involved", "asked": "Our question and your answer"}
    labels["answer"] = "The answer to our question"
    return [{"row": one, "what": labels.get(one.field, one.field)} for one in amendments]
