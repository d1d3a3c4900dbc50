"""Booking the meeting with the network, what is written about it, and noting that it was held."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms as django_forms
from django.http import Http404, HttpResponse
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_POST

from accounts.people import SignedInRequest
from changes.refusals import Refused
from consultations import actions
from consultations.actions.meeting import default_invitees
from consultations.models import Attendance, Consultation, MeetingRecord
from consultations.staff import forms
from consultations.staff.act import CaseAct
from consultations.staff.triage import back_to
from design.acts import telling
from design.kept import put_back
from design.once import once
from design.staff import StaffForm
from meetings.actions import record_held
from meetings.forms import prefilled
from meetings.models import Attendee, Meeting, Resource
from meetings.staff import finding


class Book(CaseAct):
    key = "book"
    header_icon = "date"
    form_class = forms.BookForm
    page_title = "Book the meeting"
    button = "Book it and send the invites"
    done = "The meeting is booked. The invites are on their way."
    lead = "Nobody and no room can be booked twice. Everybody ticked gets an invite for their calendar."

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "invitees": default_invitees(self.consultation)}

    def get_initial(self) -> dict[str, Any]:
        usual = [Resource.objects.of(one).pk for one in self.consultation.consultants]
        return {"resources": usual, **prefilled(self.request.GET)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        needed = self.get_initial().get("resources", [])
        return {**super().get_context_data(**kwargs), "find": finding.link(self.request.path, needed)}

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        put_back(form)
        return form

    def act(self, form: Any) -> None:
        template = form.cleaned_data["agenda"]
        actions.book_meeting(
            self.consultation,
            **form.details(),
            invitees=form.chosen(),
            agenda=template.points if template else "",
            by=self.person,
        )


class RecordForm(StaffForm):
    """The meeting on one page: what to go through, who came, what was said, and which pathway it took."""

    seen = django_forms.CharField(widget=django_forms.HiddenInput, required=False)
    agenda = forms._long("Agenda", "", "A point a line.", rows=6, required=False)
    also_there = forms._long("Who else was there", "", "Name and agency, one a line.", rows=2, required=False)
    notes = forms._long(
        "Notes", "", "Kept encrypted. Initials or roles, not names of children.", rows=12, required=False
    )
    pathway = django_forms.ChoiceField(
        label="Pathway agreed",
        choices=[("", "Not agreed yet"), *MeetingRecord.Pathway.choices],
        required=False,
    )

    def __init__(self, *args: Any, people: list[Attendee], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = people
        for person in people:
            self.fields[f"came-{person.pk}"] = django_forms.ChoiceField(
                label=f"{person.name}{', needed' if person.is_required else ''}",
                choices=[("", "Not said yet"), *Attendance.Came.choices],
                required=False,
            )
        put_back(self)

    @property
    def attendance(self) -> list[Any]:
        return [self[f"came-{person.pk}"] for person in self.people]

    def came(self) -> dict[int, str]:
        return {person.pk: self.cleaned_data[f"came-{person.pk}"] for person in self.people}

    def clean_seen(self) -> datetime | None:
        return parse_datetime(self.cleaned_data["seen"]) if self.cleaned_data["seen"] else None


class Record(CaseAct):
    key = "record"
    header_icon = "edit"
    form_class = RecordForm
    template_name = "consultations/staff/record.html"
    page_title = "The meeting"
    button = "Save"

    @property
    def meeting(self) -> Meeting:
        if (meeting := self.consultation.meeting) is None:
            raise Http404("No meeting is booked.")
        return meeting

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "people": self.meeting.invited}

    def get_initial(self) -> dict[str, Any]:
        kept = self.consultation.meeting_record
        if kept is None:
            return {}
        came = {f"came-{one.attendee_id}": one.came for one in kept.attendances.all()}
        words = {name: getattr(kept, name) for name in ("agenda", "notes", "also_there", "pathway")}
        return {**words, **came, "seen": kept.updated_at.isoformat()}

    def act(self, form: Any) -> None:
        said = form.cleaned_data
        actions.record_meeting(
            self.consultation,
            **{name: said[name] for name in ("agenda", "notes", "also_there", "pathway", "seen")},
            came=form.came(),
            by=self.person,
        )

    def said(self) -> str:
        kept = MeetingRecord.objects.get(meeting=self.meeting)
        missed = kept.attendances.exclude(came=Attendance.Came.CAME).filter(attendee__is_required=True)
        names = ", ".join(one.attendee.name for one in missed.select_related("attendee"))
        return f"Saved. Needed and not there: {names}." if names else "Saved."

    def form_invalid(self, form: Any) -> HttpResponse:
        """Typed on an older page: shown again as typed, and the next save is on top of what is there now."""
        kept = self.consultation.meeting_record
        if kept is not None:
            form.data = form.data.copy()
            form.data["seen"] = MeetingRecord.objects.get(pk=kept.pk).updated_at.isoformat()
        return super().form_invalid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "meeting": self.meeting}


@require_POST
@once
def hold(request: SignedInRequest, consultation: Consultation) -> HttpResponse:
    with telling(request, "The meeting is marked held. The recommendations can be written now."):
        if consultation.meeting is None:
            raise Refused("No meeting is booked.")
        record_held(consultation.meeting, by=request.user)
    return back_to(consultation)
