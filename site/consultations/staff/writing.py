"""Writing the recommendations: saved by each button and by itself, each save with its differences."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.people import SignedInRequest
from changes.log import record
from changes.refusals import Refused
from consultations import actions, differences
from consultations.models import Consultation, Recommendations, ReportRevision
from consultations.pdf import recommendations_pdf, recommendations_snapshot
from consultations.staff import report_forms as forms
from consultations.staff.case import crumbs_to
from consultations.staff.triage import back_to
from design import kept
from design.acts import telling
from design.once import once
from design.staff import furniture, is_posted
from design.templatetags.design import clock

Status = Recommendations.Status
MOST_ROWS = 60
ELSEWHERE = (
    "This draft was saved elsewhere after you opened this page. What you typed here is below, not saved yet: "
    "save it again to keep this one instead."
)


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
        messages.error(request, _why_not(report))
        return back_to(consultation)
    if request.method == "POST":
        words, items = _sent(request, report)
        if words.is_valid() and items.is_valid() and not _is_stale(request, report):
            return _save(request, consultation, report, words, items)
    else:
        words, items = forms.WordsForm(report=report), _rows(request, report)
        if "gaps" in request.GET:
            forms.show_gaps(report.gaps(), words, items)
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
            "problems": forms.problems_of(words, *items),
            "problem": "The draft is saved, but not sent yet" if "gaps" in request.GET else "",
            "seen": report.updated_at.isoformat(),
            "remarks": report.comments.filter(resolved_at=None).select_related("made_by"),
            "back": reverse("consultation:inspect", args=[consultation.pk]),
        },
        status=422 if request.method == "POST" else 200,
    )


def _why_not(report: Recommendations | None) -> str:
    if report is None:
        return "The recommendations are not begun yet."
    if report.status != Status.DRAFT:
        return "This report is no longer a draft, so it was not changed."
    return f"Only {report.author} writes this draft."


@require_POST
@once(again=True)
def autosave(request: SignedInRequest, consultation: Consultation) -> HttpResponse:
    """The writing page's own save while its author types: JSON for its script, one sentence to show."""
    report = consultation.report
    if report is None or report.status != Status.DRAFT or report.author_id != request.user.pk:
        return JsonResponse({"said": _why_not(report)}, status=409)
    words, items = _sent(request, report)
    if not (words.is_valid() and items.is_valid()):
        said = "Not saved yet: something typed here cannot be kept. Press “Save the draft” to see what."
        return JsonResponse({"said": said}, status=422)
    if request.POST.get("seen", "") != report.updated_at.isoformat():
        said = "Not saved: this draft was saved elsewhere since you opened this page. Press “Save the draft”."
        return JsonResponse({"said": said}, status=409)
    try:
        actions.write(report, words=words.cleaned_data, items=_typed(items), by=request.user)
    except Refused as no:
        return JsonResponse({"said": str(no)}, status=409)
    report.refresh_from_db()
    said = f"Saved at {clock(timezone.now())}"
    return JsonResponse({"said": said, "seen": report.updated_at.isoformat()})


def _is_stale(request: SignedInRequest, report: Recommendations) -> bool:
    """Saved from another window since this page was opened: nothing is written over without being said."""
    if request.POST.get("seen", "") == report.updated_at.isoformat():
        return False
    messages.warning(request, ELSEWHERE)
    return True


def _sent(request: SignedInRequest, report: Recommendations) -> tuple[Any, Any]:
    """The page's two forms as they were sent."""
    choices = forms.Choices.of(report.consultation)
    items = forms.ItemFormSet(request.POST, prefix="items", form_kwargs={"choices": choices})
    return forms.WordsForm(request.POST, report=report), items


def _rows(request: SignedInRequest, report: Recommendations) -> Any:
    """A row for each recommendation and one more, or as many as were asked for or typed before signing out."""
    kept_items = [
        {name: getattr(item, row) for name, row in forms.ItemForm.KEPT.items()} for item in report.items.all()
    ]
    asked = kept.answer("items-TOTAL_FORMS") or request.GET.get("rows", "")
    wanted = int(asked) if asked.isdecimal() and len(asked) < 4 else 0
    choices = forms.Choices.of(report.consultation)
    rows = forms.ItemFormSet(prefix="items", initial=kept_items, form_kwargs={"choices": choices})
    rows.extra = min(max(wanted, len(kept_items) + (not kept_items)), MOST_ROWS) - len(kept_items)
    return rows


def _typed(items: Any) -> list[dict[str, Any]]:
    return [row.item() for row in items.forms if not row.is_blank and not row.cleaned_data.get("DELETE")]


def _save(
    request: SignedInRequest, consultation: Consultation, report: Recommendations, words: Any, items: Any
) -> HttpResponse:
    kept_items = _typed(items)
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
    if Recommendations.objects.get(pk=report.pk).gaps():
        return redirect(f"{here}?gaps=1")
    with telling(request, "The draft is saved and waits for a second clinician.") as told:
        actions.send_for_review(report, by=request.user)
    return redirect(here) if told.refused else back_to(consultation)


@require_GET
def preview(request: SignedInRequest, consultation: Consultation) -> HttpResponse:
    """The report as it would print now, every page marked as a draft. Logged like any reading (R9)."""
    report = consultation.report
    if report is None or report.is_frozen:
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


@require_GET
def history(request: SignedInRequest, consultation: Consultation, version: int) -> HttpResponse:
    """Every save of a version, and what changed between any two: by default in the newest one (R9: logged)."""
    report = version_of(consultation, version)
    saves = list(report.revisions.select_related("saved_by").defer("content_text").order_by("-number"))
    if not saves:
        raise Http404("Nothing was saved.")
    numbers = {save.number for save in saves}
    newer = _asked(request, "to", numbers, saves[0].number)
    older = _asked(request, "from", numbers | {0}, newer - 1)
    record(report, "recommendations.read", by=request.user, what="Earlier saves")
    return render(
        request,
        "consultations/staff/history.html",
        {
            **furniture(
                "What changed",
                subtitle=str(report),
                icon="history",
                crumbs=crumbs_to(consultation, f"Saves of version {version}"),
            ),
            "consultation": consultation,
            "report": report,
            "saves": saves,
            "older": older,
            "newer": newer,
            "differences": differences.between(_content(report, older), _content(report, newer)),
            "back": reverse("consultation:inspect", args=[consultation.pk]),
        },
    )


def _asked(request: SignedInRequest, name: str, known: set[int], default: int) -> int:
    asked = request.GET.get(name, "")
    number = int(asked) if asked.isdecimal() and len(asked) < 7 else default
    return number if number in known else default


def _content(report: Recommendations, number: int) -> dict[str, Any]:
    """One save; number 0 is the empty page before the first."""
    if number == 0:
        return {**dict.fromkeys(Recommendations.WORDS, ""), "items": []}
    return ReportRevision.objects.get(report=report, number=number).content


def version_of(consultation: Consultation, version: int) -> Recommendations:
    found = next((r for r in consultation.reports.all() if r.version == version), None)
    if found is None or found.destroyed_at is not None:
        raise Http404("No such version, or the time to keep it is over.")
    return found
