"""Fields with a widget that suits a tired reader: radios rather than a select, several files at once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile


class EmailField(forms.EmailField):
    """An email address, at most 254 characters (RFC 5321)."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 254)
        super().__init__(**kwargs)
        self.widget.attrs.setdefault("autocomplete", "email")
        self.widget.attrs.setdefault("spellcheck", "false")


class ChoiceField(forms.ChoiceField):
    """One of a few: radios. Give `widget=forms.Select` when there are more than about eight."""

    widget = forms.RadioSelect


class MultipleChoiceField(forms.MultipleChoiceField):
    """Any of a few: checkboxes."""

    widget = forms.CheckboxSelectMultiple


class YesNoField(forms.TypedChoiceField):
    """Yes or no, both said out loud: cleans to True, False, or None when it was left and may be."""

    widget = forms.RadioSelect

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("choices", [("yes", "Yes"), ("no", "No")])
        super().__init__(coerce=lambda value: value == "yes", empty_value=None, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return {True: "yes", False: "no"}.get(value, value)


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files: cleans to a list, each checked as a FileField checks one."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:  # type: ignore[override]
        given = [one for one in data if one] if isinstance(data, list | tuple) else [data]
        if not given:
            given = [None]
        cleaned = [super(FilesField, self).clean(one, initial) for one in given]
        return [one for one in cleaned if one]
