"""What staff type about a batch and its sessions: validation, no side effects."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.models import User
from consultations.models import Batch, Consultation, Theme
from consultations.staff import forms as case_forms
from consultations.staff.forms import _long
from design.staff import StaffForm

READ = "The team reads it after sign-in. It stays off email."
KEPT = "Kept with the batch, for us. It stays off email."
NOBODY = "Everybody invited reads it. Themes and roles, no names: nobody should be able to tell of whom."


class DeclineForm(StaffForm):
    reason = _long("Why can we not take this on?", "Write why we cannot take this on", READ)
    alternative = _long(
        "What could the team try instead?",
        "Write what the team could try instead",
        "A service, a person to speak to, or what would let us say yes.",
    )


class WithdrawForm(StaffForm):
    reason = _long("Why is it withdrawn?", "Write why the batch is withdrawn", KEPT, rows=3)


class LeadForm(StaffForm):
    consultant = forms.ModelChoiceField(
        User.objects.none(),
        label="Lead consultant",
        empty_label="Choose a clinician",
        error_messages={"required": "Choose who leads the batch"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["consultant"]
        choice.queryset = case_forms.clinicians().distinct().order_by("first_name", "last_name")


class ExtendForm(StaffForm):
    expires_on = forms.DateField(
        label="New last day",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": "Enter the new last day",
            "invalid": "Enter a real date, for example 24/11/2026",
        },
    )
    reason = _long("Why do they get longer?", "Write why the batch is extended", KEPT, rows=3)

    def __init__(self, *args: Any, batch: Batch, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.batch = batch

    def clean_expires_on(self) -> Any:
        day, now = self.cleaned_data["expires_on"], self.batch.expires_on
        if (now and day <= now) or day < timezone.localdate():
            raise forms.ValidationError("Choose a day to come that is later than the last day it has now")
        return day


def count_field(label: str, example: int) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=1,
        max_value=Batch.MOST_SESSIONS,
        error_messages={
            "required": "Enter how many sessions",
            "invalid": f"Enter how many sessions as a whole number, for example {example}",
            "min_value": "Enter 1 session or more",
            "max_value": f"A batch has {Batch.MOST_SESSIONS} sessions at most. Enter fewer",
        },
    )


class QuoteForm(case_forms.QuoteForm):
    quantity = None  # type: ignore[assignment]
    sessions = count_field("Number of sessions", 6)
    field_order = ["product", "sessions", "unit_price", "funder_name", "funder_email"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["funder_email"].help_text = "The quote goes there. It says the reference and the cost."


class RefundForm(StaffForm):
    sessions = count_field("How many sessions", 2)
    reason = _long(
        "Why are they refunded?",
        "Write why they are refunded",
        "The credit note prints it. No detail of what you talked about.",
        rows=2,
    )


class GiveForm(StaffForm):
    case = forms.ModelChoiceField(
        Consultation.objects.none(),
        label="Which case does the session pay for?",
        empty_label="Choose a case",
        help_text="Accepted cases of the same organisation whose cost is not agreed yet.",
        error_messages={"required": "Choose the case", "invalid_choice": "Choose a case from the list"},
    )

    def __init__(self, *args: Any, cases: list[Consultation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["case"]
        choice.queryset = Consultation.objects.filter(pk__in=[case.pk for case in cases])


class DescribeForm(StaffForm):
    purpose = forms.ChoiceField(label="What it is for", choices=Batch.Purpose.choices)
    focus = _long("What it is about", "", NOBODY, rows=3, required=False)


class CancelForm(StaffForm):
    """Who calls it off decides whether it is used; a reason to give it back decides otherwise."""

    told = forms.CharField(widget=forms.HiddenInput, required=False)
    who = forms.ChoiceField(
        label="Who calls it off?",
        choices=[("team", "The team"), ("us", "We do")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose who calls it off"},
    )
    reason = _long("Why is it off?", "Write why the session is off", KEPT, rows=3)
    give_back = forms.CharField(
        label="Why does the team get it back?",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Only if the team calls it off late, and it should not be used all the same.",
    )

    def __init__(self, *args: Any, is_late: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_late = is_late
        self.initial["told"] = self.standing
        if not is_late:
            del self.fields["give_back"]

    @property
    def standing(self) -> str:
        return "late" if self.is_late else "in time"

    def clean(self) -> dict[str, Any]:
        """What the page said of the notice holds, or the page says it anew."""
        data = super().clean() or {}
        if data.get("told") != self.standing and data.get("who") == "team":
            self.data = self.data.copy()  # type: ignore[attr-defined]
            self.data["told"] = self.standing  # type: ignore[index]
            self.add_error(
                None,
                "The day has moved on since you opened this page, and the notice is "
                f"{'late' if self.is_late else 'in time'} now. Read what it means above, then send it again.",
            )
        return data


class GiveBackForm(StaffForm):
    reason = _long("Why is it given back?", "Write why the session is given back", KEPT, rows=3)


class NoteForm(StaffForm):
    """What was said, what it touched on, how many came. `seen` tells two writers of each other."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    note = _long("Note", "", NOBODY, rows=12, required=False)
    themes = forms.ModelMultipleChoiceField(
        Theme.objects.all(),
        label="Themes it touched on",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Counted in the themes report. The list is kept under Settings.",
        error_messages={"invalid_choice": "Choose themes from the list"},
    )
    came = forms.IntegerField(
        label="How many people came",
        required=False,
        min_value=0,
        max_value=500,
        help_text="Without us.",
        error_messages={
            "invalid": "Enter how many came as a whole number, for example 8",
            "min_value": "Enter how many came as 0 or more",
            "max_value": "Enter how many came as 500 or fewer",
        },
    )
    reason = forms.CharField(
        label="Why is the note corrected?",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Needed when the words of the note change. Its readers are told to look again.",
    )

    def __init__(self, *args: Any, shared: str | None, **kwargs: Any) -> None:
        """`shared`: the note as the team has read it, once they have."""
        super().__init__(*args, **kwargs)
        self.shared = shared
        if shared is None:
            del self.fields["reason"]

    def clean_note(self) -> str:
        """With the line ends of what is kept: a browser sends its own, which is no correction."""
        return str(self.cleaned_data["note"]).replace("\r\n", "\n").strip()

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        is_corrected = self.shared is not None and answers.get("note", self.shared) != self.shared
        if is_corrected and not answers.get("reason"):
            self.add_error("reason", "Write why the note is corrected")
        return answers

    def clean_seen(self) -> datetime | None:
        try:
            return parse_datetime(self.cleaned_data["seen"]) if self.cleaned_data["seen"] else None
        except ValueError:
            return None
