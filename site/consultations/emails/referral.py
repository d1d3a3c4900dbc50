"""The mails from the first draft to the end of a case."""

from __future__ import annotations

from datetime import date

from accounts.models import User
from accounts.roles import CLINICAL_LEAD
from consultations.emails.addresses import case_url, completing_url
from consultations.emails.letters import to_lead, to_referrer, to_staff
from consultations.models import Consultation, ConsultationSettings, Pause
from mail.actions import send
from provider.models import Provider


def let_in(consultation: Consultation, user: User, by: User) -> None:
    send(
        "consultations/let_in",
        to=user.email,
        name=str(user),
        about=consultation.reference,
        context={
            "name": str(user),
            "reference": consultation.reference,
            "url": case_url(consultation),
            "by": str(by),
        },
    )


def draft_waits(consultation: Consultation, delete_on: date, key: str) -> None:
    to_referrer("draft_waits", consultation, key, url=completing_url(consultation), delete_on=delete_on)


def enquiry_taken(consultation: Consultation) -> None:
    days = ConsultationSettings.load().draft_days
    to_referrer("enquiry_taken", consultation, url=completing_url(consultation), days=days)


def referral_received(consultation: Consultation) -> None:
    to_referrer("referral_received", consultation, reply_days=Provider.load().reply_days)


def referral_to_triage(consultation: Consultation) -> None:
    provider = Provider.load()
    to_staff("referral_to_triage", consultation, provider.email, provider.short_name)


def referral_accepted(consultation: Consultation) -> None:
    to_referrer("referral_accepted", consultation)


def more_asked(consultation: Consultation, answer_by: date) -> None:
    to_referrer("more_asked", consultation, answer_by=answer_by)


def paused(consultation: Consultation, pause: Pause) -> None:
    """Why, in the words of the choice: what was noted beside it is read on the page."""
    to_referrer("paused", consultation, why=pause.get_why_display())
    if consultation.lead_consultant is not None:
        to_lead("paused_staff", consultation)


def going_on(consultation: Consultation) -> None:
    to_referrer("going_on", consultation)
    if consultation.lead_consultant is not None:
        to_lead("going_on_staff", consultation)


def amended(consultation: Consultation) -> None:
    to_lead("amended", consultation)


def conflict_declared(consultation: Consultation, by: User) -> None:
    provider = Provider.load()
    to_staff("conflict_declared", consultation, provider.email, provider.short_name, who=str(by))


def opened(consultation: Consultation, by: User) -> None:
    """To the lead consultant; while nobody leads, to every clinical lead."""
    lead = consultation.lead_consultant
    leads = [lead] if lead else User.objects.filter(groups__name=CLINICAL_LEAD, is_active=True)
    for one in leads:
        to_staff("opened", consultation, one.email, str(one), who=str(by))


def referral_declined(consultation: Consultation) -> None:
    to_referrer("referral_declined", consultation)


def withdrawn(consultation: Consultation) -> None:
    to_referrer("withdrawn", consultation)


def closed(consultation: Consultation) -> None:
    to_referrer("closed", consultation)
