"""Issue, issue again, and who may read: named one by one, and taken back (R1, R4, R9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from changes.log import record
from changes.refusals import Refused, Stale
from consultations import emails
from consultations.actions.report import keep_revision
from consultations.models import Consultation, Recipient, Recommendation, Recommendations
from consultations.pdf import recommendations_pdf, recommendations_snapshot

if TYPE_CHECKING:
    from accounts.models import User

Status = Recommendations.Status


@transaction.atomic
def issue_recommendations(report: Recommendations, *, by: User) -> None:
    """Freeze the report with its PDF and tell the referrer and the named people where to read it (R1, R4).

    The version it replaces is marked so, its words untouched. Raises Refused with every missing condition
    at once, Stale if it was issued already.
    """
    consultation = Consultation.locked(report.consultation_id)
    locked = Recommendations.locked(report.pk)  # the words as they are now, not as a page once loaded them
    if not locked.is_frozen and (missing := consultation.missing_for_issue()):
        raise Refused(*missing)
    locked.move_to(Status.ISSUED, by=by)
    now = timezone.now()
    snapshot = recommendations_snapshot(locked, issued_at=now)
    locked.freeze(recommendations_pdf(snapshot, at=now), snapshot, by=by)
    if locked.replaces is not None:
        locked.replaces.move_to(Status.REPLACED, by=by)
    report.refresh_from_db()
    emails.recommendations_issued(locked)
    for recipient in consultation.recipients.standing():
        emails.recommendations_shared(locked, recipient)


@transaction.atomic
def reissue(report: Recommendations, *, reason: str, by: User) -> Recommendations:
    """Begin the next version from the words of the issued one, for a reason that it prints (R4).

    It goes the same way as the first: review, sign-off, issue. Until then the issued one stands.
    """
    if not reason.strip():
        raise Refused("Write why a new version is needed.")
    consultation = Consultation.locked(report.consultation_id)
    if consultation.status != Consultation.Status.ACCEPTED:
        raise Refused("This consultation has ended, so no new version can be written.")
    old = Recommendations.locked(report.pk)
    if not old.is_issued or consultation.report != old:
        raise Stale("A newer version has been begun already. Open it and go on there.")
    newest = consultation.reports.aggregate(newest=Max("version"))["newest"]
    new = Recommendations.objects.create(
        consultation=consultation,
        version=newest + 1,
        author=by,
        replaces=old,
        reissue_reason=reason.strip(),
        **{name: getattr(old, name) for name in Recommendations.WORDS},
    )
    Recommendation.objects.bulk_create(
        Recommendation(report=new, position=item.position, **_copied(item)) for item in old.items.all()
    )
    keep_revision(new, by=by)
    record(new, "recommendations.reissued", by=by)
    return new


def _copied(item: Recommendation) -> dict[str, object]:
    return {
        name: getattr(item, name) for name in ("text", "category", "point", "owner", "owner_email", "due_on")
    }


@transaction.atomic
def name_recipient(consultation: Consultation, *, name: str, email: str, by: User) -> Recipient:
    """Let one more person read the report, now if it is issued, else when it is. Again lets them back in."""
    locked = Consultation.locked(consultation.pk)
    if locked.status in (Consultation.Status.DECLINED, Consultation.Status.WITHDRAWN):
        raise Refused("This consultation has ended without a report.")
    email = email.strip().lower()
    if email == locked.contact.email.lower():
        raise Refused(f"{locked.contact.name} made the referral, so they read the report already.")
    recipient = locked.recipients.filter(email__iexact=email).first()
    if recipient is None:
        recipient = Recipient.objects.create(consultation=locked, name=name, email=email, named_by=by)
    elif recipient.is_standing:
        raise Refused(f"{recipient.name} is named already.")
    else:
        recipient.name, recipient.revoked_at, recipient.revoked_by = name, None, None
        recipient.named_at, recipient.named_by = timezone.now(), by
        recipient.save()
    record(locked, "recommendations.recipient_named", by=by, person=name)
    if (report := locked.issued_report) is not None:
        emails.recommendations_shared(report, recipient)
    return recipient


@transaction.atomic
def revoke_recipient(recipient: Recipient, *, by: User) -> None:
    """From now on they read nothing more of it; what they read before stays in the log. Stale when done."""
    standing = Recipient.objects.filter(pk=recipient.pk, revoked_at=None)
    if not standing.update(revoked_at=timezone.now(), revoked_by=by):
        raise Stale(f"{recipient.name} was taken off already. Nothing was done.")
    recipient.refresh_from_db()
    record(recipient.consultation, "recommendations.recipient_revoked", by=by, person=recipient.name)
