"""A second clinician reads: comments, approves or asks for changes; a clinical lead signs off (R1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from changes.refusals import Refused, Stale
from consultations import emails
from consultations.models import Recommendations, ReportComment

if TYPE_CHECKING:
    from accounts.models import User

Status = Recommendations.Status
OWN = "You wrote this report, so another clinician has to {}."


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
def approve(report: Recommendations, *, by: User) -> None:
    """A second clinician agrees; a clinical lead still signs it off. Nobody approves their own draft."""
    if report.author_id == by.pk:
        raise Refused(OWN.format("approve it"))
    if not by.has_perm("consultations.write_recommendations"):
        raise Refused("Only a clinician approves recommendations.")
    report.move_to(Status.APPROVED, by=by, reviewed_by=by)


@transaction.atomic
def ask_for_changes(report: Recommendations, *, note: str, by: User) -> None:
    """Give it back to its author with what to change; an earlier approval or sign-off falls."""
    if not note.strip():
        raise Refused("Write what should change.")
    report.move_to(
        Status.DRAFT,
        by=by,
        reviewed_by=None,
        signed_off_by=None,
        signed_off_at=None,
        review_note=note.strip(),
    )
    emails.changes_asked(report)


@transaction.atomic
def sign_off(report: Recommendations, *, by: User) -> None:
    """Agree with every word. Nobody signs off their own draft, whatever their role."""
    if report.author_id == by.pk:
        raise Refused(OWN.format("sign it off"))
    if not by.has_perm("consultations.sign_off_recommendations"):
        raise Refused("Only a clinical lead signs off recommendations.")
    report.move_to(Status.SIGNED_OFF, by=by, signed_off_by=by, signed_off_at=timezone.now())


@transaction.atomic
def comment(report: Recommendations, *, section: str, text: str, by: User) -> ReportComment:
    """Say something about one section while the report is not issued. It stays between the clinicians."""
    if not text.strip():
        raise Refused("Write your comment.")
    locked = Recommendations.locked(report.pk)
    if locked.is_frozen:
        raise Stale("This version has been issued, so there is nothing left to comment on.")
    return ReportComment.objects.create(report=locked, section=section, text=text.strip(), made_by=by)


@transaction.atomic
def resolve_comment(remark: ReportComment, *, by: User) -> None:
    """Mark a comment as dealt with. The second of two who do so changes nothing and is told (R7)."""
    open_ones = ReportComment.objects.filter(pk=remark.pk, resolved_at=None)
    if not open_ones.update(resolved_at=timezone.now(), resolved_by=by):
        raise Stale("This comment was resolved already. Nothing was done.")
    remark.refresh_from_db()
