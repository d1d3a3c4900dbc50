"""One small function per mail. References only: what a mail is about is read after sign-in (R8)."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.urls import reverse

from accounts.models import User
from accounts.roles import CLINICAL_LEAD
from consultations.emails.addresses import (
    case_url,
    completing_url,
    document_url,
    documents_url,
    recommendations_url,
    staff_url,
)
from consultations.models import (
    AgencyLink,
    CaseDocument,
    Consultation,
    ConsultationSettings,
    DocumentRequest,
    FeedbackLink,
    Pause,
    ProgressLink,
    Recipient,
    Recommendations,
    Redaction,
    ReviewReminder,
)
from mail.actions import send
from provider.models import Provider


def _to_referrer(template: str, consultation: Consultation, key: str = "", **context: object) -> None:
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


def _to_staff(
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
    _to_referrer("draft_waits", consultation, key, url=completing_url(consultation), delete_on=delete_on)


def enquiry_taken(consultation: Consultation) -> None:
    days = ConsultationSettings.load().draft_days
    _to_referrer("enquiry_taken", consultation, url=completing_url(consultation), days=days)


def _to_lead(template: str, consultation: Consultation, **context: object) -> None:
    """To the lead consultant, or to our office while nobody leads."""
    lead, provider = consultation.lead_consultant, Provider.load()
    to, name = (lead.email, str(lead)) if lead else (provider.email, provider.short_name)
    _to_staff(template, consultation, to, name, "", **context)


def referral_received(consultation: Consultation) -> None:
    _to_referrer("referral_received", consultation, reply_days=Provider.load().reply_days)


def referral_to_triage(consultation: Consultation) -> None:
    provider = Provider.load()
    _to_staff("referral_to_triage", consultation, provider.email, provider.short_name)


def referral_accepted(consultation: Consultation) -> None:
    _to_referrer("referral_accepted", consultation)


def more_asked(consultation: Consultation, answer_by: date) -> None:
    _to_referrer("more_asked", consultation, answer_by=answer_by)


def paused(consultation: Consultation, pause: Pause) -> None:
    """Why, in the words of the choice: what was noted beside it is read on the page."""
    _to_referrer("paused", consultation, why=pause.get_why_display())
    if consultation.lead_consultant is not None:
        _to_lead("paused_staff", consultation)


def going_on(consultation: Consultation) -> None:
    _to_referrer("going_on", consultation)
    if consultation.lead_consultant is not None:
        _to_lead("going_on_staff", consultation)


def amended(consultation: Consultation) -> None:
    _to_lead("amended", consultation)


def conflict_declared(consultation: Consultation, by: User) -> None:
    provider = Provider.load()
    _to_staff("conflict_declared", consultation, provider.email, provider.short_name, who=str(by))


def opened(consultation: Consultation, by: User) -> None:
    """To the lead consultant; while nobody leads, to every clinical lead."""
    lead = consultation.lead_consultant
    leads = [lead] if lead else User.objects.filter(groups__name=CLINICAL_LEAD, is_active=True)
    for one in leads:
        _to_staff("opened", consultation, one.email, str(one), who=str(by))


def referral_declined(consultation: Consultation) -> None:
    _to_referrer("referral_declined", consultation)


def withdrawn(consultation: Consultation) -> None:
    _to_referrer("withdrawn", consultation)


def documents_requested(consultation: Consultation, due_on: date) -> None:
    key, url = f"documents:{consultation.pk}", documents_url(consultation)
    _to_referrer("documents_requested", consultation, key, url=url, due_on=due_on)


def document_added(request: DocumentRequest) -> None:
    url = documents_url(request.consultation)
    _to_referrer("document_added", request.consultation, url=url, due_on=request.due_on)


def document_declined(request: DocumentRequest) -> None:
    """To the office: somebody does not hold a document, or will not share it. Which and why is on the page."""
    provider = Provider.load()
    _to_staff("document_declined", request.consultation, provider.email, provider.short_name)


def documents_due(consultation: Consultation, step: str, due_on: date) -> None:
    """To the referrer, who holds what no agency was asked for. `step`: due_soon or overdue."""
    key = f"documents-{step}:{consultation.pk}:referrer:{due_on}"
    _to_referrer(f"documents_{step}", consultation, key, url=documents_url(consultation), due_on=due_on)


def documents_late(consultation: Consultation, due_on: date) -> None:
    """To the lead practitioner, and to the office: reminders alone did not help."""
    key = f"documents-late:{consultation.pk}:{{}}:{due_on}"
    url = documents_url(consultation)
    _to_referrer("documents_late", consultation, key.format("referrer"), url=url, due_on=due_on)
    provider = Provider.load()
    _to_staff(
        "documents_late_to_office",
        consultation,
        provider.email,
        provider.short_name,
        key.format("office"),
        due_on=due_on,
    )


def document_returned(request: DocumentRequest, key: str) -> None:
    url = document_url(request)
    _to_referrer("document_returned", request.consultation, key, url=url, document=request.title)


def document_refused(request: DocumentRequest, key: str) -> None:
    url = document_url(request)
    _to_referrer("document_refused", request.consultation, key, url=url, document=request.title)


def document_refused_to_staff(document: CaseDocument) -> None:
    """To the member of staff who sent it."""
    user = document.uploaded_by
    if user is not None:
        _to_staff(
            "document_refused_to_staff",
            document.request.consultation,
            user.email,
            str(user),
            f"document-refused:{document.pk}",
            document=document.reference_name(),
        )


def redaction_asked(redaction: Redaction) -> None:
    provider = Provider.load()
    consultation = redaction.document.request.consultation
    _to_staff("redaction_asked", consultation, provider.email, provider.short_name)


def redaction_answered(redaction: Redaction) -> None:
    """To whoever asked: the referrer by their page, staff by theirs."""
    consultation, asker = redaction.document.request.consultation, redaction.asked_by
    if consultation.is_contact(asker):
        _to_referrer("redaction_answered", consultation)
    else:
        _to_staff("redaction_answered", consultation, asker.email, str(asker))


def review_wanted(report: Recommendations) -> None:
    provider = Provider.load()
    _to_staff(
        "review_wanted", report.consultation, provider.email, provider.short_name, author=str(report.author)
    )


def changes_asked(report: Recommendations) -> None:
    _to_staff("changes_asked", report.consultation, report.author.email, str(report.author))


def recommendations_issued(report: Recommendations) -> None:
    key, url = f"issued:{report.pk}", recommendations_url(report.consultation)
    _to_referrer("recommendations_issued", report.consultation, key, url=url, version=report.version)


def recommendations_shared(report: Recommendations, recipient: Recipient) -> None:
    """To one named person, for each version once, and once more when they are let back in."""
    reference = report.consultation.reference
    send(
        "consultations/recommendations_shared",
        to=recipient.email,
        name=recipient.name,
        key=f"shared:{report.pk}:{recipient.pk}:{recipient.named_at.timestamp():.0f}",
        about=reference,
        context={
            "name": recipient.name,
            "reference": reference,
            "version": report.version,
            "email": recipient.email,
            "url": recommendations_url(report.consultation),
        },
    )


def closed(consultation: Consultation) -> None:
    _to_referrer("closed", consultation)


def to_agency(template: str, link: AgencyLink, token: str, *, key: str = "", **context: object) -> None:
    """To the mailbox of an upload link. Sensitive: the button carries the token."""
    reference = link.consultation.reference
    send(
        f"consultations/{template}",
        to=link.email,
        name=link.name,
        key=key,
        about=reference,
        sensitive=True,
        context={
            "name": link.name,
            "reference": reference,
            "expires_at": link.expires_at,
            "url": settings.BASE_URL + reverse("consultations:agency_open", args=[token]),
            **context,
        },
    )


def _by_link(template: str, link: ProgressLink | FeedbackLink, url: str, reference: str) -> None:
    """With a personal link, which is why staff cannot read it: once for the link."""
    send(
        f"consultations/{template}",
        to=link.email,
        name=link.name,
        key=f"{template}:{link.pk}",
        about=reference,
        sensitive=True,
        context={
            "name": link.name,
            "reference": reference,
            "url": settings.BASE_URL + url,
            "until": link.expires_at,
        },
    )


def progress_asked(link: ProgressLink, token: str) -> None:
    url = reverse("consultations:open_progress", args=[token])
    _by_link("progress_asked", link, url, link.report.consultation.reference)


def feedback_asked(link: FeedbackLink, token: str) -> None:
    url = reverse("consultations:open_feedback", args=[token])
    _by_link("feedback_asked", link, url, link.consultation.reference)


def review_due(reminder: ReviewReminder) -> None:
    key = f"review:{reminder.pk}:{reminder.remind_on}"
    _to_referrer("review_due", reminder.consultation, key)
