"""The mails about documents: asked for, late, returned, refused, and the upload link of an agency."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.urls import reverse

from consultations.emails.addresses import document_url, documents_url
from consultations.emails.letters import to_referrer, to_staff
from consultations.models import AgencyLink, CaseDocument, Consultation, DocumentRequest, Redaction
from mail.actions import send
from provider.models import Provider


def documents_requested(consultation: Consultation, due_on: date) -> None:
    key, url = f"documents:{consultation.pk}", documents_url(consultation)
    to_referrer("documents_requested", consultation, key, url=url, due_on=due_on)


def document_added(request: DocumentRequest) -> None:
    url = documents_url(request.consultation)
    to_referrer("document_added", request.consultation, url=url, due_on=request.due_on)


def document_declined(request: DocumentRequest) -> None:
    """To the office: somebody does not hold a document, or will not share it. Which and why is on the page."""
    provider = Provider.load()
    to_staff("document_declined", request.consultation, provider.email, provider.short_name)


def documents_due(consultation: Consultation, step: str, due_on: date) -> None:
    """To the referrer, who holds what no agency was asked for. `step`: due_soon or overdue."""
    key = f"documents-{step}:{consultation.pk}:referrer:{due_on}"
    to_referrer(f"documents_{step}", consultation, key, url=documents_url(consultation), due_on=due_on)


def documents_late(consultation: Consultation, due_on: date) -> None:
    """To the lead practitioner, and to the office: reminders alone did not help."""
    key = f"documents-late:{consultation.pk}:{{}}:{due_on}"
    url = documents_url(consultation)
    to_referrer("documents_late", consultation, key.format("referrer"), url=url, due_on=due_on)
    provider = Provider.load()
    to_staff(
        "documents_late_to_office",
        consultation,
        provider.email,
        provider.short_name,
        key.format("office"),
        due_on=due_on,
    )


def document_returned(request: DocumentRequest, key: str) -> None:
    url = document_url(request)
    to_referrer("document_returned", request.consultation, key, url=url, document=request.title)


def document_refused(request: DocumentRequest, key: str) -> None:
    url = document_url(request)
    to_referrer("document_refused", request.consultation, key, url=url, document=request.title)


def document_refused_to_staff(document: CaseDocument) -> None:
    """To the member of staff who sent it."""
    user = document.uploaded_by
    if user is not None:
        to_staff(
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
    to_staff("redaction_asked", consultation, provider.email, provider.short_name)


def redaction_answered(redaction: Redaction) -> None:
    """To whoever asked: the referrer by their page, staff by theirs."""
    consultation, asker = redaction.document.request.consultation, redaction.asked_by
    if consultation.is_contact(asker):
        to_referrer("redaction_answered", consultation)
    else:
        to_staff("redaction_answered", consultation, asker.email, str(asker))


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
