"""What clinicians note while they read, and what is made unreadable in a document."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from changes.log import record
from changes.refusals import Refused
from consultations import emails
from consultations.models import CaseDocument, DocumentNote, Redaction
from vault import actions as vault

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def note(document: CaseDocument, text: str, *, by: User) -> None:
    """Keep a clinician's notes on a document; empty ones are taken away."""
    if not by.has_perm("consultations.write_recommendations"):
        raise Refused("Only clinicians keep notes on documents.")
    if text.strip():
        DocumentNote.objects.update_or_create(document=document, author=by, defaults={"text": text.strip()})
    else:
        DocumentNote.objects.filter(document=document, author=by).delete()


@transaction.atomic
def ask_for_redaction(document: CaseDocument, *, reason: str, by: User) -> Redaction:
    """Ask staff to make something in a file unreadable. The reason may speak of the case: it stays off the mail."""
    locked = CaseDocument.locked(document.pk)
    if not reason.strip():
        raise Refused("Write what should be made unreadable, and why.")
    if locked.withdrawn_at is not None or locked.destroyed_at is not None:
        raise Refused("This file is no longer in use, so nobody can open it.")
    if locked.redactions.filter(status=Redaction.Status.ASKED).exists():
        raise Refused("A redaction of this file has been asked for already. Nothing was done.")
    redaction = Redaction.objects.create(document=locked, reason=reason.strip(), asked_by=by)
    consultation = document.request.consultation
    record(consultation, "consultation.redaction_asked", by=by, file=document.download_name)
    emails.redaction_asked(redaction)
    return redaction


@transaction.atomic
def redact(
    redaction: Redaction,
    upload: UploadedFile,
    *,
    destroy: bool,
    by: User,
    upload_token: UUID | None = None,
) -> CaseDocument:
    """Put a redacted version in the file's place. The old one is withdrawn at once, and with `destroy` gone for good.

    Raises vault.files.Unacceptable for the field of the form, Stale when it was answered already.
    """
    old = redaction.document
    redaction.move_to(Redaction.Status.DONE, by=by)
    new = vault.keep(CaseDocument(request=old.request, upload_token=upload_token), upload, by=by)
    Redaction.objects.filter(pk=redaction.pk).update(replaced_by=new)
    vault.withdraw(old, by=by, reason="Redacted")
    if destroy:
        vault.destroy(old, by=by, reason="Redacted")
    consultation = old.request.consultation
    record(
        consultation,
        "consultation.redacted",
        by=by,
        file=old.download_name,
        what="The old file is destroyed." if destroy else "The old file is withdrawn.",
    )
    emails.redaction_answered(redaction)
    return new


@transaction.atomic
def decline_redaction(redaction: Redaction, *, answer: str, by: User) -> None:
    """Leave the file as it is, and say why."""
    if not answer.strip():
        raise Refused("Write why the file stays as it is.")
    redaction.move_to(Redaction.Status.DECLINED, by=by, answer=answer.strip())
    document = redaction.document
    record(
        document.request.consultation,
        "consultation.redaction_declined",
        by=by,
        file=document.download_name,
    )
    emails.redaction_answered(redaction)


@transaction.atomic
def destroy_withdrawn(document: CaseDocument, *, reason: str, by: User) -> None:
    """Destroy a withdrawn file before the retention schedule would. Twice changes nothing."""
    if not reason.strip():
        raise Refused("Write why it is destroyed now.")
    if document.withdrawn_at is None:
        raise Refused("This file is in use. Only a withdrawn file can be destroyed here.")
    name = document.download_name
    if CaseDocument.locked(document.pk).destroyed_at is None:
        vault.destroy(document, by=by, reason=reason.strip())
        record(
            document.request.consultation,
            "consultation.file_destroyed",
            by=by,
            file=name,
            reason=reason.strip(),
        )
