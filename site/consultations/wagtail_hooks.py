"""The staff side in the Wagtail admin: the viewsets, and the words of the log."""

from __future__ import annotations

from typing import Any

from wagtail import hooks
from wagtail.log_actions import LogActionRegistry, LogFormatter

from consultations.staff.viewset import ChecklistViewSet, ConsultationViewSet

# Steps that are no change of status: their words, and what of the entry's data is worth reading beside them.
ACTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "consultation.begun": ("Referral begun", ()),
    "consultation.enquiry_taken": ("Referral begun for a caller", ()),
    "consultation.enquiry_sent_again": ("Link sent to the caller again", ()),
    "consultation.taken_up": ("Referral taken up by the caller", ()),
    "consultation.shared": ("Colleague let in", ("colleague",)),
    "consultation.unshared": ("Colleague no longer let in", ("colleague",)),
    "consultation.deleted": ("Draft deleted after it was left", ()),
    "consultation.allocated": ("Lead consultant named", ("consultant",)),
    "consultation.urgent": ("Marked urgent", ()),
    "consultation.not_urgent": ("No longer marked urgent", ()),
    "consultation.amended": ("Referral changed", ("section",)),
    "consultation.papers_complete": ("Paperwork complete, recommendations promised by", ("promised",)),
    "consultation.papers_incomplete": ("Paperwork no longer complete", ()),
    "consultation.conflict_declared": ("Conflict of interest declared", ()),
    "consultation.opened": ("Case opened by a clinician who is not on it", ("reason",)),
    "consultation.documents_requested": ("Documents asked for", ()),
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
