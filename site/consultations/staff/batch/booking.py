"""Booking sessions: the form, then every date and what is left out, then the booking; one page."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

from django import forms as django_forms
from django.http import HttpResponse
from django.utils import timezone

from changes.refusals import Refused
from consultations.actions import sessions
from consultations.models import Batch, BatchSession
from consultations.staff.batch.act import BatchAct
from consultations.staff.batch.forms import NOBODY, count_field
from consultations.staff.forms import _long
from design.kept import put_back
from meetings.actions import Invitee, Unsuitable
from meetings.forms import MeetingForm, prefilled
from meetings.forms.series import REPEATS, SeriesForm
from meetings.models import Resource
from meetings.staff import finding


class BookForm(MeetingForm):
    """One session, or several that repeat; whom to invite; what it is for."""

    count = count_field("How many sessions", 6)
    repeats = django_forms.ChoiceField(
        label="If more than one, how often",
        choices=[("", "Choose how often"), *REPEATS],
        required=False,
    )
    purpose = django_forms.ChoiceField(label="What it is for", choices=Batch.Purpose.choices)
    focus = _long("What it is about", "", NOBODY, rows=3, required=False)
    usual = django_forms.MultipleChoiceField(
        label="Who to invite", required=False, widget=django_forms.CheckboxSelectMultiple
    )
    people = SeriesForm.base_fields["people"]  # one to a line, as for any series
    field_order = ["day", "start", "minutes", "count", "repeats", "purpose", "focus", "usual", "people"]
    clean_people = SeriesForm.clean_people

    def __init__(self, *args: Any, batch: Batch, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.invitees = sessions.default_invitees(batch)
        who: Any = self.fields["usual"]
        who.choices = [(i.email.lower(), f"{i.name}, {i.role.lower()} ({i.email})") for i in self.invitees]
        who.initial = [i.email.lower() for i in self.invitees]
        self.fields["count"].initial = 1
        self.fields["count"].help_text = "Days that are left out do not count."
        self.fields["people"].label = "Others to invite"
        put_back(self)

    def asks_for_time(self) -> bool:
        """Of every date together, when the booking is tried: see `warn_of`."""
        return False

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if (data.get("count") or 1) > 1 and not data.get("repeats"):
            self.add_error("repeats", "Choose how often the sessions repeat")
        if "people" in data and not data["people"] and not data.get("usual"):
            self.add_error("usual", "Choose somebody to invite, or add somebody below")
        if data.get("go_ahead") and not data.get("despite", "").strip():
            self.add_error("despite", "Say why it is booked all the same")
        return data

    def warn_of(self, warnings: list[str]) -> None:
        """Hours, leave and outside calendars: said once, then left to staff with a tick and a reason."""
        self.warnings = warnings
        way_round = "Choose another time, or tick this and say why it has to be then"
        self.add_error("go_ahead", [*warnings, way_round])

    def chosen(self) -> list[Invitee]:
        """Each address once; those we know keep what we know of them."""
        data = self.cleaned_data
        usual = [i for i in self.invitees if i.email.lower() in data["usual"]]
        every = {i.email.lower(): i for i in [*reversed(data["people"]), *reversed(usual)]}
        return list(reversed(every.values()))

    def details(self) -> dict[str, Any]:
        """What `book_sessions` takes."""
        data = self.cleaned_data
        plain = {name: data[name] for name in ("count", "repeats", "purpose", "focus")}
        despite = data["despite"] if data["go_ahead"] else ""
        return {**super().details(), **plain, "despite": despite, "invitees": self.chosen()}


class Book(BatchAct):
    """Nothing is booked before its dates have been seen: a changed form shows them again."""

    key = "book"
    header_icon = "date"
    form_class = BookForm
    template_name = "consultations/staff/batch/book.html"
    page_title = "Book sessions"
    button = "Book and send the invites"
    lead = "You see every date before anything is booked. Nobody and no room can be booked twice."

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "batch": self.batch}

    def get_initial(self) -> dict[str, Any]:
        batch = self.batch
        lead = batch.lead_consultant
        often = dict(REPEATS)
        return {
            "day": max(batch.starts_from, timezone.localdate()) if batch.starts_from else None,
            "minutes": batch.minutes or 90,
            "place": batch.place if batch.mode == Batch.Mode.IN_PERSON else "",
            "purpose": batch.purpose,
            "repeats": batch.how_often if batch.how_often in often else "",
            "resources": [Resource.objects.of(lead).pk] if lead else [],
            **prefilled(self.request.GET),
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        first = self.get_initial()
        return {
            **super().get_context_data(**kwargs),
            "balance": self.batch.balance,
            "find": finding.link(self.request.path, first["resources"], minutes=first["minutes"]),
        }

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            tried = sessions.try_booking(self.batch, **form.details(), by=self.person)
        except Unsuitable as no:
            form.warn_of(no.messages)
            return self.form_invalid(form)
        except Refused as no:
            for message in no.messages:
                form.add_error(None, message)
            return self.form_invalid(form)
        seen = _fingerprint(tried.sessions, tried.skipped)
        if self.request.POST.get("confirmed") != seen:
            shown = self.get_context_data(form=form, planned=tried, fingerprint=seen)
            return self.render_to_response(shown)
        return super().form_valid(form)

    def act(self, form: Any) -> None:
        booked = sessions.book_sessions(self.batch, **form.details(), by=self.person)
        count = len(booked.sessions)
        self.done = f"{count} session{'s are' if count > 1 else ' is'} booked. The invites are on their way."


def _fingerprint(booked: list[BatchSession], skipped: dict[date, str]) -> str:
    """Of the dates that were shown: a look at them holds for these alone."""
    dates = [session.meeting.when for session in booked if session.meeting]
    return hashlib.sha256("|".join([*dates, *map(str, skipped)]).encode()).hexdigest()[:16]
