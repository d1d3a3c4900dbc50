"""One session for those it is for: when, who, what to bring, and the note afterwards."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts.people import SignedInRequest
from consultations.actions import session_notes, sessions
from consultations.forms.batch import CancelSessionForm, ItemForm
from consultations.models import Batch, BatchSession, BatchSettings
from consultations.views.asked import invite_of
from design.acts import telling
from design.kept import sign_in_required
from design.once import once
from meetings.views.file import as_file


def _seen(request: SignedInRequest, reference: str, number: int) -> BatchSession:
    """The session, for the team that bought it and whoever is invited. Raises Http404 for everybody else (R9)."""
    found = (
        BatchSession.objects.readable_by(request.user)
        .select_related("batch__organisation", "batch__contact", "meeting", "consultation")
        .prefetch_related("meeting__attendees", "items__added_by")
    )
    return get_object_or_404(found, batch__reference=reference.upper(), number=number)


def _is_of_team(request: SignedInRequest, session: BatchSession) -> bool:
    """Sees the whole batch, not only this session: may cancel it."""
    return Batch.objects.visible_to(request.user).filter(pk=session.batch_id).exists()


def _page(session: BatchSession, name: str = "session") -> str:
    return reverse(f"consultations:{name}", args=[session.batch.reference, session.number])


@sign_in_required
def session(request: SignedInRequest, reference: str, number: int) -> HttpResponse:
    session = _seen(request, reference, number)
    is_of_team = _is_of_team(request, session)
    return render(
        request,
        "consultations/batch/session.html",
        {
            "session": session,
            "batch": session.batch,
            "meeting": session.meeting,
            "is_of_team": is_of_team,
            "asked": invite_of(session.meeting, request.user)
            if session.meeting and session.is_booked
            else None,
            "items": session.items.all(),
            "may_cancel": is_of_team and session.takes_items,
        },
    )


@sign_in_required
def meeting_file(request: SignedInRequest, reference: str, number: int) -> HttpResponse:
    """The session as a file for a calendar, while its date stands."""
    session = _seen(request, reference, number)
    if session.meeting is None or not session.is_booked:
        raise Http404("No date stands.")
    return as_file(session.meeting)


@sign_in_required
@once
def items(request: SignedInRequest, reference: str, number: int) -> HttpResponse:
    """Say what to bring: one thing at a time, told so that nobody can tell of whom."""
    session = _seen(request, reference, number)
    if request.method != "POST" and not session.takes_items:
        raise Http404("It has begun or is off.")
    batch = session.batch
    known = (batch.organisation.name, batch.team, batch.contact.name)
    form = ItemForm(request.POST or None, known=known)
    if request.method == "POST" and form.is_valid():
        with telling(request, "Added. Everybody invited can read it here.") as told:
            session_notes.add_item(session, text=form.cleaned_data["text"], by=request.user)
        if told.refused:
            return redirect(_page(session))
        return redirect(_page(session, "session_items" if "another" in request.POST else "session"))
    return render(
        request,
        "consultations/batch/items.html",
        {
            "session": session,
            "batch": batch,
            "form": form,
            "items": session.items.all(),
            "back_href": _page(session),
        },
        status=422 if form.errors else 200,
    )


@sign_in_required
@require_POST
@once
def item_remove(request: SignedInRequest, reference: str, number: int, pk: int) -> HttpResponse:
    session = _seen(request, reference, number)
    item = get_object_or_404(session.items, pk=pk)
    with telling(request, "Taken off."):
        session_notes.remove_item(item, by=request.user)
    return redirect(_page(session))


@sign_in_required
@require_GET
def note(request: SignedInRequest, reference: str, number: int) -> HttpResponse:
    """The note shared back. Each reading is logged (R9)."""
    session = _seen(request, reference, number)
    if not session.has_shared_note:
        raise Http404("No note is shared.")
    session_notes.note_read(session, by=request.user)
    return render(
        request,
        "consultations/batch/note.html",
        {
            "session": session,
            "batch": session.batch,
            "themes": session.themes.all(),
            "back_href": _page(session),
        },
    )


@sign_in_required
@once
def cancel(request: SignedInRequest, reference: str, number: int) -> HttpResponse:
    """Call a session off, told first what it costs: late notice uses it."""
    session = _seen(request, reference, number)
    if not _is_of_team(request, session):
        raise Http404("Not yours to cancel.")
    if request.method != "POST" and not session.takes_items:
        raise Http404("It has begun or is off.")
    notice = BatchSettings.load().late_notice_days
    form = CancelSessionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with telling(request, f"{session} is off. Everybody invited is being told."):
            sessions.cancel(session, reason=form.cleaned_data["reason"], by=request.user, by_team=True)
        return redirect(_page(session))
    return render(
        request,
        "consultations/batch/cancel.html",
        {
            "session": session,
            "batch": session.batch,
            "form": form,
            "notice": notice,
            "is_late": session.is_late_notice(notice),
            "back_href": _page(session),
        },
        status=422 if form.errors else 200,
    )
