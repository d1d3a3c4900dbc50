"""The end of a case, and of its records: kept to their day, held when a court may need them, then destroyed."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from changes.log import record
from changes.refusals import Refused, Stale
from consultations import emails
from consultations.actions.aftercare import ask_for_feedback
from consultations.models import (
    CaseDocument,
    Closure,
    Consultation,
    DocumentNote,
    LegalHold,
    MeetingRecord,
    Progress,
    Recommendation,
    Recommendations,
    Redaction,
    Referral,
    ReportComment,
    ReportRevision,
)
from consultations.models.retention import documents_until, reports_until, standing_hold
from vault.actions import destroy
from vault.fields import EncryptedTextField

if TYPE_CHECKING:
    from accounts.models import User

HOLDER = "consultations.hold_records"


@transaction.atomic
def close(
    consultation: Consultation,
    *,
    by: User,
    outcome: str = Closure.Outcome.RECOMMENDED,
    note: str = "",
) -> None:
    """Close a case whose recommendations are issued and whose invoice is paid; all that is missing is told at once.

    The referrer and the network are asked what they thought.
    """
    locked = Consultation.locked(consultation.pk)
    if locked.can_move_to(Consultation.Status.CLOSED) and (missing := locked.missing_for_closing()):
        raise Refused(*missing)
    consultation.move_to(Consultation.Status.CLOSED, by=by, closed_at=timezone.now())
    Closure.objects.update_or_create(consultation=locked, defaults={"outcome": outcome, "note": note.strip()})
    emails.closed(consultation)
    ask_for_feedback(locked)


@transaction.atomic
def reopen(consultation: Consultation, *, reason: str, by: User) -> None:
    """Take up a closed case again, so that a new version of its report can be written (R4).

    Nothing of it is destroyed while it is open; the days run anew from its next closure. Raises Refused without
    a reason, or when the report was destroyed; Stale when it is not closed.
    """
    if not reason.strip():
        raise Refused("Write why it is taken up again.")
    locked = Consultation.locked(consultation.pk)
    if locked.status != Consultation.Status.CLOSED:
        raise Stale("This consultation is not closed, so it cannot be reopened. Nothing was done.")
    if missing := locked.missing_for_reopening():
        raise Refused(*missing)
    consultation.move_to(
        Consultation.Status.ACCEPTED,
        by=by,
        reason=reason.strip(),
        logged="consultation.reopened",
        closed_at=None,
        ended_at=None,
    )


@transaction.atomic
def set_legal_hold(consultation: Consultation, *, reason: str, by: User) -> LegalHold:
    """Stop the destruction of everything of this case. By a clinical lead, with a reason; once."""
    _refuse_unless_holder(by)
    if not reason.strip():
        raise Refused("Write why nothing of this case may be destroyed.")
    locked = Consultation.locked(consultation.pk)
    if standing_hold(locked) is not None:
        raise Stale("A legal hold stands on this case already. Nothing was done.")
    hold = LegalHold.objects.create(consultation=locked, reason=reason.strip(), set_by=by)
    record(locked, "consultation.hold_set", by=by)
    return hold


@transaction.atomic
def lift_legal_hold(consultation: Consultation, *, reason: str, by: User) -> None:
    """Let the schedule run again. What is past its day is destroyed at the next run."""
    _refuse_unless_holder(by)
    if not reason.strip():
        raise Refused("Write why the hold is no longer needed.")
    locked = Consultation.locked(consultation.pk)
    hold = standing_hold(locked)
    if hold is None:
        raise Stale("No legal hold stands on this case. Nothing was done.")
    hold.lifted_at, hold.lifted_by, hold.lift_reason = timezone.now(), by, reason.strip()
    hold.save()
    record(locked, "consultation.hold_lifted", by=by)


def _refuse_unless_holder(by: User) -> None:
    if not by.has_perm(HOLDER):
        raise Refused("Only a clinical lead sets or lifts a legal hold.")


def _may_go(consultation: Consultation, until: date | None) -> bool:
    """The day to which it is kept is over, and no hold stands."""
    return until is not None and timezone.localdate() > until and standing_hold(consultation) is None


@transaction.atomic
def destroy_documents(consultation: Consultation) -> int:
    """Destroy the uploaded documents and the working papers of a case past its day: how many files.

    Nothing before the day, nothing under a legal hold, and nothing twice (R10). Each file's row keeps the fact,
    the log says when and why; the issued report is a record of its own and stays.
    """
    locked = Consultation.locked(consultation.pk)
    if not _may_go(locked, documents_until(locked)):
        return 0
    files = list(CaseDocument.objects.filter(request__consultation=locked, destroyed_at=None))
    for file in files:
        destroy(file, by=None, reason="The time to keep it is over.")
    working = ReportRevision.objects.filter(report__consultation=locked)
    remarks = ReportComment.objects.filter(report__consultation=locked)
    noted = DocumentNote.objects.filter(document__request__consultation=locked)
    papers = working.delete()[0] + remarks.delete()[0] + noted.delete()[0]
    Redaction.objects.filter(document__request__consultation=locked).update(reason="", answer="")
    locked.document_requests.update(holder_words="")
    if files or papers:
        record(
            locked,
            "consultation.documents_destroyed",
            by=None,
            files=f"{len(files)} file{'' if len(files) == 1 else 's'}",
        )
    return len(files)


@transaction.atomic
def destroy_report(consultation: Consultation) -> int:
    """Destroy every version of the report, the referral's answers and the notes: how many versions.

    On the day that `reports_until` gives, and under the same conditions as the documents. What is left says
    that there was a case, when, and what was done; nothing of the young person.
    """
    locked = Consultation.locked(consultation.pk)
    if not _may_go(locked, reports_until(locked)):
        return 0
    versions = list(Recommendations.objects.filter(consultation=locked, destroyed_at=None))
    for report in versions:
        destroy(report, by=None, reason="The time to keep it is over.")
    items = Recommendation.objects.filter(report__consultation=locked)
    items.update(text="", owner_email="")
    Progress.objects.filter(recommendation__in=items).update(why="")
    MeetingRecord.objects.filter(consultation=locked).update(agenda="", notes="", also_there="")
    narratives = [f.name for f in Referral._meta.get_fields() if isinstance(f, EncryptedTextField)]
    Referral.objects.filter(consultation=locked).update(**dict.fromkeys(narratives, ""))
    locked.amendments.update(old="", new="", reason="")
    if versions:
        record(locked, "consultation.report_destroyed", by=None)
    return len(versions)


def due_for_report_destruction() -> list[Consultation]:
    """Cases that have ended whose report is still kept: their own day is read one by one."""
    kept = Recommendations.objects.filter(destroyed_at=None).values("consultation_id")
    return list(Consultation.objects.filter(status__in=Consultation.ENDED, pk__in=kept).order_by("pk"))


def due_for_destruction() -> list[Consultation]:
    """Cases that have ended and still have a file or a working paper: their own day is read one by one."""
    ended = Consultation.objects.filter(status__in=Consultation.ENDED).order_by("pk")
    files = CaseDocument.objects.filter(destroyed_at=None).values("request__consultation_id")
    papers = ReportRevision.objects.values("report__consultation_id")
    remarks = ReportComment.objects.values("report__consultation_id")
    return list(ended.filter(pk__in=files) | ended.filter(pk__in=papers) | ended.filter(pk__in=remarks))
