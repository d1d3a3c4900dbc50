"""What a booker types about a booking that stands."""

from __future__ import annotations

from django import forms

from design.forms import Form


class WithdrawForm(Form):
    required = {"reason": "Write why you withdraw it, for example “the team has moved”"}

    reason = forms.CharField(
        label="Why do you withdraw it?",
        help_text="A few words are enough. Do not write about a child or a case.",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
