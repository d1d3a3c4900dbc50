"""What can be done on a case now, by whom: each act as a button that says why it is off.

The reasons come from the same facts as the refusals of the actions, so page and action never disagree.
"""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from consultations.models import Consultation, ConsultationSettings, Recommendations
from consultations.models.retention import standing_hold
from consultations.staff import access
from consultations.staff.document_acts import ON_CHECKLIST, acts_on_checklist
from design.staff import Button
from engagements.stages import Stage, Whose
from meetings.models import Meeting

Status = Consultation.Status
Acts = dict[str, Button]
REOPEN_FIRST = "The case is closed. To correct the report, a coordinator or a clinical lead reopens it first."


def acts_of(consultation: Consultation, user: Any) -> Acts:
    """Every act that is still ahead of this case and that this person's role allows, on or off."""
    acts: Acts = {}
    if consultation.status in {Status.SUBMITTED, Status.QUESTIONED}:
        _deciding(acts, consultation)
    if consultation.status == Status.ACCEPTED:
        _funding(acts, consultation)
        acts |= acts_on_checklist(consultation)
        _meeting(acts, consultation)
        _report(acts, consultation, user)
        _pausing(acts, consultation)
        _ending(acts, consultation)
    if consultation.status not in Consultation.ENDED:
        _add(acts, consultation, "add_member", "Name somebody else")
        _add(acts, consultation, "allocate", "Name the consultants")
        _add(acts, consultation, "conflict", "Declare a conflict of interest", kind="no")
        if consultation.issued_report is None:
            _add(acts, consultation, "withdraw", "Withdraw the case", kind="no")
    elif (report := consultation.report) is not None and report.destroyed_at is None:
        _add(acts, consultation, "read_report", "Read the recommendations", args=[report.version])
        _add(acts, consultation, "recipients", "Who may read it")
        if consultation.status == Status.CLOSED:
            _add(acts, consultation, "reissue", "Begin a new version", REOPEN_FIRST)
            _add(acts, consultation, "reopen", "Reopen the case", *consultation.missing_for_reopening())
    if standing_hold(consultation) is None:
        _add(acts, consultation, "hold_records", "Set a legal hold")
    else:
        _add(acts, consultation, "lift_hold", "Lift the legal hold", kind="no")
    return {key: act for key, act in acts.items() if any(user.has_perm(p) for p in PERMISSIONS[key])}


PERMISSIONS: dict[str, tuple[str, ...]] = {
    "accept": (access.TRIAGE,),
    "override": (access.OVERRIDE,),
    "ask": (access.TRIAGE,),
    "decline": (access.TRIAGE,),
    "withdraw": (access.TRIAGE,),
    "urgent": (access.TRIAGE,),
    "add_member": (access.TRIAGE,),
    "allocate": (access.ALLOCATE,),
    "conflict": (access.WRITE,),
    "pause": (access.TRIAGE,),
    "go_on": (access.TRIAGE,),
    "social_worker": (access.TRIAGE,),
    "social_worker_left": (access.TRIAGE,),
    "quote": (access.QUOTE,),
    **dict.fromkeys(ON_CHECKLIST, (access.REVIEW_DOCUMENT,)),
    "book": (access.BOOK,),
    "record": (access.CHANGE_MEETING,),
    "hold": (access.CHANGE_MEETING,),
    "move": (access.CHANGE_MEETING,),
    "cancel": (access.CHANGE_MEETING,),
    "begin": (access.WRITE,),
    "write": (access.WRITE,),
    "read_report": (access.READ_REPORT,),
    "review": (access.WRITE, access.SIGN_OFF),
    "reissue": (access.WRITE,),
    "discard": (access.WRITE,),
    "recipients": (access.TRIAGE, access.WRITE, access.SIGN_OFF),
    "issue": (access.TRIAGE, access.SIGN_OFF),
    "invoice": (access.INVOICE,),
    "close": (access.TRIAGE,),
    "reopen": (access.TRIAGE,),
    "hold_records": (access.HOLD,),
    "lift_hold": (access.HOLD,),
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
        return
    _add(acts, consultation, "record", "Agenda, attendance and notes")
    if meeting.status == Meeting.Status.CONFIRMED:
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
    report, issued = consultation.report, consultation.issued_report
    if report is None:
        _add(acts, consultation, "begin", "Begin the recommendations", posts=True)
    else:
        _add(acts, consultation, "read_report", "Read the recommendations", args=[report.version])
        if report.status == Recommendations.Status.DRAFT:
            others = [] if report.author_id == user.pk else [f"Only {report.author} writes this draft."]
            _add(acts, consultation, "write", "Write the recommendations", *others)
        elif report.status in Recommendations.UNDER_REVIEW:
            _add(acts, consultation, "review", "Review and sign off")
        elif report.status == Recommendations.Status.SIGNED_OFF:
            _add(acts, consultation, "review", "Ask for changes after all")
        if report.replaces_id and not report.is_frozen:
            _add(acts, consultation, "discard", f"Discard version {report.version}", posts=True, kind="no")
    _add(acts, consultation, "recipients", "Say who may read it")
    if issued is None or report != issued:
        missing = consultation.missing_for_issue()
        _add(acts, consultation, "issue", "Issue the recommendations", *missing, posts=True)
    else:
        _add(acts, consultation, "reissue", "Begin a new version")


def _ending(acts: Acts, consultation: Consultation) -> None:
    if not consultation.is_invoiced:
        early = []
        if consultation.issued_report is None:
            early.append("The recommendations have not been issued yet.")
        if not consultation.is_funded:
            early.append("The funder has not accepted a quote yet.")
        _add(acts, consultation, "invoice", "Issue the invoice", *early, posts=True)
    _add(acts, consultation, "close", "Close the case", *consultation.missing_for_closing())


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


THEIRS = {
    Whose.COORDINATOR: access.TRIAGE,
    Whose.LEAD: access.SIGN_OFF,
    Whose.FINANCE: access.INVOICE,
}


def is_turn_of(user: Any, consultation: Consultation, stage: Stage) -> bool:
    """Is the next step this person's own, not merely one that they may take for somebody else?"""
    if stage.whose == Whose.CONSULTANT:
        return access.is_on(user, consultation)
    return stage.whose in THEIRS and user.has_perm(THEIRS[stage.whose])


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
