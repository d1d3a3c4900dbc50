"""The staff side in the Wagtail admin: the viewsets, and the words of the log."""

from __future__ import annotations

from typing import Any

from wagtail import hooks
from wagtail.log_actions import LogActionRegistry, LogFormatter

from consultations.staff.checklists import ChecklistViewSet
from consultations.staff.viewset import ConsultationViewSet

# Steps that are no change of status: their words, and what of the entry's data is worth reading beside them.
ACTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "consultation.begun": ("Referral begun", ()),
    "consultation.allocated": ("Lead consultant named", ("consultant",)),
    "consultation.opened": ("Case opened by a clinician who is not on it", ("reason",)),
    "consultation.documents_planned": ("Documents checklist chosen", ("checklist",)),
    "consultation.documents_requested": ("Documents asked for", ()),
    "consultation.document_added": ("A document more asked for", ("document",)),
    "consultation.document_changed": ("A document asked for changed", ("document", "reason")),
    "consultation.document_removed": ("A document no longer asked for", ("document", "reason")),
    "consultation.link_made": ("An agency asked for documents", ("agency",)),
    "consultation.link_ended": ("An agency's upload link ended", ("agency",)),
    "consultation.redaction_asked": ("Redaction of a file asked for", ("file",)),
    "consultation.redacted": ("A file was redacted", ("file", "what")),
    "consultation.redaction_declined": ("Redaction of a file declined", ("file",)),
    "consultation.file_destroyed": ("A withdrawn file was destroyed", ("file", "reason")),
    "recommendations.begun": ("Recommendations begun", ()),
    "recommendations.read": ("Recommendations read", ("what",)),
}


@hooks.register("register_admin_viewset")
def register_viewsets() -> list[Any]:
    return [ConsultationViewSet(), ChecklistViewSet()]


@hooks.register("register_log_actions")
def register_acts(actions: LogActionRegistry) -> None:
    for name, (words, shown) in ACTS.items():
        actions.register_action(name)(_formatter(words, shown))


def _formatter(words: str, shown: tuple[str, ...]) -> type[LogFormatter]:
    class Told(LogFormatter):
        label = words

        def format_message(self, log_entry: Any) -> str:
            return words

        def format_comment(self, log_entry: Any) -> str:
            return " · ".join(str(log_entry.data[name]) for name in shown if log_entry.data.get(name))

    return Told
