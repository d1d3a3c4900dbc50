"""The case as one page: where it stands, what is missing, what was said, and every act as a button."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_GET

from consultations.clock import Clocks
from consultations.models import Consultation, DocumentRequest
from consultations.models.retention import kept_until, standing_hold
from consultations.staff import access, acts, agency, document_acts, roster
from consultations.staff.forms import OpenForm
from consultations.staff.listing import age_of
from consultations.staff.poll import TRADE
from consultations.staff.readings import read_by, readings_by_file
from consultations.staff.words import for_staff, told
from consultations.stages import stage_of
from consultations.views.answers import amendments_of, answers_of
from design.staff import Button, furniture
from engagements.polls import polls_on_page
from engagements.stages import Stage, Whose
from engagements.timeline import entries_of, readings_of
from meetings.models import Meeting, Poll
from meetings.staff.people import with_mails

TONES = {
    DocumentRequest.Status.RECEIVED: "clay",
    DocumentRequest.Status.ACCEPTED: "hedge",
    DocumentRequest.Status.RETURNED: "slate",
    DocumentRequest.Status.NOT_HELD: "clay",
    DocumentRequest.Status.REFUSED: "clay",
    DocumentRequest.Status.WAIVED: "hedge",
}


# The boxes of the page, in its order, and what leads to each.
BOXES = {
    "decide": "Decide",
    "documents": "Documents",
    "meeting": "Meeting",
    "report": "Recommendations",
    "money": "Money",
    "referral": "The referral",
    "people": "People",
    "records": "Records",
    "timeline": "What has happened",
}


def crumbs_to(consultation: Consultation, title: str = "") -> list[dict[str, str]]:
    here = {"url": reverse("consultation:inspect", args=[consultation.pk]), "label": consultation.reference}
    crumbs = [{"url": reverse("consultation:index"), "label": "Consultations"}, here]
    return [*crumbs, {"url": "", "label": title}] if title else crumbs


def whole_case() -> Any:
    """A case with all that its page reads."""
    return Consultation.objects.for_stages().prefetch_related(
        "network",
        "meetings__reservations__resource",
        "document_requests__files__uploaded_by",
        "document_requests__files__redactions",
        "agency_links__lines",
        "agency_links__files",
    )


@require_GET
@access.on_case(access.VIEW, cases=whole_case)
def page(request: HttpRequest, consultation: Consultation) -> HttpResponse:
    user = request.user
    can = acts.acts_of(consultation, user)
    gate, missing = acts.missing_now(consultation)
    dates = polls_on_page(TRADE, consultation, may=user.has_perm(access.BOOK))
    stage, step = _where_it_stands(consultation, can, user, dates.get("open"))
    report, lines = consultation.report, _lines(request, consultation)
    deciding = [can[k] for k in ("accept", "override", "ask", "urgent", "decline") if k in can]
    kept = kept_until(consultation) if consultation.status in Consultation.ENDED else []
    hold = standing_hold(consultation)
    paid_by_batch = consultation.session is not None
    shown = {
        "decide": bool(deciding),
        "documents": bool(lines or "add_document" in can),
        "meeting": bool(consultation.meeting or "book" in can),
        "report": bool(report or {"begin", "issue"} & can.keys()),
        "money": bool(consultation.order or paid_by_batch or {"quote", "invoice"} & can.keys()),
        "records": bool(kept or hold or "hold_records" in can),
    }
    return render(
        request,
        "consultations/staff/case.html",
        {
            **furniture(
                "Consultation", subtitle=consultation.reference, icon="group", crumbs=crumbs_to(consultation)
            ),
            "consultation": consultation,
            "referral": consultation.referral,
            "stage": stage,
            "whose": "" if stage.whose == Whose.NOBODY else stage.whose.value,
            "next": step,
            "yours": step is not None and acts.is_turn_of(user, consultation, stage),
            "done": stage.whose == Whose.NOBODY,
            "age": age_of(consultation),
            "acts": can,
            "deciding": deciding,
            "shown": shown,
            "jumps": [(name, words) for name, words in BOXES.items() if shown.get(name, True)],
            "gate": gate,
            "missing": missing,
            "clock": Clocks.load().of(consultation),
            "criteria": consultation.referral.criteria() if "accept" in can else [],
            "amendments": [{**one, "what": for_staff(one["what"])} for one in amendments_of(consultation)],
            "conflicts": consultation.conflicts.select_related("user"),
            "colleagues": consultation.colleagues.select_related("user"),
            "answers": told([group for group in answers_of(consultation) if group["slug"] != "network"]),
            "network": roster.rows_of(consultation, may_act="add_member" in can),
            "lines": lines,
            "links": agency.rows_of(consultation, may_act="ask_agency" in can),
            "meeting": consultation.meeting,
            "invited": with_mails(consultation.meeting),
            "past_meetings": [m for m in consultation.meetings.all() if m.status == Meeting.Status.CANCELLED],
            "meeting_href": link("meeting:inspect", consultation.meeting and consultation.meeting.pk),
            "dates": dates,
            "order": consultation.order,
            "quotes": sorted(consultation.order.quotes.all(), key=lambda q: q.version)
            if consultation.order
            else [],
            "invoices": list(consultation.order.invoices.all()) if consultation.order else [],
            "order_href": link("orders:inspect", consultation.order_id)
            if user.has_perm("billing.view_order")
            else "",
            "closure": getattr(consultation, "closure", None),
            "kept": kept,
            "hold": hold,
            "report": report,
            "reports": list(consultation.reports.all()),
            "entries": entries_of(consultation, now=stage.name),
            "readings": readings_of(consultation),
            "may_read": user.has_perm(access.READ_DOCUMENT),
        },
    )


def _where_it_stands(
    consultation: Consultation, can: acts.Acts, user: Any, asked: tuple[Poll, str] | None
) -> tuple[Stage, Button | None]:
    """The stage and the act that is next. While people are asked for a date, the poll is where it is chosen."""
    stage = stage_of(consultation)
    step = acts.next_act(consultation, stage, can, user)
    if asked is None or stage.act != "book":
        return stage, step
    poll, page_of_poll = asked
    words = f"Choose a date from the poll. {poll.answers}."
    return replace(stage, for_staff=words), Button("next-dates", "See the date poll", page_of_poll, kind="")


def link(name: str, pk: object) -> str:
    """The admin page of a neighbour's noun, or nothing while it has none."""
    try:
        return reverse(name, args=[pk]) if pk else ""
    except NoReverseMatch:
        return ""


def _lines(request: HttpRequest, consultation: Consultation) -> list[dict[str, Any]]:
    may_read = request.user.has_perm(access.READ_DOCUMENT)
    readings = readings_by_file(consultation)
    is_collecting = consultation.status == Consultation.Status.ACCEPTED and consultation.issued_report is None
    return [
        {
            "line": line,
            "is_overdue": is_collecting and line.is_overdue,
            "tone": TONES.get(DocumentRequest.Status(line.status), "slate"),
            "acts": list(document_acts.acts_on_document(consultation, line, request.user).values()),
            "files": [
                {
                    "file": file,
                    "read": document_acts.reading_of(consultation, file) if may_read else None,
                    "read_by": read_by(readings.get(file.download_name, [])),
                }
                for file in line.files.all()
            ],
        }
        for line in consultation.document_requests.all()
    ]


def opening(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A clinician who is not on the case says why they open it; kept, and good for an hour."""
    consultation = access.case_of(request, pk)
    there = access.next_page(request, consultation)
    if not access.needs_reason(request, consultation):
        return redirect(there)
    form = OpenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        access.open_case(request, consultation, reason=form.cleaned_data["reason"])
        return redirect(there)
    return render(
        request,
        "consultations/staff/open.html",
        {
            **furniture("Say why you open this case", icon="lock", crumbs=crumbs_to(consultation, "Say why")),
            "consultation": consultation,
            "form": form,
            "button": "Open the case",
            "back": reverse("consultation:index"),
        },
        status=422 if form.errors else 200,
    )
