"""One line of the checklist: received, accepted, returned, not held, waived."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from changes.refusals import Refused
from consultations import emails
from consultations.actions.agency import tell_agency
from consultations.actions.pausing import mind_clock
from consultations.models import AgencyLink, CaseDocument, Consultation, DocumentRequest
from vault.actions import keep

if TYPE_CHECKING:
    from accounts.models import User


def receive_document(
    request: DocumentRequest,
    upload: UploadedFile,
    *,
    by: User | AgencyLink,
    upload_token: UUID | None = None,
) -> CaseDocument:
    """Take a file in for one line of the checklist; it counts as received once it has passed the virus check.

    Raises vault.files.Unacceptable with a sentence for the field, Refused if the line takes no files any more.
    """
    if request.consultation.status != Consultation.Status.ACCEPTED or not request.takes_files:
        raise Refused(f"“{request.title}” takes no more files: it is {request.state.lower()}.")
    link = by if isinstance(by, AgencyLink) else None
    return keep(CaseDocument(request=request, upload_token=upload_token, sent_by_link=link), upload, by=by)


@transaction.atomic
def document_scanned(document: CaseDocument) -> None:
    """What follows from a virus check. Safe to run twice: only a line that waits moves (R10)."""
    request = DocumentRequest.locked(document.request_id)
    if document.is_readable:
        if request.status in {*DocumentRequest.WANTED, *DocumentRequest.UNANSWERED}:
            request.move_to(
                DocumentRequest.Status.RECEIVED,
                by=document.uploaded_by or document.uploaded_name,
                holder_words="",
                holder_name="",
            )
    elif document.status == CaseDocument.Status.INFECTED:
        _tell_sender(document, "refused")


def _tell_sender(document: CaseDocument, what: str) -> None:
    """That a file was "refused" by the virus check, or "returned": to whoever sent it, once (R10)."""
    key = f"document-{what}:{document.pk}"
    if document.sent_by_link is not None:
        if tell_agency(document.sent_by_link, f"agency_{what}", key=key):
            return
        if document.sent_by_link.is_open:
            return  # told already
    if what == "refused" and document.uploaded_by is not None and document.uploaded_by.is_staff:
        emails.document_refused_to_staff(document)
        return
    tell = emails.document_refused if what == "refused" else emails.document_returned
    tell(document.request, key)


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
    newest = request.newest
    request.move_to(DocumentRequest.Status.RETURNED, by=by)
    DocumentRequest.objects.filter(pk=request.pk).update(reason=reason.strip())
    request.reason = reason.strip()
    if newest is not None:
        _tell_sender(newest, "returned")


@transaction.atomic
def decline_document(request: DocumentRequest, *, status: str, words: str, by: object) -> None:
    """Its holder does not have it (NOT_HELD) or will not share it (REFUSED), and says why. Staff decide then.

    Raises Refused while a file of theirs is being checked. The words stay off the mail (R8).
    """
    if status not in DocumentRequest.UNANSWERED:
        raise ValueError(f"{status} is nothing that a holder says.")
    if not words.strip():
        raise Refused("Write why, or who may have it.")
    if request.is_scanning:
        raise Refused("A file you sent is being checked. Wait until that is done.")
    request.move_to(status, by=by, holder_words=words.strip(), holder_name=str(by))
    emails.document_declined(request)


@transaction.atomic
def waive_document(request: DocumentRequest, *, reason: str, by: User) -> None:
    """Go on without it, for a reason that is kept and shown."""
    if not reason.strip():
        raise Refused("Write why we can go on without this document.")
    request.move_to(DocumentRequest.Status.WAIVED, by=by)
    DocumentRequest.objects.filter(pk=request.pk).update(reason=reason.strip())
    request.reason = reason.strip()
    mind_clock(request.consultation)
