"""What can be done on a case now, by whom: each act as a button that says why it is off.

The reasons come from the same facts as the refusals of the actions, so page and action never disagree.
"""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from consultations.models import (
    CaseDocument,
    Consultation,
    ConsultationSettings,
    DocumentRequest,
    Recommendations,
)
from consultations.staff import access
from design.staff import Button
from engagements.stages import Stage, Whose
from meetings.models import Meeting

Status = Consultation.Status
Acts = dict[str, Button]


def acts_of(consultation: Consultation, user: Any) -> Acts:
    """Every act that is still ahead of this case and that this person's role allows, on or off."""
    acts: Acts = {}
    if consultation.status in {Status.SUBMITTED, Status.QUESTIONED}:
        _deciding(acts, consultation)
    if consultation.status == Status.ACCEPTED:
        _funding(acts, consultation)
        _meeting(acts, consultation)
        _report(acts, consultation, user)
        _pausing(acts, consultation)
        _ending(acts, consultation)
    if consultation.status not in Consultation.ENDED:
        _add(acts, consultation, "allocate", "Name the consultants")
        _add(acts, consultation, "conflict", "Declare a conflict of interest", kind="no")
        if consultation.issued_report is None:
            _add(acts, consultation, "withdraw", "Withdraw the case", kind="no")
    elif (report := consultation.report) is not None:
        _add(acts, consultation, "read_report", "Read the recommendations", args=[report.version])
    return {key: act for key, act in acts.items() if any(user.has_perm(p) for p in PERMISSIONS[key])}


PERMISSIONS: dict[str, tuple[str, ...]] = {
    "accept": (access.TRIAGE,),
    "override": (access.OVERRIDE,),
    "ask": (access.TRIAGE,),
    "decline": (access.TRIAGE,),
    "withdraw": (access.TRIAGE,),
    "urgent": (access.TRIAGE,),
    "allocate": (access.ALLOCATE,),
    "conflict": (access.WRITE,),
    "pause": (access.TRIAGE,),
    "go_on": (access.TRIAGE,),
    "social_worker": (access.TRIAGE,),
    "social_worker_left": (access.TRIAGE,),
    "quote": (access.QUOTE,),
    "request_documents": (access.REVIEW_DOCUMENT,),
    "book": (access.BOOK,),
    "hold": (access.CHANGE_MEETING,),
    "move": (access.CHANGE_MEETING,),
    "cancel": (access.CHANGE_MEETING,),
    "begin": (access.WRITE,),
    "write": (access.WRITE,),
    "read_report": (access.READ_REPORT,),
    "review": (access.SIGN_OFF,),
    "issue": (access.TRIAGE, access.SIGN_OFF),
    "invoice": (access.INVOICE,),
    "close": (access.TRIAGE,),
}


def _add(
    acts: Acts,
    consultation: Consultation,
    key: str,
    label: str,
    *why_off: str,
    posts: bool = False,
    kind: str = "secondary",
    args: list[object] | None = None,
    href: str = "",
) -> None:
    href = href or reverse(f"consultation:{key}", args=[consultation.pk, *(args or [])])
    acts[key] = Button(key, label, href, posts=posts, why_off=why_off, kind=kind)


def _deciding(acts: Acts, consultation: Consultation) -> None:
    waiting = (
        ["The referrer has not answered our question yet."]
        if consultation.status == Status.QUESTIONED
        else []
    )
    blocks = consultation.referral.blocks_acceptance()
    _add(acts, consultation, "accept", "Accept the referral", *waiting, *blocks, posts=True, kind="")
    if blocks:
        _add(acts, consultation, "override", "Accept without the safeguards", *waiting)
    _add(acts, consultation, "ask", "Ask for more", *waiting)
    urgent = "No longer urgent" if consultation.is_urgent else "Mark it urgent"
    _add(acts, consultation, "urgent", urgent, posts=True)
    _add(acts, consultation, "decline", "Decline the referral", kind="no")


def _pausing(acts: Acts, consultation: Consultation) -> None:
    if consultation.issued_report is not None:
        return
    if consultation.referral.has_social_worker:
        _add(acts, consultation, "social_worker_left", "The social worker has left")
    else:
        _add(acts, consultation, "social_worker", "Name the new social worker")
    if consultation.pause is None:
        _add(acts, consultation, "pause", "Pause the case")
    else:
        _add(
            acts,
            consultation,
            "go_on",
            "Go on with the case",
            *consultation.missing_for_going_on(),
            posts=True,
        )


def _funding(acts: Acts, consultation: Consultation) -> None:
    order = consultation.order
    if not consultation.is_funded:
        again = order is not None and order.is_quoted
        _add(acts, consultation, "quote", "Send a new quote" if again else "Send the quote")
    if not consultation.document_requests.all():
        unfunded = (
            [] if consultation.is_funded else ["Funding is not agreed yet. It goes out by itself when it is."]
        )
        _add(acts, consultation, "request_documents", "Send the documents checklist", *unfunded, posts=True)


def _meeting(acts: Acts, consultation: Consultation) -> None:
    meeting = consultation.meeting
    if meeting is None:
        early = ConsultationSettings.load().book_before_funding
        _add(
            acts,
            consultation,
            "book",
            "Book the meeting",
            *consultation.missing_for_meeting(before_funding=early),
        )
    elif meeting.status == Meeting.Status.CONFIRMED:
        too_early = [] if meeting.has_started else [f"It starts {meeting.when}."]
        _add(acts, consultation, "hold", "Mark the meeting held", *too_early, posts=True)
        _add(acts, consultation, "move", "Move or change it", href=reverse("meeting:move", args=[meeting.pk]))
        _add(
            acts,
            consultation,
            "cancel",
            "Cancel it",
            kind="no",
            href=reverse("meeting:cancel", args=[meeting.pk]),
        )


def _report(acts: Acts, consultation: Consultation, user: Any) -> None:
    report = consultation.report
    if report is None:
        _add(acts, consultation, "begin", "Begin the recommendations", posts=True)
    else:
        _add(acts, consultation, "read_report", "Read the recommendations", args=[report.version])
        if report.status == Recommendations.Status.DRAFT:
            others = [] if report.author_id == user.pk else [f"Only {report.author} writes this draft."]
            _add(acts, consultation, "write", "Write the recommendations", *others)
        elif report.status == Recommendations.Status.IN_REVIEW:
            _add(acts, consultation, "review", "Review and sign off")
        elif report.status == Recommendations.Status.SIGNED_OFF:
            _add(acts, consultation, "review", "Ask for changes after all")
    if consultation.issued_report is None:
        _add(
            acts,
            consultation,
            "issue",
            "Issue the recommendations",
            *consultation.missing_for_issue(),
            posts=True,
        )


def _ending(acts: Acts, consultation: Consultation) -> None:
    order = consultation.order
    if order is None or not order.is_invoiced:
        early = []
        if consultation.issued_report is None:
            early.append("The recommendations have not been issued yet.")
        if not consultation.is_funded:
            early.append("The funder has not accepted a quote yet.")
        _add(acts, consultation, "invoice", "Issue the invoice", *early, posts=True)
    _add(acts, consultation, "close", "Close the case", *consultation.missing_for_closing(), posts=True)


def acts_on_document(consultation: Consultation, line: DocumentRequest, user: Any) -> Acts:
    """The same for one line of the checklist."""
    settled = consultation.status != Status.ACCEPTED or consultation.issued_report is not None
    if settled or not user.has_perm(access.REVIEW_DOCUMENT):
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
    if line.can_move_to(DocumentRequest.Status.WAIVED):
        add("waive", "Waive")
    return acts


def reading_of(consultation: Consultation, file: CaseDocument) -> Button:
    """The button that opens one file; off until it has passed the virus check."""
    why = () if file.is_readable else (f"{file.get_status_display()}.",)
    href = reverse("consultation:read_document", args=[consultation.pk, file.pk])
    return Button(f"read-{file.pk}", "Read", href, why_off=why, about=file.download_name)


NEXT = {"sign_off": "review", "write": "write"}
LOOK = {
    "triage": ("Decide", "#decide"),
    "documents": ("Go to the documents", "#documents"),
}


def next_act(consultation: Consultation, stage: Stage, acts: Acts, user: Any) -> Button | None:
    """The one thing to do next, if it is this person's to do."""
    if stage.whose == Whose.COORDINATOR and stage.act in LOOK:
        label, href = LOOK[stage.act]
        return Button("next", label, href, kind="") if _decides(user, stage.act) else None
    if not stage.is_ours:
        return None
    key = NEXT.get(stage.act, stage.act)
    if key == "write" and "write" not in acts:
        key = "begin"
    act = acts.get(key)
    if act is None:
        return None
    return Button(f"next-{act.key}", act.label, act.href, posts=act.posts, why_off=act.why_off, kind="")


def _decides(user: Any, what: str) -> bool:
    return user.has_perm(access.TRIAGE if what == "triage" else access.REVIEW_DOCUMENT)


def missing_now(consultation: Consultation) -> tuple[str, list[str]]:
    """What stands between an accepted case and its next gate, all of it at once (R1): the gate and the sentences.

    What keeps a referral from being accepted (R2) stands at the button that accepts it.
    """
    if consultation.status != Status.ACCEPTED:
        return "", []
    if consultation.issued_report is None:
        return "Before the recommendations can be issued", consultation.missing_for_issue()
    return "Before the case can be closed", consultation.missing_for_closing()
