"""The documents checklist: asked, received, accepted or returned."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from changes.log import record
from changes.refusals import Refused
from consultations import emails
from consultations.actions.pausing import mind_clock
from consultations.models import (
    CaseDocument,
    ChecklistItem,
    Consultation,
    ConsultationSettings,
    DocumentRequest,
)
from vault.actions import keep

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def request_documents(consultation: Consultation, *, by: User | None) -> None:
    """Send the checklist out, once: a repeat changes nothing (R10). Raises Refused unless accepted and funded."""
    locked = Consultation.locked(consultation.pk)
    if locked.document_requests.exists():
        return
    if locked.status != Consultation.Status.ACCEPTED:
        raise Refused("Accept the referral before asking for documents.")
    if not locked.is_funded:
        raise Refused(
            "Funding is not agreed yet. The checklist goes out by itself when the funder accepts the quote."
        )
    due_on = timezone.localdate() + timedelta(days=ConsultationSettings.load().documents_due_days)
    DocumentRequest.objects.bulk_create(
        DocumentRequest(
            consultation=locked,
            number=number,
            title=item.title,
            guidance=item.guidance,
            is_required=item.is_required,
            due_on=due_on,
        )
        for number, item in enumerate(ChecklistItem.objects.all(), 1)
    )
    record(locked, "consultation.documents_requested", by=by)
    emails.documents_requested(locked, due_on)


def receive_document(
    request: DocumentRequest, upload: UploadedFile, *, by: User, upload_token: UUID | None = None
) -> CaseDocument:
    """Take a file in for one line of the checklist; it counts as received once it has passed the virus check.

    Raises vault.files.Unacceptable with a sentence for the field, Refused if the line takes no files any more.
    """
    if request.consultation.status != Consultation.Status.ACCEPTED or not request.takes_files:
        raise Refused(f"“{request.title}” takes no more files: it is {request.get_status_display().lower()}.")
    document = CaseDocument(request=request, upload_token=upload_token)
    keep(document, upload, by=by)
    return document


@transaction.atomic
def document_scanned(document: CaseDocument) -> None:
    """What follows from a virus check. Safe to run twice: only a line that waits moves (R10)."""
    request = DocumentRequest.locked(document.request_id)
    if document.is_readable:
        if request.status in {DocumentRequest.Status.REQUESTED, DocumentRequest.Status.RETURNED}:
            request.move_to(DocumentRequest.Status.RECEIVED, by=document.uploaded_by, reason="")
    elif document.status == CaseDocument.Status.INFECTED:
        emails.document_refused(request, document)


@transaction.atomic
def accept_document(request: DocumentRequest, *, by: User) -> None:
    """It is what we need."""
    newest = request.newest
    if request.can_move_to(DocumentRequest.Status.ACCEPTED) and (newest is None or not newest.is_readable):
        raise Refused("The newest file has not passed the virus check, so it cannot be accepted yet.")
    request.move_to(DocumentRequest.Status.ACCEPTED, by=by)
    mind_clock(request.consultation)


@transaction.atomic
def return_document(request: DocumentRequest, *, reason: str, by: User) -> None:
    """It is not what we need; say why, so that the next one is. The reason stays off the mail (R8)."""
    if not reason.strip():
        raise Refused("Write why it is returned and what to send instead.")
    request.move_to(DocumentRequest.Status.RETURNED, by=by)
    DocumentRequest.objects.filter(pk=request.pk).update(reason=reason.strip())
    request.reason = reason.strip()
    emails.document_returned(request)


@transaction.atomic
def waive_document(request: DocumentRequest, *, reason: str, by: User) -> None:
    """Go on without it, for a reason that is kept and shown."""
    if not reason.strip():
        raise Refused("Write why we can go on without this document.")
    request.move_to(DocumentRequest.Status.WAIVED, by=by)
    DocumentRequest.objects.filter(pk=request.pk).update(reason=reason.strip())
    request.reason = reason.strip()
    mind_clock(request.consultation)
