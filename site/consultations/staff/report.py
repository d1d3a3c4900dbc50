"""The recommendations: written, read, reviewed, signed off, issued."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts.people import SignedInRequest
from changes.log import record
from changes.refusals import Refused
from consultations import actions
from consultations.models import Consultation, Recommendations
from consultations.pdf import Snapshot, recommendations_pdf, recommendations_snapshot
from consultations.staff import forms
from consultations.staff.act import CaseAct
from consultations.staff.case import crumbs_to
from consultations.staff.triage import back_to
from design import kept
from design.acts import telling
from design.once import once
from design.staff import Button, furniture, is_posted
from vault.reading import stream_issued

Status = Recommendations.Status
MOST_ROWS = 60


@require_POST
@once
def begin(request: SignedInRequest, consultation: Consultation) -> HttpResponse:
    with telling(request) as told:
        actions.begin_recommendations(consultation, by=request.user)
    return back_to(consultation) if told.refused else redirect("consultation:write", consultation.pk)


@once(again=True)
def write(request: SignedInRequest, consultation: Consultation) -> HttpResponse:
    """The writing page. Whatever is typed is kept with each button; gaps are told only on sending (R13)."""
    report = consultation.report
    if report is None or report.status != Status.DRAFT or report.author_id != request.user.pk:
        why = (
            f"Only {report.author} writes this draft." if report else "The recommendations are not begun yet."
        )
        if report is not None and report.status != Status.DRAFT:
            why = "This report is no longer a draft, so it was not changed."
        messages.error(request, why)
        return back_to(consultation)
    if request.method == "POST":
        words, items = (
            forms.WordsForm(request.POST, report=report),
            forms.ItemFormSet(request.POST, prefix="items"),
        )
        if words.is_valid() and items.is_valid() and not _is_stale(request, report):
            return _save(request, consultation, report, words, items)
    else:
        words, items = forms.WordsForm(report=report), _rows(request, report)
    return render(
        request,
        "consultations/staff/write.html",
        {
            **furniture(
                "Write the recommendations",
                subtitle=consultation.reference,
                icon="edit",
                crumbs=crumbs_to(consultation, "Write the recommendations"),
            ),
            "consultation": consultation,
            "report": report,
            "words": words,
            "items": items,
            "seen": report.updated_at.isoformat(),
            "back": reverse("consultation:inspect", args=[consultation.pk]),
        },
        status=422 if request.method == "POST" else 200,
    )


def _is_stale(request: SignedInRequest, report: Recommendations) -> bool:
    """Saved from another window since this page was opened: nothing is written over without being said."""
    if request.POST.get("seen", "") == report.updated_at.isoformat():
        return False
    messages.warning(
        request,
        "This draft was saved elsewhere after you opened this page. What you typed here is below, not saved yet: "
        "save it again to keep this one instead.",
    )
    return True


def _rows(request: SignedInRequest, report: Recommendations) -> Any:
    """A row for each recommendation and one more, or as many as were asked for or typed before signing out."""
    kept_items = [{"text": i.text, "owner": i.owner, "due_on": i.due_on} for i in report.items.all()]
    asked = kept.answer("items-TOTAL_FORMS") or request.GET.get("rows", "")
    wanted = int(asked) if asked.isdecimal() and len(asked) < 4 else 0
    rows = forms.ItemFormSet(prefix="items", initial=kept_items)
    rows.extra = min(max(wanted, len(kept_items) + (not kept_items)), MOST_ROWS) - len(kept_items)
    return rows


def _save(
    request: SignedInRequest, consultation: Consultation, report: Recommendations, words: Any, items: Any
) -> HttpResponse:
    kept_items = [
        {
            name: row.cleaned_data.get(name) or empty
            for name, empty in (("text", ""), ("owner", ""), ("due_on", None))
        }
        for row in items.forms
        if not row.is_blank and not row.cleaned_data.get("DELETE")
    ]
    here = reverse("consultation:write", args=[consultation.pk])
    sends = is_posted(request, "send")
    with telling(request, "" if sends else "The draft is saved.") as told:
        actions.write(report, words=words.cleaned_data, items=kept_items, by=request.user)
    if told.refused:
        return back_to(consultation)
    if is_posted(request, "add"):
        return redirect(f"{here}?rows={len(kept_items) + 1}#items")
    if is_posted(request, "preview"):
        return redirect("consultation:preview", consultation.pk)
    if not sends:
        return redirect(here)
    with telling(request, "The draft is saved and waits for a second clinician.") as told:
        actions.send_for_review(report, by=request.user)
    return redirect(here) if told.refused else back_to(consultation)


@require_GET
def preview(request: SignedInRequest, consultation: Consultation) -> HttpResponse:
    """The report as it would print now, every page marked as a draft. Logged like any reading (R9)."""
    report = consultation.report
    if report is None or report.is_issued:
        raise Http404("There is no draft.")
    record(report, "recommendations.read", by=request.user, what="Draft PDF")
    return HttpResponse(
        recommendations_pdf(recommendations_snapshot(report, issued_at=None)),
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'inline; filename="{report.reference_name()}-draft.pdf"',
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )


def _version(consultation: Consultation, version: int) -> Recommendations:
    found = next((r for r in consultation.reports.all() if r.version == version), None)
    if found is None:
        raise Http404("No such version.")
    return found


def printed_of(report: Recommendations) -> Snapshot:
    """What the report says: of an issued one what was printed, of another what would be."""
    printed = dict(report.snapshot if report.is_issued else recommendations_snapshot(report, issued_at=None))
    printed["recommendations"] = [
        {**item, "due_on": date.fromisoformat(item["due_on"]) if item["due_on"] else None}
        for item in printed["recommendations"]
    ]
    return printed


@require_GET
def read(request: SignedInRequest, consultation: Consultation, version: int) -> HttpResponse:
    report = _version(consultation, version)
    record(report, "recommendations.read", by=request.user)
    title = "Recommendations"
    return render(
        request,
        "consultations/staff/report.html",
        {
            **furniture(
                title,
                subtitle=str(report),
                icon="doc-full",
                crumbs=crumbs_to(consultation, f"Version {version}"),
            ),
            "consultation": consultation,
            "report": report,
            "printed": printed_of(report),
            "back": reverse("consultation:inspect", args=[consultation.pk]),
        },
    )


@require_GET
def pdf(request: SignedInRequest, consultation: Consultation, version: int) -> HttpResponseBase:
    try:
        return stream_issued(request, _version(consultation, version), by=request.user, about=consultation)
    except Refused as no:
        for message in no.messages:
            messages.error(request, message)
        return back_to(consultation)


class Review(CaseAct):
    """A second clinician reads every word, then signs off or says what should change."""

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
        report, user = self.report, self.request.user
        why = []
        if report.author_id == user.pk:
            why.append("You wrote this report, so another clinician has to sign it off.")
        if report.status != Status.IN_REVIEW:
            why.append(f"It is {report.get_status_display().lower()}.")
        sign_off = Button(
            "sign_off",
            "Sign it off",
            reverse("consultation:sign_off", args=[self.consultation.pk]),
            posts=True,
            why_off=tuple(why),
            kind="",
        )
        return {
            **super().get_context_data(**kwargs),
            "report": report,
            "printed": printed_of(report),
            "sign_off": sign_off,
        }


@require_POST
@once
def sign_off(request: SignedInRequest, consultation: Consultation) -> HttpResponse:
    with telling(request, "Signed off. The recommendations can be issued once nothing else is missing."):
        actions.sign_off(_newest(consultation), by=request.user)
    return back_to(consultation)


@require_POST
@once
def issue(request: SignedInRequest, consultation: Consultation) -> HttpResponse:
    with telling(request, "The recommendations are issued. The referrer is being told where to read them."):
        actions.issue_recommendations(_newest(consultation), by=request.user)
    return back_to(consultation)


def _newest(consultation: Consultation) -> Recommendations:
    """The newest version, or everything that is missing while there is none (R1)."""
    if (report := consultation.report) is None:
        raise Refused(*consultation.missing_for_issue())
    return report
