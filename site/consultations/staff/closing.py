"""The end of a case: its outcome, how long its records are kept, and what holds them."""

from __future__ import annotations

from typing import Any

from django import forms as django_forms

from consultations import actions
from consultations.models import Closure
from consultations.staff.act import CaseAct
from consultations.staff.forms import STAYS, _long
from design.staff import StaffForm


class CloseForm(StaffForm):
    outcome = django_forms.ChoiceField(
        label="What came of it?",
        choices=[("", "Choose"), *Closure.Outcome.choices],
        error_messages={"required": "Choose what came of it"},
    )
    note = _long("Anything to remember", "", STAYS, rows=3, required=False)


class HoldForm(StaffForm):
    reason = _long(
        "Why may nothing of this case be destroyed?",
        "Write why nothing of this case may be destroyed",
        f"A court, an inquiry or a complaint, by its reference. {STAYS}",
        rows=3,
    )


class LiftForm(StaffForm):
    reason = _long(
        "Why is the hold no longer needed?", "Write why the hold is no longer needed", STAYS, rows=3
    )


class Close(CaseAct):
    key = "close"
    form_class = CloseForm
    page_title = "Close the case"
    button = "Close the case"
    lead = "The referrer is told. They and the network are asked three questions about how we did."

    def act(self, form: Any) -> None:
        actions.close(self.consultation, **form.cleaned_data, by=self.person)

    def said(self) -> str:
        return f"{self.consultation.reference} is closed. The referrer is being told."


class ReopenForm(StaffForm):
    reason = _long(
        "Why is it taken up again?",
        "Write why it is taken up again",
        "The referrer reads it on the timeline. No names of children or families.",
        rows=3,
    )


class Reopen(CaseAct):
    key = "reopen"
    form_class = ReopenForm
    page_title = "Reopen the case"
    button = "Reopen it"
    done = "The case is open again. A new version of the recommendations can be begun."
    lead = (
        "An issued report never changes: a correction is a new version, which is written, reviewed, signed off and "
        "issued like the first. Until then the one before stands. Records are kept from the day the case is closed "
        "again; what was destroyed already stays destroyed."
    )

    def act(self, form: Any) -> None:
        actions.reopen(self.consultation, reason=form.cleaned_data["reason"], by=self.person)


class Hold(CaseAct):
    key = "hold_records"
    header_icon = "lock"
    form_class = HoldForm
    page_title = "Set a legal hold"
    button = "Set the hold"
    done = "The hold is set. Nothing of this case is destroyed until it is lifted."
    lead = (
        "While it stands, no document, report or note of this case is destroyed, whatever the schedule says."
    )

    def act(self, form: Any) -> None:
        actions.set_legal_hold(self.consultation, reason=form.cleaned_data["reason"], by=self.person)


class Lift(CaseAct):
    key = "lift_hold"
    header_icon = "lock-open"
    form_class = LiftForm
    page_title = "Lift the legal hold"
    button = "Lift the hold"
    button_kind = "no"
    done = "The hold is lifted. The schedule runs again from tonight."
    lead = "What is past its day is destroyed at the next run."

    def act(self, form: Any) -> None:
        actions.lift_legal_hold(self.consultation, reason=form.cleaned_data["reason"], by=self.person)
