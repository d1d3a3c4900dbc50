"""Sending files, or saying why they cannot be sent."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms

from consultations.forms.fields import write
from consultations.models import DocumentRequest
from design.forms import FilesField, Form
from vault.kinds import ACCEPT


class UploadForm(Form):
    """Files for one line of the checklist. The token makes sending the same page twice harmless (R10)."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    documents = FilesField(
        label="Choose one or more files", allow_empty_file=True
    )  # the vault says which and why

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("token", uuid4())
        self.fields["documents"].widget.attrs["accept"] = ACCEPT

    def renew_token(self) -> None:
        """For the page that comes back with an error: the next files are others than those just kept."""
        self.data = {"token": str(uuid4())}


class DeclineForm(Form):
    """Its holder does not have it, or will not share it."""

    answer = forms.ChoiceField(
        label="What stands in the way?",
        choices=[
            (DocumentRequest.Status.NOT_HELD.value, "We do not hold it"),
            (DocumentRequest.Status.REFUSED.value, "We hold it, but cannot share it"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether you do not hold it or cannot share it"},
    )
    words = write(
        "Tell us more",
        "Write why, or who may have it",
        "Who may have it, or what would let you share it. Use initials or roles, not names. We read it on this site; "
        "it is never emailed.",
    )


class RedactionForm(Form):
    """What in a file should be made unreadable."""

    reason = write(
        "What should be made unreadable, and why?",
        "Write what should be made unreadable, and why",
        "Say where it stands: a page, a paragraph. Use initials or roles, not names. We read it on this site; it is "
        "never emailed.",
    )
