"""What staff type about a case's documents: validation, no side effects."""

from __future__ import annotations

from typing import Any

from django import forms

from consultations.models import Checklist, DocumentRequest
from design.staff import StaffForm

STAYS = "It is kept on the case and stays off email."


def _reason(label: str, message: str, hint: str = STAYS, *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2_000,
        required=required,
        help_text=hint,
        error_messages={"required": message},
    )


def _due(hint: str) -> forms.DateField:
    return forms.DateField(
        label="Due on",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=hint,
        error_messages={"invalid": "Enter a real date, for example 24/11/2026"},
    )


class PlanForm(StaffForm):
    checklist = forms.ModelChoiceField(
        Checklist.objects.none(),
        label="Which documents do we ask for?",
        widget=forms.RadioSelect,
        empty_label=None,
        help_text="The case gets its own copy, which you can change line by line before and after it goes out.",
        error_messages={"required": "Choose a checklist"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["checklist"]
        choice.queryset = Checklist.objects.all()


class LineForm(StaffForm):
    """One line of a case's checklist."""

    title = forms.CharField(
        label="Document",
        max_length=120,
        help_text="Emails name it, so no names and nothing of the case.",
        error_messages={"required": "Write which document you ask for"},
    )
    guidance = forms.CharField(
        label="What a good one holds", max_length=250, required=False, help_text="In a sentence."
    )
    is_required = forms.BooleanField(label="We cannot write the recommendations without it", required=False)
    due_on = _due("Leave it empty for the usual number of days from when it is asked for.")


class ChangeForm(LineForm):
    reason = _reason(
        "Why does it change?",
        "",
        "Needed when a required document becomes optional. It is kept on the case and stays off email.",
        required=False,
    )

    def __init__(self, *args: Any, line: DocumentRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("title", "guidance", "is_required", "due_on"):
            self.initial.setdefault(name, getattr(line, name))


class RemoveForm(StaffForm):
    reason = _reason(
        "Why is it no longer asked for?",
        "",
        "Needed for a required document that was asked for. It is kept on the case and stays off email.",
        required=False,
    )


class AskAgainForm(StaffForm):
    due_on = _due("Leave it empty for the usual number of days from today.")
