"""Follow-ups, as settings.FOLLOW_UPS lists them: primitives in, fetch, call an action. Safe to run twice."""

from __future__ import annotations

from consultations import actions
from consultations.models import CaseDocument, Consultation


def quote_accepted(order_id: int) -> None:
    """Funding is agreed: the documents checklist goes out."""
    for consultation in Consultation.objects.of_order(order_id).filter(status=Consultation.Status.ACCEPTED):
        actions.request_documents(consultation, by=None)


def tend_drafts() -> str:
    """By the clock, daily: drafts that were left are reminded of, then deleted."""
    reminded, deleted = actions.tend_drafts()
    return f"{reminded} reminded, {deleted} deleted"


def document_scanned(label: str, document_id: int) -> None:
    """A file of some trade has been checked for viruses: if it is ours, its line of the checklist moves."""
    if label == CaseDocument._meta.label_lower:
        actions.document_scanned(CaseDocument.objects.select_related("request").get(pk=document_id))
