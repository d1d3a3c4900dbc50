"""Follow-ups and what runs by the clock, as settings list them: primitives in, fetch, call an action.

Every one is safe to run twice. By the clock, each row is a transaction of its own: what fails stops no other.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import Model
from django.utils import timezone

from consultations import actions
from consultations.actions import batch_clock, batch_money, sessions
from consultations.actions.aftercare import due_for_progress
from consultations.actions.closing import due_for_destruction, due_for_report_destruction
from consultations.models import Batch, BatchSession, CaseDocument, Consultation, ReviewReminder
from engagements.polls import tell_asker
from meetings.models import Poll

logger = logging.getLogger(__name__)


def quote_accepted(order_id: int) -> None:
    """Funding is agreed: the documents checklist goes out."""
    for consultation in Consultation.objects.of_order(order_id).filter(status=Consultation.Status.ACCEPTED):
        actions.request_documents(consultation, by=None)


def batch_funded(order_id: int) -> None:
    """Funding of a batch is agreed: its time begins, and whoever asked hears that sessions are booked next."""
    for batch in Batch.objects.of_order(order_id):
        batch_money.funding_agreed(batch)


def batch_not_funded(order_id: int) -> None:
    """The funder of a batch said no: whoever asked hears of it."""
    for batch in Batch.objects.of_order(order_id).filter(status=Batch.Status.ACCEPTED):
        batch_money.funding_declined(batch)


def batch_credited(order_id: int) -> None:
    """Something was taken off the invoice of a batch: whoever asked hears what is left."""
    for batch in Batch.objects.of_order(order_id):
        batch_money.credited(batch)


def session_held(meeting_id: int) -> None:
    """A meeting was marked held in the diary: if it is a session's, the session is used."""
    for session in BatchSession.objects.filter(meeting=meeting_id):
        sessions.meeting_held(session)


def session_cancelled(meeting_id: int) -> None:
    """A meeting was called off in the diary: if it is a session's, the session counts as left again."""
    for session in BatchSession.objects.filter(meeting=meeting_id):
        sessions.meeting_cancelled(session)


def tend_batches() -> str:
    """By the clock, daily: drafts that were left, batches about to run out, items past their day."""
    deleted, warned = batch_clock.delete_left_drafts(), batch_clock.warn_of_expiry()
    return f"{deleted} deleted, {warned} warned, {batch_clock.destroy_items()} items destroyed"


def tend_drafts() -> str:
    """By the clock, daily: drafts that were left are reminded of, then deleted."""
    reminded, deleted = actions.tend_drafts()
    return f"{reminded} reminded, {deleted} deleted"


def document_scanned(label: str, document_id: int) -> None:
    """A file of some trade has been checked for viruses: if it is ours, its line of the checklist moves."""
    if label == CaseDocument._meta.label_lower:
        actions.document_scanned(CaseDocument.objects.select_related("request").get(pk=document_id))


def poll_waits(poll_id: int) -> None:
    """A date poll is complete or ran out: if it is ours, whoever asked hears where to choose."""
    poll = Poll.objects.select_related("asked_by").get(pk=poll_id)
    for consultation in Consultation.objects.filter(reference=poll.about):
        tell_asker("consultation", consultation, poll)


def remind_of_documents() -> int:
    """By the clock: reminders of documents that are due, each once."""
    return actions.remind_of_documents()


def ask_for_progress() -> int:
    """Once a day: some months after issue, each owner is asked how it went. Returns how many."""
    return _each(actions.ask_for_progress, due_for_progress())


def remind_of_reviews() -> int:
    """Once a day: referrers who asked to be reminded."""
    due = ReviewReminder.objects.filter(sent_at=None, remind_on__lte=timezone.localdate())
    return _each(actions.remind_of_review, list(due))


def destroy_records() -> int:
    """Once a day: what is past the day to which it is kept. Returns how many files and reports."""
    files = _each(actions.destroy_documents, due_for_destruction())
    return files + _each(actions.destroy_report, due_for_report_destruction())


def _each(act: Callable[[Any], int], rows: Sequence[Model]) -> int:
    done = 0
    for row in rows:
        try:
            done += act(row)
        except Exception:
            logger.exception("%s: %s %s was left for tomorrow", act.__name__, row._meta.label_lower, row.pk)
    return done
