"""The recommendations while they are written: begun, saved again and again, discarded."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max

from changes.log import record
from changes.refusals import Refused, Stale
from consultations.models import Consultation, Recommendation, Recommendations, ReportRevision

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
    report = Recommendations.objects.create(consultation=locked, author=by)
    record(report, "recommendations.begun", by=by)
    return report


@transaction.atomic
def write(
    report: Recommendations, *, words: dict[str, str], items: list[dict[str, Any]], by: User
) -> ReportRevision | None:
    """Keep the draft as it is typed: the new revision, or None when nothing differs from what is kept.

    Only its author writes, and only while it is a draft.
    """
    locked = Recommendations.locked(report.pk)
    if locked.status != Status.DRAFT:
        raise Stale("This report is no longer a draft, so it was not changed.")
    if locked.author_id != by.pk:
        raise Refused(f"Only {locked.author} writes this draft.")
    before = locked.content()
    for name, text in words.items():
        setattr(locked, name, text)
    wanted = [Recommendation(report=locked, position=at, **item) for at, item in enumerate(items, 1)]
    if {**locked.content(), "items": [item.content() for item in wanted]} == before:
        return None
    locked.save(update_fields=[*words, "updated_at"])
    locked.items.all().delete()
    Recommendation.objects.bulk_create(wanted)
    return keep_revision(locked, by=by)


def keep_revision(report: Recommendations, *, by: User) -> ReportRevision:
    """What the draft says now, as its next revision. The caller holds the report's lock."""
    newest = report.revisions.aggregate(newest=Max("number"))["newest"] or 0
    content = json.dumps(report.content(), ensure_ascii=False)
    return ReportRevision.objects.create(report=report, number=newest + 1, content_text=content, saved_by=by)


@transaction.atomic
def discard_version(report: Recommendations, *, by: User) -> None:
    """Throw away a new version that was begun by mistake; the one that is issued stands. Author or lead."""
    consultation = Consultation.locked(report.consultation_id)
    locked = Recommendations.locked(report.pk)
    if locked.is_frozen or locked.replaces is None:
        raise Refused("Only a new version that was not issued yet can be discarded.")
    if locked.author_id != by.pk and not by.has_perm("consultations.sign_off_recommendations"):
        raise Refused(f"Only {locked.author} or a clinical lead discards this version.")
    version = locked.version
    locked.delete()
    record(consultation, "recommendations.discarded", by=by, version=f"Version {version}")
