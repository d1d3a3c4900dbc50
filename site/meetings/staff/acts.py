"""One page or button for each act on a meeting."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.views import person
from design import staff
from design.acts import telling
from design.once import once
from meetings import actions, forms
from meetings.actions import joining
from meetings.forms.joining import AgendaForm, WeAreLateForm
from meetings.models import Attendee, Meeting
from meetings.staff import finding
from meetings.views.file import as_file


def may_change(request: HttpRequest) -> None:
    if not request.user.has_perm("meetings.change_meeting"):
        raise PermissionDenied


class Act(staff.Act):
    """What every act on one meeting shares: who may, which meeting, and the way back to its page."""

    header_icon = "date"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        may_change(request)
        self.meeting = get_object_or_404(Meeting.objects.for_page(), pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "meeting": self.meeting}

    def get_success_url(self) -> str:
        return reverse("meeting:inspect", args=[self.meeting.pk])

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        return [
            {"url": reverse("meeting:index"), "label": "Meetings"},
            {"url": self.get_success_url(), "label": self.meeting.title},
            {"url": "", "label": str(self.page_title)},
        ]

    def get_page_subtitle(self) -> str:
        return f"{self.meeting.title}, {self.meeting.when}"


class Move(Act):
    form_class = forms.MoveForm
    page_title = "Move or change the meeting"
    button = "Save and tell everybody"
    lead = "Everybody invited gets an update for their calendar. A new time asks them for a new answer."
    done = "Saved. Everybody invited is being told."

    def get_initial(self) -> dict[str, Any]:
        """What finding a time or dragging has proposed. A form that was sent speaks for itself."""
        return forms.prefilled(self.request.GET) if self.request.method == "GET" else {}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "find": finding.link_for(self.meeting)}

    def act(self, form: forms.MoveForm) -> None:
        actions.move(self.meeting, **form.details(), by=self.request.user)


class Invite(Act):
    form_class = forms.InviteForm
    page_title = "Invite somebody"
    button = "Send the invite"
    lead = "They get an invite; the others' calendars show that they are invited too."
    done = "The invite is on its way."

    def act(self, form: forms.InviteForm) -> None:
        invitee = actions.Invitee(**form.cleaned_data)
        actions.invite(self.meeting, [invitee], by=self.request.user)


class Agenda(Act):
    form_class = AgendaForm
    page_title = "Write the agenda"
    button = "Save the agenda"
    lead = "Everybody invited sees it on the page behind their link. Nobody is mailed."
    done = "The agenda is saved."

    def act(self, form: AgendaForm) -> None:
        joining.set_agenda(self.meeting, form.cleaned_data["agenda"], by=self.request.user)


class Late(Act):
    form_class = WeAreLateForm
    page_title = "Tell everybody that we are running late"
    button = "Tell everybody"
    lead = "Everybody who has not said no gets an email. Their calendars stay as they are."
    done = "Everybody is being told."

    def act(self, form: WeAreLateForm) -> None:
        joining.tell_everybody_late(self.meeting, **form.cleaned_data, by=person(self.request))


class Cancel(Act):
    form_class = forms.CancelForm
    page_title = "Cancel the meeting"
    button = "Cancel the meeting and tell everybody"
    lead = "It is taken out of everybody's calendar, and what was reserved is free. This cannot be undone."
    done = "The meeting is cancelled. Everybody invited is being told."

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        del kwargs["meeting"]
        return kwargs

    def act(self, form: forms.CancelForm) -> None:
        actions.cancel(self.meeting, by=self.request.user, reason=form.cleaned_data["reason"])


class Uninvite(Act):
    """Asks once, then takes one person off."""

    form_class = staff.StaffForm
    button_kind = "no"
    button = "Take them off and tell everybody"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.attendee = get_object_or_404(Attendee, pk=kwargs["attendee_pk"], meeting=kwargs["pk"])
        self.page_title = f"Take {self.attendee.name} off the list"
        self.lead = (
            f"{self.attendee.name} ({self.attendee.email}) is told that they need not come, and the meeting leaves "
            "their calendar. The others' calendars show that they are no longer invited."
        )

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        del kwargs["meeting"]
        return kwargs

    def said(self) -> str:
        return f"{self.attendee.name} is off the list and is being told."

    def act(self, form: staff.StaffForm) -> None:
        actions.uninvite(self.attendee, by=self.request.user)


@require_POST
@once
def held(request: HttpRequest, pk: int) -> HttpResponse:
    may_change(request)
    with telling(request, "The meeting is marked held."):
        actions.record_held(get_object_or_404(Meeting, pk=pk), by=request.user)
    return redirect("meeting:inspect", pk)


@require_safe
def calendar_file(request: HttpRequest, pk: int) -> HttpResponse:
    if not request.user.has_perm("meetings.view_meeting"):
        raise PermissionDenied
    return as_file(get_object_or_404(Meeting, pk=pk))
