"""What can be done about a case's documents: the checklist, one line of it, one file."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from consultations.models import CaseDocument, Consultation, DocumentRequest
from consultations.staff import access
from design.staff import Button

Acts = dict[str, Button]
# Acts on the checklist as a whole, in the order of their buttons.
ON_CHECKLIST = ("request_documents", "plan_documents", "add_document", "ask_agency")


def _is_over(consultation: Consultation) -> bool:
    return consultation.status != Consultation.Status.ACCEPTED or consultation.issued_report is not None


def acts_on_checklist(consultation: Consultation) -> Acts:
    """Sending it out, choosing another one, one document more: on or off."""
    if _is_over(consultation):
        return {}
    acts: Acts = {}

    def add(key: str, label: str, *why_off: str, posts: bool = False) -> None:
        href = reverse(f"consultation:{key}", args=[consultation.pk])
        acts[key] = Button(key, label, href, posts=posts, why_off=why_off)

    if not consultation.asked_documents:
        unfunded = (
            [] if consultation.is_funded else ["Funding is not agreed yet. It goes out by itself when it is."]
        )
        add("request_documents", "Send the documents checklist", *unfunded, posts=True)
        planned = bool(consultation.document_requests.all())
        add("plan_documents", "Choose another checklist" if planned else "Choose the checklist")
    add("add_document", "Add a document")
    if consultation.asked_documents:
        is_wanted = any(line.takes_files for line in consultation.asked_documents)
        add("ask_agency", "Ask an agency", *([] if is_wanted else ["Every document is settled."]))
    return acts


def acts_on_document(consultation: Consultation, line: DocumentRequest, user: Any) -> Acts:
    """The same for one line of the checklist."""
    if _is_over(consultation) or not user.has_perm(access.REVIEW_DOCUMENT):
        return {}
    acts: Acts = {}

    def add(key: str, label: str, *why_off: str, posts: bool = False) -> None:
        href = reverse(f"consultation:{key}_document", args=[consultation.pk, line.number])
        acts[key] = Button(
            f"{key}-{line.number}",
            label,
            href,
            posts=posts,
            why_off=why_off,
            about=line.title,
            kind="secondary",
        )

    if line.status == DocumentRequest.Status.RECEIVED:
        newest = line.newest
        unread = (
            [] if newest and newest.is_readable else ["The newest file has not passed the virus check yet."]
        )
        add("accept", "Accept", *unread, posts=True)
        add("return", "Return")
    if line.status in DocumentRequest.UNANSWERED:
        add("ask", "Ask again")
    if line.can_move_to(DocumentRequest.Status.WAIVED) and not line.is_planned:
        add("waive", "Waive")
    if not line.is_settled:
        add("change", "Change")
        if not line.files.all():
            add("remove", "Remove")
    return acts


def reading_of(consultation: Consultation, file: CaseDocument) -> Button:
    """The button that opens one file's page; off until it has passed the virus check."""
    why = () if file.is_readable or not file.is_in_use else (f"{file.standing}.",)
    label = "Read" if file.is_readable else "Look"
    href = reverse("consultation:file", args=[consultation.pk, file.pk])
    return Button(f"read-{file.pk}", label, href, why_off=why, about=file.download_name)


def acts_on_file(consultation: Consultation, file: CaseDocument, user: Any) -> Acts:
    """What can be done about one file: its redaction asked for or answered, a withdrawn one destroyed."""
    acts: Acts = {}

    def add(key: str, label: str, kind: str = "secondary") -> None:
        href = reverse(f"consultation:{key}", args=[consultation.pk, file.pk])
        acts[key] = Button(key, label, href, kind=kind)

    reviews = user.has_perm(access.REVIEW_DOCUMENT)
    if file.is_in_use:
        if file.redaction_asked is None:
            add("ask_for_redaction", "Ask for a redaction")
        elif reviews:
            add("redact", "Put a redacted version in its place", kind="")
            add("decline_redaction", "Keep the file as it is", kind="no")
    elif file.destroyed_at is None and reviews:
        add("destroy_file", "Destroy it now", kind="no")
    return acts
