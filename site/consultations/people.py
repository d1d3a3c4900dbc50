"""The professionals around one case, each mailbox once: who is invited, asked, and may be named."""

from __future__ import annotations

from dataclasses import dataclass

from consultations.models import Consultation, NetworkMember


@dataclass(frozen=True)
class Professional:
    name: str
    email: str
    part: str  # what they are on this case, for staff to read
    is_required: bool = True
    may_read: bool = False  # the referrer says that they may see the report


def around(consultation: Consultation) -> list[Professional]:
    """The referrer, the social worker if somebody else, and the network: in that order, without ourselves."""
    contact, referral = consultation.contact, consultation.referral
    people = [Professional(contact.name, contact.email, "referrer")]
    if referral.has_social_worker and referral.social_worker_email:
        people.append(
            Professional(referral.social_worker_name, referral.social_worker_email, "social worker")
        )
    people += [
        Professional(
            m.name,
            m.email,
            ", ".join(filter(None, [m.role, m.agency])),
            is_required=m.is_required,
            may_read=m.may_see == NetworkMember.Sees.REPORT,
        )
        for m in consultation.network.all()
    ]
    once = {person.email.lower(): person for person in reversed(people)}
    return list(reversed(once.values()))
