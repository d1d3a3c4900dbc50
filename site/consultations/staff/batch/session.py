"""One session for staff: when and who, what the team brings, the note, and every act."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_POST

from accounts.people import SignedInRequest
from consultations.actions import session_notes, sessions
from consultations.models import BatchSession, BatchSettings, SessionItem
from consultations.staff.batch import forms
from consultations.staff.batch.act import SessionAct, back_to_session, crumbs_to_session
from consultations.staff.batch.acts import acts_of_session
from consultations.staff.batch.readings import readings_of_notes
from design.acts import telling
from design.once import once
from design.staff import Button, furniture
from meetings.staff.people import with_mails


@require_GET
def page(request: HttpRequest, session: BatchSession) -> HttpResponse:
    acts = acts_of_session(session, request.user)
    return render(
        request,
        "consultations/staff/batch/session.html",
        {
            **furniture(
                str(session),
                subtitle=session.batch.reference,
                icon="calendar-check",
                crumbs=crumbs_to_session(session),
            ),
            "session": session,
            "batch": session.batch,
            "meeting": session.meeting,
            "may_see_meeting": request.user.has_perm("meetings.view_meeting"),
            "people": with_mails(session.meeting),
            "items": [(item, _off(session, item, acts)) for item in session.items.select_related("added_by")],
            "themes": session.themes.all(),
            "acts": acts,
            "readings": readings_of_notes([session]),
        },
    )


def _off(session: BatchSession, item: SessionItem, acts: dict[str, Button]) -> Button | None:
    """Taking off what says too much, while the session is still to come."""
    if "describe" not in acts or not session.takes_items:
        return None
    href = f"{acts['describe'].href.removesuffix('describe/')}items/{item.pk}/remove/"
    return Button(f"remove-{item.pk}", "Take it off", href, posts=True)


class Describe(SessionAct):
    key = "describe"
    form_class = forms.DescribeForm
    page_title = "Say what the session is for"
    button = "Save"
    done = "Saved."

    def get_initial(self) -> dict[str, Any]:
        return {"purpose": self.session.purpose, "focus": self.session.focus}

    def act(self, form: Any) -> None:
        sessions.describe(self.session, **form.cleaned_data, by=self.person)


@require_POST
@once
def hold(request: SignedInRequest, session: BatchSession) -> HttpResponse:
    with telling(request, f"{session} is marked held. The note is next."):
        sessions.hold(session, by=request.user)
    return back_to_session(session)


class Cancel(SessionAct):
    key = "cancel"
    form_class = forms.CancelForm
    page_title = "Cancel the session"
    button = "Cancel the session"
    button_kind = "no"
    is_used = False

    @property
    def is_late(self) -> bool:
        return self.session.is_late_notice(BatchSettings.load().late_notice_days)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "is_late": self.is_late}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        days = BatchSettings.load().late_notice_days
        notice = f"{days} working day{'' if days == 1 else 's'}"
        if self.is_late:
            lead = (
                f"This is less notice than {notice}. If the team calls it off, the session is used, unless you "
                "write why they get it back. If we call it off, it is not used."
            )
        else:
            lead = (
                f"This is in time: {notice} of notice or more. Whoever calls it off, the session is not used."
            )
        return {
            **super().get_context_data(**kwargs),
            "lead": f"{lead} Everybody invited is told that it is off. This cannot be undone.",
        }

    def act(self, form: Any) -> None:
        said = form.cleaned_data
        sessions.cancel(
            self.session,
            reason=said["reason"],
            by_team=said["who"] == "team",
            give_back=said.get("give_back", ""),
            by=self.person,
        )

    def said(self) -> str:
        used = self.session.status == BatchSession.Status.LATE
        what = "counts as used" if used else "goes back to what is left"
        return f"{self.session} is cancelled and {what}. Everybody invited is being told."


class GiveBack(SessionAct):
    key = "give_back"
    form_class = forms.GiveBackForm
    page_title = "Give the session back"
    button = "Give it back"
    lead = "It counts as left again. The team is told."
    done = "Given back. The team is being told."

    def act(self, form: Any) -> None:
        sessions.give_back(self.session, reason=form.cleaned_data["reason"], by=self.person)


@require_POST
@once
def remove_item(request: SignedInRequest, session: BatchSession, item_pk: int) -> HttpResponse:
    item = get_object_or_404(SessionItem, pk=item_pk, session=session.pk)
    with telling(request, "It is taken off."):
        session_notes.remove_item(item, by=request.user)
    return back_to_session(session)
