"""The recommendations as staff read, review, issue and share them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts.people import SignedInRequest
from changes.log import record
from changes.refusals import Refused
from consultations import actions
from consultations.models import Consultation, Recommendations, ReportComment
from consultations.pdf import Snapshot, as_read, recommendations_snapshot
from consultations.staff import access
from consultations.staff import report_forms as forms
from consultations.staff.act import CaseAct
from consultations.staff.case import crumbs_to
from consultations.staff.triage import back_to
from consultations.staff.writing import version_of
from design.acts import telling
from design.once import once
from design.staff import Button, furniture
from vault.reading import stream_issued

Status = Recommendations.Status


def printed_of(report: Recommendations) -> Snapshot:
    """What the report says: of a frozen one what was printed, of another what would be."""
    return as_read(report.snapshot if report.is_frozen else recommendations_snapshot(report, issued_at=None))


def _comments(report: Recommendations) -> list[ReportComment]:
    return list(report.comments.select_related("made_by", "resolved_by"))


@require_GET
def read(request: SignedInRequest, consultation: Consultation, version: int) -> HttpResponse:
    report = version_of(consultation, version)
    record(report, "recommendations.read", by=request.user)
    return render(
        request,
        "consultations/staff/report.html",
        {
            **furniture(
                "Recommendations",
                subtitle=str(report),
                icon="doc-full",
                crumbs=crumbs_to(consultation, f"Version {version}"),
            ),
            "consultation": consultation,
            "report": report,
            "printed": printed_of(report),
            "progress": report.items.select_related("progress") if report.progress_links.exists() else [],
            "remarks": _comments(report),
            "may_comment": not report.is_frozen and request.user.has_perm(access.WRITE),
            "comment_form": forms.CommentForm(),
            "back": reverse("consultation:inspect", args=[consultation.pk]),
        },
    )


@require_GET
def pdf(request: SignedInRequest, consultation: Consultation, version: int) -> HttpResponseBase:
    try:
        return stream_issued(request, version_of(consultation, version), by=request.user, about=consultation)
    except Refused as no:
        for message in no.messages:
            messages.error(request, message)
        return back_to(consultation)


class Review(CaseAct):
    """A second clinician reads every word, then approves, or a lead signs off, or it goes back to its author."""

    key = "review"
    header_icon = "doc-full"
    form_class = forms.ChangesForm
    template_name = "consultations/staff/review.html"
    page_title = "Review the recommendations"
    button = "Ask for changes"
    done = "The draft is back with its author, who is being told."

    @property
    def report(self) -> Recommendations:
        report = self.consultation.report
        if report is None:
            raise Http404("Nothing is written.")
        return report

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().get(request, *args, **kwargs)
        if response.status_code == 200:
            record(self.report, "recommendations.read", by=request.user)
        return response

    def act(self, form: Any) -> None:
        actions.ask_for_changes(self.report, note=form.cleaned_data["note"], by=self.person)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        report = self.report
        agreeing = [self._agreeing("approve", "Approve it", Status.APPROVED, access.WRITE)]
        agreeing.append(self._agreeing("sign_off", "Sign it off", Status.SIGNED_OFF, access.SIGN_OFF))
        return {
            **super().get_context_data(**kwargs),
            "report": report,
            "printed": printed_of(report),
            "agreeing": [button for button in agreeing if button],
            "remarks": _comments(report),
            "may_comment": True,
            "comment_form": forms.CommentForm(),
        }

    def _agreeing(self, key: str, label: str, status: str, permission: str) -> Button | None:
        """Approve or sign off, as a button that says why it is off; none where the role never may (R1)."""
        report, user = self.report, self.request.user
        if not user.has_perm(permission):
            return None
        why = []
        if report.author_id == user.pk:
            word = "sign it off" if key == "sign_off" else "approve it"
            why.append(f"You wrote this report, so another clinician has to {word}.")
        if not report.can_move_to(status):
            why.append(f"It is {report.get_status_display().lower()}.")
        href = reverse(f"consultation:{key}", args=[self.consultation.pk])
        kind = "" if key == "sign_off" else "secondary"
        return Button(key, label, href, posts=True, why_off=tuple(why), kind=kind)


@require_POST
@once
def approve(request: SignedInRequest, consultation: Consultation) -> HttpResponse:
    with telling(request, "Approved. A clinical lead signs it off next."):
        actions.approve(newest_of(consultation), by=request.user)
    return back_to(consultation)


@require_POST
@once
def sign_off(request: SignedInRequest, consultation: Consultation) -> HttpResponse:
    with telling(request, "Signed off. The recommendations can be issued once nothing else is missing."):
        actions.sign_off(newest_of(consultation), by=request.user)
    return back_to(consultation)


@require_POST
@once(again=True)
def comment(request: SignedInRequest, consultation: Consultation, version: int) -> HttpResponse:
    report = version_of(consultation, version)
    form = forms.CommentForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Write your comment before you send it.")
        return _to_comments(request, report)
    with telling(request, "Your comment is on the draft."):
        actions.comment(report, **form.cleaned_data, by=request.user)
    return _to_comments(request, report)


@require_POST
@once
def resolve(request: SignedInRequest, consultation: Consultation, version: int, comment: int) -> HttpResponse:
    remark = get_object_or_404(ReportComment, pk=comment, report=version_of(consultation, version))
    with telling(request, "The comment is resolved."):
        actions.resolve_comment(remark, by=request.user)
    return _to_comments(request, remark.report)


def _to_comments(request: SignedInRequest, report: Recommendations) -> HttpResponse:
    """Back to the comments: where the report is reviewed for who reviews it, where it is read for who wrote it."""
    reviews = report.status in Recommendations.UNDER_REVIEW and report.author_id != request.user.pk
    at = [report.consultation_id] if reviews else [report.consultation_id, report.version]
    return redirect(reverse(f"consultation:{'review' if reviews else 'read_report'}", args=at) + "#comments")


def newest_of(consultation: Consultation) -> Recommendations:
    """The newest version, or everything that is missing while there is none (R1)."""
    if (report := consultation.report) is None:
        raise Refused(*consultation.missing_for_issue())
    return report
