"""What every mail about a case shares: to the referrer, to one of us, to whoever leads it."""

from __future__ import annotations

from consultations.emails.addresses import case_url, staff_url
from consultations.models import Consultation
from mail.actions import send
from provider.models import Provider


def to_referrer(template: str, consultation: Consultation, key: str = "", **context: object) -> None:
    contact = consultation.contact
    send(
        f"consultations/{template}",
        to=contact.email,
        name=contact.name,
        key=key,
        about=consultation.reference,
        context={
            "name": contact.name,
            "reference": consultation.reference,
            "url": case_url(consultation),
            **context,
        },
    )


def to_staff(
    template: str, consultation: Consultation, to: str, name: str, key: str = "", **context: object
) -> None:
    send(
        f"consultations/{template}",
        to=to,
        name=name,
        key=key,
        about=consultation.reference,
        context={
            "name": name,
            "reference": consultation.reference,
            "url": staff_url(consultation),
            **context,
        },
    )


def to_lead(template: str, consultation: Consultation, **context: object) -> None:
    """To the lead consultant, or to our office while nobody leads."""
    lead, provider = consultation.lead_consultant, Provider.load()
    to, name = (lead.email, str(lead)) if lead else (provider.email, provider.short_name)
    to_staff(template, consultation, to, name, "", **context)
