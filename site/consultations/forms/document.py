"""Sending files."""

from __future__ import annotations

from django import forms

from design.forms import FilesField, Form


class UploadForm(Form):
    """Files for one line of the checklist. The token makes sending the same page twice harmless (R10)."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    documents = FilesField(
        label="Choose one or more files", allow_empty_file=True
    )  # the vault says which and why
