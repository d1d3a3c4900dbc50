"""Follow-ups and what runs by the clock, as settings list them: primitives in, fetch, call an action.

Safe to run twice.
"""

from __future__ import annotations

from consultations import actions
from consultations.models import CaseDocument, Consultation
from engagements.polls import tell_asker
from meetings.models import Poll


def quote_accepted(order_id: int) -> None:
    """Funding is agreed: the documents checklist goes out."""
    for consultation in Consultation.objects.of_order(order_id).filter(status=Consultation.Status.ACCEPTED):
        actions.request_documents(consultation, by=None)


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
