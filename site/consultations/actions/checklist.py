"""What a case's documents checklist asks for: planned, sent out, changed afterwards."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from changes.log import record
from changes.refusals import Refused
from consultations import emails
from consultations.actions.pausing import mind_clock
from consultations.models import Checklist, Consultation, ConsultationSettings, DocumentRequest

if TYPE_CHECKING:
    from accounts.models import User


def _open(consultation: Consultation) -> Consultation:
    """The case, locked, while its checklist may change. Raises Refused once it is over."""
    locked = Consultation.locked(consultation.pk)
    if locked.status != Consultation.Status.ACCEPTED:
        raise Refused("Accept the referral before asking for documents.")
    if locked.issued_report is not None:
        raise Refused("The recommendations are issued, so no more documents are asked for.")
    return locked


@transaction.atomic
def plan_documents(consultation: Consultation, *, checklist: Checklist, by: User | None) -> None:
    """Put the lines of a checklist on the case, not asked for yet, in place of what was planned before.

    Raises Refused once the checklist has gone out.
    """
    locked = _open(consultation)
    if locked.asked_documents:
        raise Refused("The checklist has gone out. Add or remove single documents instead.")
    locked.document_requests.all().delete()
    DocumentRequest.objects.bulk_create(
        DocumentRequest(
            consultation=locked,
            number=number,
            title=item.title,
            guidance=item.guidance,
            is_required=item.is_required,
            due_days=item.due_days,
        )
        for number, item in enumerate(checklist.items.all(), 1)
    )
    record(locked, "consultation.documents_planned", by=by, checklist=checklist.name)


@transaction.atomic
def request_documents(consultation: Consultation, *, by: User | None) -> None:
    """Send the checklist out, once: a repeat changes nothing (R10). Raises Refused unless accepted and funded.

    Without a plan for this case the default checklist goes out.
    """
    locked = Consultation.locked(consultation.pk)
    if locked.asked_documents:
        return
    locked = _open(consultation)
    if not locked.is_funded:
        raise Refused(
            "Funding is not agreed yet. The checklist goes out by itself when the funder accepts the quote."
        )
    rules = ConsultationSettings.load()
    if not locked.document_requests.exists():
        if rules.checklist is None:
            raise Refused("There is no documents checklist yet. Make one under Settings.")
        plan_documents(locked, checklist=rules.checklist, by=None)
    now, today = timezone.now(), timezone.localdate()
    lines = list(locked.document_requests.all())
    for line in lines:
        days = rules.documents_due_days if line.due_days is None else line.due_days
        line.due_on = line.due_on or today + timedelta(days=days)
        line.asked_at = now
    DocumentRequest.objects.bulk_update(lines, ["due_on", "asked_at"])
    record(locked, "consultation.documents_requested", by=by)
    mind_clock(locked)
    emails.documents_requested(locked, min(line.due_on for line in lines if line.due_on))


@transaction.atomic
def add_document(
    consultation: Consultation,
    *,
    title: str,
    by: User,
    guidance: str = "",
    is_required: bool = False,
    due_on: date | None = None,
) -> DocumentRequest:
    """One more line. When the checklist has gone out already it is asked for at once, and the referrer told."""
    locked = _open(consultation)
    title = title.strip()
    if locked.document_requests.filter(title__iexact=title).exists():
        raise Refused(f"“{title}” is on the checklist already.")
    is_out = bool(locked.asked_documents)
    if is_out and due_on is None:
        due_on = timezone.localdate() + timedelta(days=ConsultationSettings.load().documents_due_days)
    line = DocumentRequest.objects.create(
        consultation=locked,
        number=(locked.document_requests.aggregate(last=Max("number"))["last"] or 0) + 1,
        title=title,
        guidance=guidance.strip(),
        is_required=is_required,
        due_on=due_on,
        asked_at=timezone.now() if is_out else None,
    )
    record(locked, "consultation.document_added", by=by, document=title)
    if is_out:
        mind_clock(locked)
        emails.document_added(line)
    return line


@transaction.atomic
def change_document(
    request: DocumentRequest,
    *,
    title: str,
    guidance: str,
    is_required: bool,
    due_on: date | None,
    by: User,
    reason: str = "",
) -> None:
    """Change a line. One that was asked for as required becomes optional for a reason only (R1)."""
    locked = _open(request.consultation)
    line = DocumentRequest.locked(request.pk)
    if line.is_demanded and not is_required and not reason.strip():
        raise Refused("Write why this document is no longer required.")
    if locked.document_requests.exclude(pk=line.pk).filter(title__iexact=title.strip()).exists():
        raise Refused(f"“{title.strip()}” is on the checklist already.")
    line.title, line.guidance = title.strip(), guidance.strip()
    line.is_required, line.due_on = is_required, due_on
    line.save(update_fields=["title", "guidance", "is_required", "due_on"])
    request.refresh_from_db()
    record(locked, "consultation.document_changed", by=by, document=line.title, reason=reason.strip())
    mind_clock(locked)


@transaction.atomic
def remove_document(request: DocumentRequest, *, by: User, reason: str = "") -> None:
    """Take a line off the checklist. One with a file stays, and a required one goes for a reason only (R1)."""
    locked = _open(request.consultation)
    line = DocumentRequest.locked(request.pk)
    if line.files.exists():
        raise Refused("A file was sent for it, so it stays on the checklist. Accept, return or waive it.")
    if line.is_demanded and not reason.strip():
        raise Refused("Write why this document is no longer asked for.")
    record(locked, "consultation.document_removed", by=by, document=line.title, reason=reason.strip())
    line.delete()
    mind_clock(locked)


@transaction.atomic
def ask_again(request: DocumentRequest, *, due_on: date | None, by: User) -> None:
    """Ask once more for what somebody did not hold or refused: of them, or of somebody else."""
    due_on = due_on or timezone.localdate() + timedelta(days=ConsultationSettings.load().documents_due_days)
    request.move_to(DocumentRequest.Status.REQUESTED, by=by, due_on=due_on, holder_words="", holder_name="")
    mind_clock(request.consultation)
    emails.document_added(request)
