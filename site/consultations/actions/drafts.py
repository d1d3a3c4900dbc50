"""Referrals that were begun and left: their referrers are reminded, then what was typed is deleted."""

from __future__ import annotations

from datetime import date, timedelta

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone
from wagtail.models import ModelLogEntry

from changes.log import record
from consultations import emails
from consultations.models import Consultation, ConsultationSettings

REMINDED = (7, 30)  # days before deletion, the nearest first
AT_ONCE = 500  # in one run: tomorrow's takes the rest


def tend_drafts() -> tuple[int, int]:
    """Remind and delete, each once in effect however often it runs. Returns how many of both."""
    settings = ConsultationSettings.load()
    first_reminder = timezone.now() - timedelta(days=settings.draft_days - max(REMINDED))
    left = Consultation.objects.unsent().filter(referral__updated_at__lte=first_reminder)
    reminded = deleted = 0
    for pk in list(left.order_by("referral__updated_at").values_list("pk", flat=True)[:AT_ONCE]):
        with transaction.atomic():
            draft = Consultation.objects.select_for_update(of=("self",)).filter(pk=pk).first()
            if draft is None or draft.submitted_at:
                continue  # sent or deleted meanwhile
            last = timezone.localdate(draft.referral.updated_at)
            days_left = (settings.draft_ends_on(draft.referral.updated_at) - timezone.localdate()).days
            if days_left <= 0:
                _delete(draft)
                deleted += 1
            elif draft.status == Consultation.Status.DRAFT:
                reminded += _remind(draft, last, days_left)
    return reminded, deleted


def _remind(draft: Consultation, last: date, days_left: int) -> bool:
    """Once at each of the two distances; whoever changes the draft starts its time again."""
    due = next((days for days in REMINDED if days_left <= days), None)
    if due is None:
        return False
    delete_on = timezone.localdate() + timedelta(days=days_left)
    emails.draft_waits(draft, delete_on, f"draft:{draft.pk}:{last:%Y%m%d}:{due}")
    return True


def _delete(draft: Consultation) -> None:
    """The case with all that was typed. Its log keeps the reference, the dates and who, nothing else (R8)."""
    record(draft, "consultation.deleted", by=None)
    own = ContentType.objects.get_for_model(Consultation)
    ModelLogEntry.objects.filter(content_type=own, object_id=str(draft.pk)).update(data={})
    draft.delete()
