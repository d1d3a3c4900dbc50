"""The staff side in the Wagtail admin: the viewsets, and the words of the log."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import path, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import LogActionRegistry, LogFormatter

from consultations.staff import access, reports
from consultations.staff.batch import access as batch_access
from consultations.staff.batch import themes
from consultations.staff.batches import BatchViewSet
from consultations.staff.checklists import ChecklistViewSet
from consultations.staff.lists import AgendaViewSet, CategoryViewSet, GuidelineViewSet, ThemeViewSet
from consultations.staff.viewset import ConsultationViewSet
from design.staff import Area

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
    "consultation.reopened": ("Consultation reopened", ("reason",)),
    "consultation.papers_complete": ("Paperwork complete, recommendations promised by", ("promised",)),
    "consultation.papers_incomplete": ("Paperwork no longer complete", ()),
    "consultation.conflict_declared": ("Conflict of interest declared", ()),
    "consultation.opened": ("Case opened by a clinician who is not on it", ("reason",)),
    "consultation.documents_planned": ("Documents checklist chosen", ("checklist",)),
    "consultation.documents_requested": ("Documents asked for", ()),
    "consultation.documents_destroyed": ("Case documents and working papers destroyed", ("files",)),
    "consultation.report_destroyed": ("Report, referral and notes destroyed", ()),
    "consultation.hold_set": ("Legal hold set: nothing is destroyed", ()),
    "consultation.hold_lifted": ("Legal hold lifted", ()),
    "consultation.review_chosen": ("Reminder of a review chosen", ()),
    "recommendations.progress_asked": ("Owners asked how the recommendations went", ()),
    "recommendations.progress_told": ("Told us how recommendations went", ()),
    "consultation.pathway_recorded": ("Pathway recorded", ()),
    "consultation.document_added": ("A document more asked for", ("document",)),
    "consultation.document_changed": ("A document asked for changed", ("document", "reason")),
    "consultation.document_removed": ("A document no longer asked for", ("document", "reason")),
    "consultation.link_made": ("An agency asked for documents", ("agency",)),
    "consultation.link_ended": ("An agency's upload link ended", ("agency",)),
    "consultation.redaction_asked": ("Redaction of a file asked for", ("file",)),
    "consultation.redacted": ("A file was redacted", ("file", "what")),
    "consultation.redaction_declined": ("Redaction of a file declined", ("file",)),
    "consultation.file_destroyed": ("A withdrawn file was destroyed", ("file", "reason")),
    "consultation.drawn": ("A session of a batch pays for it", ("batch",)),
    "batch.begun": ("Request begun", ()),
    "batch.deleted": ("Draft deleted after it was left", ()),
    "batch.lead_named": ("Lead consultant named", ("consultant",)),
    "batch.sessions_booked": ("Sessions booked", ("when",)),
    "batch.refund_asked": ("Finance asked to refund sessions", ("sessions", "reason")),
    "batch.extended": ("Time to hold the sessions extended to", ("until", "reason")),
    "batch.items_destroyed": ("What was brought to sessions destroyed", ("items",)),
    "batchsession.described": ("A session described", ()),
    "batchsession.item_added": ("Something to bring added", ()),
    "batchsession.item_removed": ("Something to bring taken off", ()),
    "batchsession.note_shared": ("Note of a session shared", ()),
    "batchsession.note_corrected": ("Note of a session corrected", ("reason",)),
    "batchsession.note_read": ("Note of a session read", ()),
    "recommendations.begun": ("Recommendations begun", ()),
    "recommendations.read": ("Recommendations read", ("what",)),
    "recommendations.discarded": ("New version of the recommendations discarded", ("version",)),
    "recommendations.reissued": ("New version of the recommendations begun", ()),
    "recommendations.recipient_named": ("Named as a reader of the recommendations", ("person",)),
    "recommendations.recipient_revoked": ("No longer a reader of the recommendations", ("person",)),
}


@hooks.register("register_admin_viewset")
def register_viewsets() -> list[Any]:
    return [
        ConsultationViewSet(),
        BatchViewSet(),
        ChecklistViewSet(),
        CategoryViewSet(),
        GuidelineViewSet(),
        AgendaViewSet(),
        ThemeViewSet(),
    ]


@hooks.register("register_admin_urls")
def register_reports() -> list[Any]:
    return [*reports.urls(), path("reports/batches/themes/", themes.of_all, name="themes_report")]


@hooks.register("register_admin_search_area")
def search_cases() -> Area:
    return Area(
        "Consultations", reverse("consultation:index"), permission=access.VIEW, order=10, icon_name="group"
    )


@hooks.register("register_admin_search_area")
def search_batches() -> Area:
    return Area(
        "Batches", reverse("batch:index"), permission=batch_access.VIEW, order=20, icon_name="calendar-check"
    )


class ReportItem(MenuItem):
    """Shown to those who may read cases, as the report itself is."""

    permission = access.VIEW

    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(self.permission)


class BatchReportItem(ReportItem):
    permission = batch_access.VIEW


@hooks.register("register_reports_menu_item")
def progress_item() -> MenuItem:
    return ReportItem("Recommendations", reverse("progress_report"), icon_name="tasks", order=210)


@hooks.register("register_reports_menu_item")
def feedback_item() -> MenuItem:
    return ReportItem("Feedback", reverse("feedback_report"), icon_name="comment", order=220)


@hooks.register("register_reports_menu_item")
def themes_item() -> MenuItem:
    return BatchReportItem("Themes of batches", reverse("themes_report"), icon_name="tag", order=230)


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
