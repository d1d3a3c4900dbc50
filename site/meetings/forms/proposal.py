"""What staff type when they take a time that somebody proposed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from design.staff import StaffForm


class AcceptForm(StaffForm):
    """Nothing, unless somebody who is reserved does not work then, is away or busy: then why all the same."""

    required = {"despite": "Say why the meeting is moved all the same, or keep the time"}
    despite = forms.CharField(
        label="Why it is booked all the same",
        max_length=300,
        help_text="Kept in the meeting’s history for colleagues to read. No detail of a child or young person.",
    )

    def __init__(self, *args: Any, warnings: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not warnings:
            del self.fields["despite"]
