"""The note of a session: written by whoever held it, kept as often as they like, then shared."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from accounts.people import SignedInRequest
from consultations.actions import session_notes
from consultations.models import BatchSession
from consultations.staff.batch import forms
from consultations.staff.batch.act import SessionAct, back_to_session
from design.acts import telling
from design.once import once


class Note(SessionAct):
    key = "note"
    header_icon = "edit"
    form_class = forms.NoteForm
    template_name = "consultations/staff/batch/note.html"
    button = "Save"

    @property
    def page_title(self) -> str:  # type: ignore[override]
        return "Correct the note" if self.session.has_shared_note else "The note"

    def get_form_kwargs(self) -> dict[str, Any]:
        shared = self.session.note if self.session.has_shared_note else None
        return {**super().get_form_kwargs(), "shared": shared}

    def get_initial(self) -> dict[str, Any]:
        session = self.session
        return {
            "note": session.note,
            "themes": [theme.pk for theme in session.themes.all()],
            "came": session.came,
            "seen": session.updated_at.isoformat(),
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        lead = (
            "The team has read it. If you change its words, they are told to look again."
            if self.session.has_shared_note
            else "Save it as often as you like. Nobody of the team reads it before you share it."
        )
        brought = self.session.items.select_related("added_by")
        return {**super().get_context_data(**kwargs), "lead": lead, "items": brought}

    def act(self, form: Any) -> None:
        session_notes.write_note(self.session, **form.cleaned_data, by=self.person)

    def form_invalid(self, form: Any) -> HttpResponse:
        """Typed on an older page: shown again as typed, and the next save is on top of what is there now."""
        form.data = form.data.copy()
        form.data["seen"] = BatchSession.objects.get(pk=self.session.pk).updated_at.isoformat()
        return super().form_invalid(form)

    def said(self) -> str:
        return "Saved." if self.session.has_shared_note else "Saved. The team reads it once you share it."


@require_POST
@once
def share(request: SignedInRequest, session: BatchSession) -> HttpResponse:
    with telling(request, "The note is shared. Everybody invited is told that they can read it."):
        session_notes.share_note(session, by=request.user)
    return back_to_session(session)
