"""What can be done about a batch and its sessions now, by whom: each act a button that says why it is off.

The reasons come from the same facts as the refusals of the actions, so page and action never disagree.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.urls import reverse

from consultations.models import Batch, BatchSession
from consultations.staff.batch import access
from consultations.staff.batch.access import cases_to_pay_for
from design.staff import Button
from engagements.stages import Stage, Whose
from meetings.models import Meeting

Status = Batch.Status
Acts = dict[str, Button]

PERMISSIONS = {
    **dict.fromkeys(
        ("accept", "decline", "lead", "extend", "close", "withdraw", "give", "ask_refund"), access.TRIAGE
    ),
    **dict.fromkeys(
        ("book", "describe", "hold", "cancel", "give_back", "note", "share"),
        access.SCHEDULE,
    ),
    **dict.fromkeys(("move", "people"), access.CHANGE_MEETING),
    "give_session": access.TRIAGE,
    "quote": access.QUOTE,
    "invoice": access.INVOICE,
    "refund": access.CREDIT,
}
# Acts that are somebody else's, and yet wait on this page: whoever runs the batch sees whose they are.
ELSEWHERE = {
    "quote": "A coordinator or a finance officer sends it.",
    "invoice": "A finance officer issues it, from the order.",
}


def acts_of(batch: Batch, user: Any) -> Acts:
    """Every act that is still ahead of this batch and that this person's role allows, on or off."""
    acts: Acts = {}
    if batch.status == Status.REQUESTED:
        _add(acts, batch, "accept", "Accept the request", posts=True, kind="")
        _add(acts, batch, "decline", "Decline the request", kind="no")
    if batch.status == Status.ACCEPTED:
        _money(acts, batch, user)
        _sessions(acts, batch, user)
        _add(acts, batch, "close", "Close the batch", *batch.missing_for_closing(), posts=True)
    if batch.status not in Batch.ENDED:
        _add(
            acts,
            batch,
            "lead",
            "Name another lead" if batch.lead_consultant_id else "Name the lead consultant",
        )
        _add(acts, batch, "withdraw", "Withdraw the batch", *batch.missing_for_withdrawal(user), kind="no")
    return _allowed(acts, user)


def _money(acts: Acts, batch: Batch, user: Any) -> None:
    order = batch.order
    if not batch.is_funded:
        again = order is not None and order.is_quoted
        _add(acts, batch, "quote", "Send a new quote" if again else "Send the quote")
    if order is None or not order.is_invoiced:
        _add(acts, batch, "invoice", "Issue the invoice", *batch.missing_for_invoice(), posts=True)
    else:
        _add(acts, batch, "refund", "Refund unused sessions", *batch.missing_for_refund())
        if not user.has_perm(access.CREDIT):
            _add(acts, batch, "ask_refund", "Ask finance to refund sessions", *batch.missing_for_refund())


def _sessions(acts: Acts, batch: Batch, user: Any) -> None:
    none_left = batch.missing_for_session()
    _add(acts, batch, "book", "Book sessions", *none_left)
    unfunded = [] if batch.expires_on else ["Funding is not agreed yet, so there is no last day to move."]
    _add(acts, batch, "extend", "Give the team longer", *unfunded)
    if user.has_perm(access.TRIAGE):
        _add(acts, batch, "give", "Give a session to a case", *(none_left or _no_case(batch, user)))


def _no_case(batch: Batch, user: Any) -> list[str]:
    if cases_to_pay_for(batch, user):
        return []
    return [f"{batch.organisation} has no accepted case whose cost is still to be agreed."]


def acts_of_session(session: BatchSession, user: Any) -> Acts:
    """The same for one session."""
    acts: Acts = {}
    meeting = session.meeting
    if session.is_booked:
        _on(acts, session, "hold", "Mark it held", *session.missing_for_holding(), posts=True, kind="")
        _on(acts, session, "describe", "Say what it is for")
        _on(acts, session, "cancel", "Cancel the session", kind="no")
        if user.has_perm(access.TRIAGE):
            _on(acts, session, "give_session", "Give it to a case", *_no_case(session.batch, user))
    elif session.can_move_to(BatchSession.Status.CANCELLED):
        _on(acts, session, "give_back", "Give it back", *_paying(session))
    if session.status in (BatchSession.Status.BOOKED, BatchSession.Status.HELD):
        label = "Correct the note" if session.has_shared_note else "Write the note"
        _on(acts, session, "note", label, *session.missing_for_note())
    if not session.missing_for_note() and not session.has_shared_note:
        empty = [] if session.note.strip() else ["Write the note first."]
        _on(acts, session, "share", "Share the note", *empty, posts=True)
    if meeting is not None and meeting.status == Meeting.Status.CONFIRMED:
        move, people = (reverse(f"meeting:{name}", args=[meeting.pk]) for name in ("move", "inspect"))
        acts["move"] = Button("move", "Move it, or change the place", move)
        acts["people"] = Button("people", "Change who comes", people)
    return _allowed(acts, user)


def _paying(session: BatchSession) -> list[str]:
    case = session.consultation
    if case is None or case.status == case.Status.WITHDRAWN:
        return []
    return [f"It pays for {case.reference}. Withdraw that case first."]


def _add(
    acts: Acts, batch: Batch, key: str, label: str, *why: str, posts: bool = False, kind: str = "secondary"
) -> None:
    acts[key] = Button(
        key, label, reverse(f"batch:{key}", args=[batch.pk]), posts=posts, why_off=why, kind=kind
    )


def _on(
    acts: Acts,
    session: BatchSession,
    key: str,
    label: str,
    *why: str,
    posts: bool = False,
    kind: str = "secondary",
) -> None:
    acts[key] = Button(key, label, session_link(session, key), posts=posts, why_off=why, kind=kind)


def session_link(session: BatchSession, name: str = "session") -> str:
    return reverse(f"batch:{name}", args=[session.batch_id, session.number])


def _allowed(acts: Acts, user: Any) -> Acts:
    found = {}
    for key, act in acts.items():
        if user.has_perm(PERMISSIONS[key]):
            found[key] = act
        elif key in ELSEWHERE and user.has_perm(access.TRIAGE):
            found[key] = replace(act, why_off=act.why_off or (ELSEWHERE[key],))
    return found


def next_act(batch: Batch, stage: Stage, acts: Acts, user: Any) -> Button | None:
    """The one thing to do next, if it is this person's to do."""
    if stage.act == "accept":
        return Button("next", "Decide", "#decide", kind="") if "accept" in acts else None
    if stage.act == "sessions":
        waiting = sessions_to_mark(batch)[0]
        return _look("Mark", waiting) if user.has_perm(access.SCHEDULE) else None
    if stage.whose == Whose.CONSULTANT and batch.next_session is not None:
        return _look("Open", batch.next_session) if batch.lead_consultant_id == user.pk else None
    act = acts.get(stage.act)
    if act is None or not stage.is_ours or not user.has_perm(PERMISSIONS[act.key]):
        return None
    return replace(act, key=f"next-{act.key}", kind="")


def sessions_to_mark(batch: Batch) -> list[BatchSession]:
    """Those that have begun and were neither marked held nor called off, the earliest first."""
    return [
        s
        for s in sorted(batch.sessions.all(), key=lambda s: s.number)
        if s.is_booked and not s.missing_for_holding()
    ]


def _look(verb: str, session: BatchSession) -> Button:
    return Button("next", f"{verb} session {session.number}", session_link(session), kind="")
