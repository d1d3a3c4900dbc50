"""The recommendations: written, reviewed by a second clinician, signed off, issued (R1, R4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from changes.log import record
from changes.refusals import Refused, Stale
from consultations import emails
from consultations.models import Consultation, Recommendation, Recommendations
from consultations.pdf import recommendations_pdf, recommendations_snapshot

if TYPE_CHECKING:
    from accounts.models import User

Status = Recommendations.Status


@transaction.atomic
def begin_recommendations(consultation: Consultation, *, by: User) -> Recommendations:
    """Open the first draft. Raises Refused when one is open already or the case was not accepted."""
    locked = Consultation.locked(consultation.pk)
    if locked.status != Consultation.Status.ACCEPTED:
        raise Refused("Recommendations are written on an accepted consultation.")
    if locked.reports.exists():
        raise Refused("The recommendations are begun already. Open them and go on there.")
    version = (locked.reports.aggregate(newest=Max("version"))["newest"] or 0) + 1
    report = Recommendations.objects.create(consultation=locked, author=by, version=version)
    record(report, "recommendations.begun", by=by)
    return report


@transaction.atomic
def write(report: Recommendations, *, words: dict[str, str], items: list[dict], by: User) -> None:
    """Keep the draft as it is typed. Only its author writes, and only while it is a draft."""
    locked = Recommendations.locked(report.pk)
    if locked.status != Status.DRAFT:
        raise Stale("This report is no longer a draft, so it was not changed.")
    if locked.author_id != by.pk:
        raise Refused(f"Only {locked.author} writes this draft.")
    for name, text in words.items():
        setattr(locked, name, text)
    locked.save(update_fields=[*words, "updated_at"])
    locked.items.all().delete()
    Recommendation.objects.bulk_create(
        Recommendation(report=locked, position=position, **item) for position, item in enumerate(items, 1)
    )


@transaction.atomic
def send_for_review(report: Recommendations, *, by: User) -> None:
    """Hand the draft to a second clinician. Raises Refused with everything that is not written yet."""
    locked = Recommendations.locked(report.pk)
    if locked.can_move_to(Status.IN_REVIEW):
        if locked.author_id != by.pk:
            raise Refused(f"Only {locked.author} sends this draft for review.")
        if missing := locked.unfinished():
            raise Refused(*missing)
    report.move_to(Status.IN_REVIEW, by=by)
    emails.review_wanted(report)


@transaction.atomic
def ask_for_changes(report: Recommendations, *, note: str, by: User) -> None:
    """Give it back to its author with what to change; an earlier sign-off falls."""
    if not note.strip():
        raise Refused("Write what should change.")
    report.move_to(Status.DRAFT, by=by, signed_off_by=None, signed_off_at=None, review_note=note.strip())
    emails.changes_asked(report)


@transaction.atomic
def sign_off(report: Recommendations, *, by: User) -> None:
    """Agree with every word. Nobody signs off their own draft, whatever their role."""
    if report.author_id == by.pk:
        raise Refused("You wrote this report, so another clinician has to sign it off.")
    if not by.has_perm("consultations.sign_off_recommendations"):
        raise Refused("Only a clinical lead signs off recommendations.")
    report.move_to(Status.SIGNED_OFF, by=by, signed_off_by=by, signed_off_at=timezone.now())


@transaction.atomic
def issue_recommendations(report: Recommendations, *, by: User) -> None:
    """Freeze the report with its PDF and tell the referrer where to read it (R1, R4).

    Raises Refused with every missing condition at once, Stale if it was issued already.
    """
    consultation = Consultation.locked(report.consultation_id)
    locked = Recommendations.locked(report.pk)  # the words as they are now, not as a page once loaded them
    if locked.status != Status.ISSUED and (missing := consultation.missing_for_issue()):
        raise Refused(*missing)
    locked.move_to(Status.ISSUED, by=by)
    now = timezone.now()
    snapshot = recommendations_snapshot(locked, issued_at=now)
    locked.freeze(recommendations_pdf(snapshot, at=now), snapshot, by=by)
    report.refresh_from_db()
    emails.recommendations_issued(locked)
