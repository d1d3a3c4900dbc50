"""The fields that the rooms' forms share: a few radios, a long text."""

from __future__ import annotations

from django import forms
from django.db import models


def choose(choices: type[models.TextChoices], message: str) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        choices=choices.choices, widget=forms.RadioSelect, error_messages={"required": message}
    )


def write(
    label: str, message: str, hint: str = "", *, rows: int = 6, required: bool = True
) -> forms.CharField:
    return forms.CharField(
        label=label,
        widget=forms.Textarea(attrs={"rows": rows}),
        required=required,
        max_length=10_000,
        help_text=hint,
        error_messages={
            "required": message,
            "max_length": f"“{label}” is too long. Keep it under 10,000 characters.",
        },
    )
