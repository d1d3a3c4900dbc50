"""What happens to batches by the clock: drafts that were left, batches that run out, items past their day."""

from __future__ import annotations

from datetime import timedelta

from dateutil.relativedelta import relativedelta
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone
from wagtail.models import ModelLogEntry

from changes.log import record
from consultations.emails import batch as emails
from consultations.models import Batch, BatchSettings, ConsultationSettings, SessionItem

AT_ONCE = 500


def delete_left_drafts() -> int:
    """Requests nobody sent, after the days a draft is kept. Returns how many."""
    since = timezone.now() - timedelta(days=ConsultationSettings.load().draft_days)
    unsent = Batch.objects.filter(requested_at=None, updated_at__lte=since)
    return sum(_delete_draft(pk) for pk in list(unsent.values_list("pk", flat=True)[:AT_ONCE]))


@transaction.atomic
def _delete_draft(pk: int) -> bool:
    """Its log keeps the reference, the dates and who, nothing else (R8)."""
    draft = Batch.objects.select_for_update(of=("self",)).filter(pk=pk, requested_at=None).first()
    if draft is None:
        return False
    record(draft, "batch.deleted", by=None)
    own = ContentType.objects.get_for_model(Batch)
    ModelLogEntry.objects.filter(content_type=own, object_id=str(draft.pk)).update(data={})
    draft.delete()
    return True


def warn_of_expiry() -> int:
    """Teams whose sessions run out soon hear of it, once for each day it runs out on. Returns how many were due."""
    today = timezone.localdate()
    soon = today + timedelta(days=BatchSettings.load().expiry_notice_days)
    due = Batch.objects.for_stages().filter(
        status=Batch.Status.ACCEPTED, expires_on__gte=today, expires_on__lte=soon
    )
    warned = [batch for batch in due if batch.balance.left]
    for batch in warned:
        emails.runs_out(batch)
    return len(warned)


@transaction.atomic
def destroy_items() -> int:
    """What was brought to the sessions of batches that ended, past the months it is kept. Returns how many."""
    until = timezone.now() - relativedelta(months=BatchSettings.load().items_kept_months)
    destroyed = 0
    for batch in Batch.objects.filter(ended_at__lte=until, sessions__items__isnull=False).distinct()[
        :AT_ONCE
    ]:
        count, _ = SessionItem.objects.filter(session__batch=batch).delete()
        record(batch, "batch.items_destroyed", by=None, items=str(count))
        destroyed += count
    return destroyed
