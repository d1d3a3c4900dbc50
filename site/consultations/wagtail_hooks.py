"""The staff side in the Wagtail admin: the viewsets, and the words of the log."""

from __future__ import annotations

from typing import Any

from wagtail import hooks
from wagtail.log_actions import LogActionRegistry, LogFormatter

from consultations.staff.viewset import (
    AgendaViewSet,
    CategoryViewSet,
    ChecklistViewSet,
    ConsultationViewSet,
    GuidelineViewSet,
)

# Steps that are no change of status: their words, and what of the entry's data is worth reading beside them.
ACTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "consultation.begun": ("Referral begun", ()),
    "consultation.allocated": ("Lead consultant named", ("consultant",)),
    "consultation.opened": ("Case opened by a clinician who is not on it", ("reason",)),
    "consultation.documents_requested": ("Documents asked for", ()),
    "consultation.pathway_recorded": ("Pathway recorded", ()),
    "recommendations.begun": ("Recommendations begun", ()),
    "recommendations.read": ("Recommendations read", ("what",)),
    "recommendations.discarded": ("New version of the recommendations discarded", ("version",)),
    "recommendations.reissued": ("New version of the recommendations begun", ()),
    "recommendations.recipient_named": ("Named as a reader of the recommendations", ("person",)),
    "recommendations.recipient_revoked": ("No longer a reader of the recommendations", ("person",)),
}


@hooks.register("register_admin_viewset")
def register_viewsets() -> list[Any]:
    return [ConsultationViewSet(), ChecklistViewSet(), CategoryViewSet(), GuidelineViewSet(), AgendaViewSet()]


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
