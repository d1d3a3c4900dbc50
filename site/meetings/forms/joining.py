"""What people type so that they, or others, can take part."""

from __future__ import annotations

from typing import Any

from django import forms

from design.forms import Form
from design.staff import StaffForm
from meetings.models import Meeting

LATE = {
    "min_value": 1,
    "max_value": 180,
    "error_messages": {
        "required": "Enter how many minutes late",
        "invalid": "Enter the minutes as a whole number, for example 15",
        "min_value": "Enter 1 minute or more",
        "max_value": "Enter 180 minutes or fewer, or call us",
    },
}


class NeedsForm(Form):
    """Not filled with what was said before: whoever holds a forwarded link must not read it."""

    mark_optional = False
    needs = forms.CharField(
        label="What do you need to take part?",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="For example step-free access, a hearing loop, an interpreter, large print. Only our staff see it.",
    )


class LateForm(Form):
    minutes = forms.IntegerField(label="How many minutes late will you be?", **LATE)  # type: ignore[arg-type]
    note = forms.CharField(
        label="Anything we should know",
        required=False,
        max_length=200,
        help_text="For example “start without me”. No detail of a child or young person.",
    )


class WeAreLateForm(StaffForm):
    minutes = forms.IntegerField(label="How many minutes late", **LATE)  # type: ignore[arg-type]
    note = forms.CharField(
        label="Note to everybody",
        required=False,
        max_length=200,
        help_text="For example “please wait in the lobby”. It is mailed: no detail of a child or young person.",
    )

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


class AgendaForm(StaffForm):
    agenda = forms.CharField(
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="Shown to everybody invited, on the page behind their link; never mailed. No detail of a child or "
        "young person.",
    )

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(
            *args, initial={"agenda": meeting.agenda}, **{k: v for k, v in kwargs.items() if k != "initial"}
        )
