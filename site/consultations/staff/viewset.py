"""Consultations in the admin's menu, and every address of the staff side of a case."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, path
from wagtail.admin.admin_url_finder import ModelAdminURLFinder
from wagtail.admin.viewsets.model import ModelViewSet

from consultations.models import Consultation
from consultations.staff import (
    access,
    agency,
    case,
    checklist,
    closing,
    documents,
    enquiry,
    files,
    issuing,
    meeting,
    money,
    network,
    pausing,
    people,
    report,
    triage,
    writing,
)
from consultations.staff.access import on_case
from consultations.staff.listing import CaseList
from consultations.staff.poll import TRADE
from consultations.staff.queue import TriageQueue
from consultations.staff.views import SaveView, delete_view
from engagements.polls import urls_of


class CaseFinder(ModelAdminURLFinder):
    edit_url_name = "consultation:inspect"

    def get_edit_url(self, instance: Any) -> str | None:
        if self.user is not None and not self.user.has_perm(access.VIEW):
            return None
        return self.construct_edit_url(instance)


class ConsultationViewSet(ModelViewSet):
    """No page to add, edit or delete a case: it changes by acts alone."""

    model = Consultation
    name = "consultation"
    url_prefix = "consultations"
    icon = "group"
    menu_label = "Consultations"
    menu_order = 110
    add_to_admin_menu = True
    add_to_reference_index = False
    index_view_class = CaseList
    inspect_view_enabled = True
    copy_view_enabled = False
    form_fields: list[str] = []
    list_per_page = 50
    url_finder_class = CaseFinder
    search_backend_name = None
    search_fields = CaseList.search_fields

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        names = ("add_url_name", "edit_url_name", "delete_url_name", "usage_url_name", "history_url_name")
        return super().get_common_view_kwargs(**{**dict.fromkeys(names), **kwargs})

    def queue_view(self, **kwargs: Any) -> Any:
        names = {
            "index_url_name": TriageQueue.index_url_name,
            "index_results_url_name": TriageQueue.index_results_url_name,
        }
        return self.construct_view(TriageQueue, **{**self.get_index_view_kwargs(), **names, **kwargs})

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path("triage/", self.queue_view(), name="triage"),
            path("triage/results/", self.queue_view(results_only=True), name="triage_results"),
            path("views/", SaveView.as_view(), name="save_view"),
            path("views/<int:pk>/delete/", delete_view, name="delete_view"),
            path("enquiry/", enquiry.Enquiry.as_view(), name="enquiry"),
            path("enquiry/<int:pk>/again/", enquiry.send_again, name="enquiry_again"),
            path("<int:pk>/", case.page, name="inspect"),
            path("<int:pk>/open/", case.opening, name="open"),
            *_triage(),
            *_people_and_pauses(),
            *_documents(),
            *_meeting_and_money(),
            *_report(),
            *urls_of(TRADE),
        ]


def _triage() -> list[URLPattern]:
    return [
        path("<int:pk>/accept/", on_case(access.TRIAGE)(triage.accept), name="accept"),
        path("<int:pk>/override/", on_case(access.OVERRIDE)(triage.Override.as_view()), name="override"),
        path("<int:pk>/ask/", on_case(access.TRIAGE)(triage.Ask.as_view()), name="ask"),
        path("<int:pk>/decline/", on_case(access.TRIAGE)(triage.Decline.as_view()), name="decline"),
        path("<int:pk>/withdraw/", on_case(access.TRIAGE)(triage.Withdraw.as_view()), name="withdraw"),
        path("<int:pk>/urgent/", on_case(access.TRIAGE)(triage.urgent), name="urgent"),
    ]


def _people_and_pauses() -> list[URLPattern]:
    triager = on_case(access.TRIAGE)
    return [
        path("<int:pk>/allocate/", on_case(access.ALLOCATE)(people.Allocate.as_view()), name="allocate"),
        path("<int:pk>/conflict/", on_case(access.WRITE)(people.Conflict.as_view()), name="conflict"),
        path("<int:pk>/pause/", triager(pausing.Pause.as_view()), name="pause"),
        path("<int:pk>/go-on/", triager(pausing.go_on), name="go_on"),
        path("<int:pk>/social-worker/", triager(pausing.NewSocialWorker.as_view()), name="social_worker"),
        path(
            "<int:pk>/social-worker/left/",
            triager(pausing.SocialWorkerLeft.as_view()),
            name="social_worker_left",
        ),
        path("<int:pk>/network/add/", triager(network.Add.as_view()), name="add_member"),
        path(
            "<int:pk>/network/<int:member_pk>/change/",
            triager(network.Change.as_view()),
            name="change_member",
        ),
        path(
            "<int:pk>/network/<int:member_pk>/remove/",
            triager(network.Remove.as_view()),
            name="remove_member",
        ),
    ]


def _documents() -> list[URLPattern]:
    reviewer = on_case(access.REVIEW_DOCUMENT)
    line = "<int:pk>/documents/<int:number>"
    return [
        path("<int:pk>/documents/plan/", reviewer(checklist.Plan.as_view()), name="plan_documents"),
        path("<int:pk>/documents/request/", reviewer(checklist.request_all), name="request_documents"),
        path("<int:pk>/documents/add/", reviewer(checklist.Add.as_view()), name="add_document"),
        path(f"{line}/change/", reviewer(checklist.Change.as_view()), name="change_document"),
        path(f"{line}/remove/", reviewer(checklist.Remove.as_view()), name="remove_document"),
        path(f"{line}/ask/", reviewer(checklist.AskAgain.as_view()), name="ask_document"),
        path("<int:pk>/agencies/ask/", reviewer(agency.Ask.as_view()), name="ask_agency"),
        path("<int:pk>/agencies/<int:link_pk>/send/", reviewer(agency.send_again), name="send_link"),
        path("<int:pk>/agencies/<int:link_pk>/end/", reviewer(agency.end), name="end_link"),
        path(f"{line}/accept/", reviewer(documents.accept), name="accept_document"),
        path(f"{line}/return/", reviewer(documents.Return.as_view()), name="return_document"),
        path(f"{line}/waive/", reviewer(documents.Waive.as_view()), name="waive_document"),
        path(
            "<int:pk>/files/<int:file_pk>/",
            on_case(access.READ_DOCUMENT)(documents.read),
            name="read_document",
        ),
        *_files(),
    ]


def _files() -> list[URLPattern]:
    reader, reviewer = on_case(access.READ_DOCUMENT), on_case(access.REVIEW_DOCUMENT)
    file = "<int:pk>/files/<int:file_pk>"
    ask, destroy = files.AskForRedaction.as_view(), files.Destroy.as_view()
    redact, decline = files.Redact.as_view(), files.DeclineRedaction.as_view()
    return [
        path(f"{file}/page/", reader(files.page), name="file"),
        path(f"{file}/shown/", reader(files.show_file), name="show_file"),
        path(f"{file}/redaction/", reader(ask), name="ask_for_redaction"),
        path(f"{file}/redaction/done/", reviewer(redact), name="redact"),
        path(f"{file}/redaction/declined/", reviewer(decline), name="decline_redaction"),
        path(f"{file}/destroy/", reviewer(destroy), name="destroy_file"),
    ]


def _meeting_and_money() -> list[URLPattern]:
    return [
        path("<int:pk>/meeting/book/", on_case(access.BOOK)(meeting.Book.as_view()), name="book"),
        path("<int:pk>/meeting/", on_case(access.CHANGE_MEETING)(meeting.Record.as_view()), name="record"),
        path("<int:pk>/meeting/held/", on_case(access.CHANGE_MEETING)(meeting.hold), name="hold"),
        path("<int:pk>/quote/", on_case(access.QUOTE)(money.Quote.as_view()), name="quote"),
        path("<int:pk>/invoice/", on_case(access.INVOICE)(money.invoice), name="invoice"),
        path("<int:pk>/close/", on_case(access.TRIAGE)(closing.Close.as_view()), name="close"),
        path("<int:pk>/reopen/", on_case(access.TRIAGE)(closing.Reopen.as_view()), name="reopen"),
        path("<int:pk>/hold/", on_case(access.HOLD)(closing.Hold.as_view()), name="hold_records"),
        path("<int:pk>/hold/lift/", on_case(access.HOLD)(closing.Lift.as_view()), name="lift_hold"),
    ]


def _report() -> list[URLPattern]:
    writer, reader = on_case(access.WRITE), on_case(access.READ_REPORT)
    second, issuer = on_case(access.WRITE, access.SIGN_OFF), on_case(access.TRIAGE, access.SIGN_OFF)
    sharer = on_case(access.TRIAGE, access.WRITE, access.SIGN_OFF)
    there = "<int:pk>/recommendations"
    one = f"{there}/<int:version>"
    return [
        path(f"{there}/begin/", writer(writing.begin), name="begin"),
        path(f"{there}/write/", writer(writing.write), name="write"),
        path(f"{there}/write/autosave/", writer(writing.autosave), name="autosave"),
        path(f"{there}/draft.pdf", reader(writing.preview), name="preview"),
        path(f"{there}/review/", second(report.Review.as_view()), name="review"),
        path(f"{there}/approve/", writer(report.approve), name="approve"),
        path(f"{there}/sign-off/", on_case(access.SIGN_OFF)(report.sign_off), name="sign_off"),
        path(f"{there}/issue/", issuer(issuing.issue), name="issue"),
        path(f"{there}/new-version/", writer(issuing.Reissue.as_view()), name="reissue"),
        path(f"{there}/discard/", writer(issuing.discard), name="discard"),
        path(f"{there}/readers/", sharer(issuing.Recipients.as_view()), name="recipients"),
        path(f"{there}/readers/<int:recipient>/revoke/", sharer(issuing.revoke), name="revoke"),
        path(f"{one}/", reader(report.read), name="read_report"),
        path(f"{one}/pdf/", reader(report.pdf), name="read_report_pdf"),
        path(f"{one}/saves/", reader(writing.history), name="history"),
        path(f"{one}/comment/", writer(report.comment), name="comment"),
        path(f"{one}/comments/<int:comment>/resolve/", writer(report.resolve), name="resolve"),
    ]
