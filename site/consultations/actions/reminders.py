"""Documents that are due: their holders are reminded, then whoever can help is told. Each once (R10).

Whether a mail has gone out is read from the outbox: its key names the case, the holder, the step and the due
date, so a line that is given another date is reminded of anew.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Prefetch
from django.utils import timezone

from consultations import emails
from consultations.actions.agency import tell_agency
from consultations.models import AgencyLink, Consultation, ConsultationSettings, DocumentRequest, Pause


def remind_of_documents(today: date | None = None) -> int:
    """Remind every holder of what is due soon or overdue, and escalate what stays missing. Returns of how many cases.

    Required documents are reminded of, and whatever an agency was asked for by a link. A case that is
    paused, or whose recommendations are issued, is left in peace.
    """
    today = today or timezone.localdate()
    rules = ConsultationSettings.load()
    soon, late = timedelta(days=rules.remind_days_before), timedelta(days=rules.escalate_days_after)
    wanted = DocumentRequest.objects.filter(
        consultation__status=Consultation.Status.ACCEPTED,
        status__in=DocumentRequest.WANTED,
        asked_at__isnull=False,
        due_on__lte=today + soon,
    ).exclude(consultation__reports__issued_at__isnull=False)
    wanted = wanted.exclude(
        consultation__in=Pause.objects.filter(status=Pause.Status.STANDING).values("consultation")
    )
    lines: dict[Consultation, list[DocumentRequest]] = defaultdict(list)
    open_links = AgencyLink.objects.filter(revoked_at=None, expires_at__gt=timezone.now())
    for line in wanted.select_related("consultation__contact").prefetch_related(
        "files", Prefetch("agency_links", open_links, to_attr="open_links")
    ):
        if not line.is_scanning:
            lines[line.consultation].append(line)
    for consultation, missing in lines.items():
        with transaction.atomic():
            _remind(consultation, missing, today=today, late=late)
    return len(lines)


def _remind(
    consultation: Consultation, missing: list[DocumentRequest], *, today: date, late: timedelta
) -> None:
    for due_on, of_date in _by_date(missing):
        step = "overdue" if due_on < today else "due_soon"
        if any(line.is_required and not line.open_links for line in of_date):  # type: ignore[attr-defined]
            emails.documents_due(consultation, step, due_on)
        for link in {link.pk: link for line in of_date for link in line.open_links}.values():  # type: ignore[attr-defined]
            key = f"documents-{step}:{consultation.pk}:link-{link.pk}:{due_on}"
            tell_agency(link, f"agency_{step}", key=key, due_on=due_on)
        if today >= due_on + late and any(line.is_required for line in of_date):
            emails.documents_late(consultation, due_on)


def _by_date(lines: list[DocumentRequest]) -> Iterator[tuple[date, list[DocumentRequest]]]:
    dates = sorted({line.due_on for line in lines if line.due_on})
    return ((due_on, [line for line in lines if line.due_on == due_on]) for due_on in dates)
