"""What every step of a referral shares."""

from __future__ import annotations

from typing import Any

from design.forms import ModelForm


class SectionForm(ModelForm):
    """One step. `save_later` keeps whatever is valid without asking for the rest."""

    def __init__(self, *args: Any, save_later: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if save_later:
            for field in self.fields.values():
                field.required = False
