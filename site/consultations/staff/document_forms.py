"""What staff type about a case's documents: validation, no side effects."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms

from consultations.models import Checklist, Consultation, DocumentRequest
from design.staff import StaffForm
from vault.kinds import ACCEPT

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
        self.line = line
        for name in ("title", "guidance", "is_required", "due_on"):
            self.initial.setdefault(name, getattr(line, name))

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        if self.line.is_demanded and not answers.get("is_required") and not answers.get("reason"):
            self.add_error("reason", "Write why this document is no longer required")
        return answers


class RemoveForm(StaffForm):
    reason = _reason("Why is it no longer asked for?", "Write why this document is no longer asked for")

    def __init__(self, *args: Any, line: DocumentRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = line.is_demanded


class AskAgainForm(StaffForm):
    due_on = _due("Leave it empty for the usual number of days from today.")


ELSE = "else"


class AgencyForm(StaffForm):
    """Which mailbox gets a link, and for which documents."""

    member = forms.ChoiceField(
        label="Whom do you ask?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose somebody, or “Somebody else”"},
    )
    full_name = forms.CharField(label="Somebody else: full name", max_length=150, required=False)
    agency = forms.CharField(label="Their agency", max_length=150, required=False)
    email = forms.EmailField(
        label="Their work email",
        max_length=254,
        required=False,
        help_text="The link works for this mailbox alone.",
    )
    lines = forms.MultipleChoiceField(
        label="Which documents?",
        widget=forms.CheckboxSelectMultiple,
        help_text="They see these and nothing else of the case.",
        error_messages={"required": "Choose at least one document"},
    )

    def __init__(self, *args: Any, consultation: Consultation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.members = {str(member.pk): member for member in consultation.network.all()}
        self.open_lines = {
            str(line.number): line for line in consultation.asked_documents if line.takes_files
        }
        member: Any = self.fields["member"]
        member.choices = [
            *((pk, f"{one.name}, {one.agency} ({one.email})") for pk, one in self.members.items()),
            (ELSE, "Somebody else"),
        ]
        lines: Any = self.fields["lines"]
        lines.choices = [(number, line.title) for number, line in self.open_lines.items()]

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        if answers.get("member") != ELSE:
            return answers
        asked = {
            "full_name": "Enter their full name",
            "agency": "Enter the agency they work for",
            "email": "Enter their work email",
        }
        for name, message in asked.items():
            if not answers.get(name) and name not in self.errors:
                self.add_error(name, message)
        return answers

    def chosen(self) -> dict[str, Any]:
        """As `make_agency_link` takes it."""
        answers = self.cleaned_data
        who: Any = self.members.get(answers["member"])
        return {
            "name": who.name if who else answers["full_name"],
            "agency": who.agency if who else answers["agency"],
            "email": who.email if who else answers["email"],
            "lines": [self.open_lines[number] for number in answers["lines"]],
        }


class NoteForm(StaffForm):
    text = forms.CharField(
        label="Your notes",
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=20_000,
        required=False,
        help_text="Kept encrypted, and read by the clinicians on this case alone. Empty takes them away.",
    )


class RedactionForm(StaffForm):
    reason = _reason(
        "What should be made unreadable, and why?",
        "Write what should be made unreadable, and why",
        f"Say where it stands: a page, a paragraph. {STAYS}",
    )


class RedactForm(StaffForm):
    token = forms.UUIDField(widget=forms.HiddenInput)
    redacted = forms.FileField(
        label="The redacted version",
        allow_empty_file=True,
        help_text="It takes the place of the file. Check that what is blacked out cannot be copied out of it.",
        error_messages={"required": "Choose the redacted version"},
    )
    destroy = forms.TypedChoiceField(
        label="What happens to the file as it came?",
        choices=[
            ("no", "It is withdrawn: nobody can open it, and it is destroyed with the case's documents"),
            ("yes", "It is destroyed at once, because it should never have come to us"),
        ],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        initial="no",
        error_messages={"required": "Say what happens to the file as it came"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("token", uuid4())
        self.fields["redacted"].widget.attrs["accept"] = ACCEPT


class DeclineRedactionForm(StaffForm):
    answer = _reason(
        "Why does the file stay as it is?",
        "Write why the file stays as it is",
        "Whoever asked reads it after sign-in.",
    )


class DestroyForm(StaffForm):
    reason = _reason("Why is it destroyed now?", "Write why it is destroyed now")
