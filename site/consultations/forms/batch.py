"""The steps of asking for a batch, and what a team says about its sessions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from consultations.forms.fields import choose, write
from consultations.forms.referral import SectionForm
from consultations.models import Batch, SessionItem
from consultations.names import names_in
from design.forms import DateField, EmailField, Form, ModelForm

LENGTHS = [(60, "1 hour"), (90, "1 hour and a half"), (120, "2 hours"), (180, "3 hours")]


class TeamForm(SectionForm):
    team = forms.CharField(
        label="Which team is it for?",
        max_length=150,
        help_text="For example: Elmshire youth justice service, east team.",
        error_messages={
            "required": "Enter the name of the team",
            "max_length": "Shorten the name to 150 characters",
        },
    )
    people = forms.IntegerField(
        label="How many people will come?",
        min_value=1,
        max_value=100,
        help_text="About how many at one session. A group of up to 12 works best.",
        error_messages={
            "required": "Enter how many people will come",
            "invalid": "Enter how many people as a whole number, for example 8",
            "min_value": "Enter how many people as 1 or more",
            "max_value": "For more than 100 people, please call us",
        },
    )
    roles = forms.CharField(
        label="Who are they?",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Their roles, and what they work with.",
        error_messages={"required": "Say who they are", "max_length": "Shorten this to 500 characters"},
    )

    class Meta:
        model = Batch
        fields = ["team", "people", "roles"]


class PurposeForm(SectionForm):
    purpose = choose(Batch.Purpose, "Choose what the sessions are mostly for")
    aims = write(
        "What do you hope they will bring?",
        "Say what you hope the sessions will bring",
        "What is hard at the moment, and what would be better. Do not write about a child or a case.",
        rows=5,
    )

    class Meta:
        model = Batch
        fields = ["purpose", "aims"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["purpose"].label = "What are the sessions mostly for?"
        self.fields["purpose"].help_text = "You can choose another purpose for a single session later."


class SessionsForm(SectionForm):
    needed_sometimes = ("place",)

    sessions_wanted = forms.IntegerField(
        label="How many sessions?",
        min_value=1,
        max_value=Batch.MOST_SESSIONS,
        help_text="Six is a usual number. We offer you the next batch before the last session.",
        error_messages={
            "required": "Enter how many sessions",
            "invalid": "Enter how many sessions as a whole number, for example 6",
            "min_value": "Enter how many sessions as 1 or more",
            "max_value": f"For more than {Batch.MOST_SESSIONS} sessions, please call us",
        },
    )
    how_often = choose(Batch.Often, "Choose how often")
    minutes = forms.TypedChoiceField(
        label="How long is one session?",
        choices=LENGTHS,
        coerce=int,
        empty_value=None,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how long a session is"},
    )
    mode = choose(Batch.Mode, "Choose online or in person")
    place = forms.CharField(
        label="If in person, where?",
        required=False,
        max_length=300,
        help_text="A town and postcode are enough for now.",
        error_messages={"max_length": "Shorten the place to 300 characters"},
    )
    starts_from = DateField(
        label="From which date could the first session be?",
        earliest=timezone.localdate,
        error_messages={"required": "Enter the earliest date for the first session, for example 24 11 2026"},
    )
    days_note = forms.CharField(
        label="Days that suit, or do not",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="For example: Wednesday mornings are best; not in half-term.",
        error_messages={"max_length": "Shorten this to 500 characters"},
    )

    class Meta:
        model = Batch
        fields = ["sessions_wanted", "how_often", "minutes", "mode", "place", "starts_from", "days_note"]

    def __init__(self, *args: Any, save_later: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, save_later=save_later, **kwargs)
        self.save_later = save_later
        self.fields["how_often"].label = "How often?"
        self.fields["mode"].label = "Online or in person?"

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        is_missing = said.get("mode") == Batch.Mode.IN_PERSON and not said.get("place")
        if is_missing and not self.save_later and "place" not in self.errors:
            self.add_error("place", "Enter a town and postcode, so that we know how far we travel")
        first = said.get("starts_from")
        if first and (first - timezone.localdate()).days > 366:
            self.add_error("starts_from", "Enter a date within the next year")
        return said


class CostForm(SectionForm):
    needed_sometimes = ("partnership",)

    arrangement = choose(Batch.Arrangement, "Say whether this is part of a partnership")
    partnership = forms.CharField(
        label="If yes, which partnership?",
        required=False,
        max_length=150,
        help_text="Its name, or the person here you agreed it with.",
        error_messages={"max_length": "Shorten the name to 150 characters"},
    )
    funder_name = forms.CharField(
        label="Who agrees the cost?",
        max_length=150,
        help_text="The person who holds the budget. We send the quote to them. If that is you, enter your name.",
        error_messages={
            "required": "Enter the name of the person who agrees the cost",
            "max_length": "Shorten the name to 150 characters",
        },
    )
    funder_email = EmailField(
        label="Their work email",
        error_messages={"required": "Enter the work email of the person who agrees the cost"},
    )

    class Meta:
        model = Batch
        fields = ["arrangement", "partnership", "funder_name", "funder_email"]

    def __init__(self, *args: Any, save_later: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, save_later=save_later, **kwargs)
        self.save_later = save_later
        self.fields["arrangement"].label = "Is this part of a partnership we have with you?"

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        is_missing = said.get("arrangement") == Batch.Arrangement.PARTNERSHIP and not said.get("partnership")
        if is_missing and not self.save_later and "partnership" not in self.errors:
            self.add_error("partnership", "Enter the name of the partnership")
        return said


BATCH_FORMS: dict[str, type[SectionForm]] = {
    "team": TeamForm,
    "purpose": PurposeForm,
    "sessions": SessionsForm,
    "cost": CostForm,
}


class ItemForm(ModelForm):
    """Something to bring. What looks like a name is pointed out once, and then it is theirs to keep (R8)."""

    looked_at = forms.CharField(required=False, widget=forms.HiddenInput)
    text = write(
        "What do you want to bring?",
        "Write what you want to bring",
        "Tell it so that nobody could say which child it is: an age band, a role, a question. No names or initials.",
        rows=4,
    )

    class Meta:
        model = SessionItem
        fields = ["text"]

    def __init__(self, *args: Any, known: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = known
        self.names: list[str] = []

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        text = said.get("text", "")
        found = names_in(text, self.known)
        if found and said.get("looked_at") != text:
            self.names = found
            data: Any = self.data
            self.data = data.copy()
            self.data["looked_at"] = text  # type: ignore[index]
            words = " and ".join(f"“{name}”" for name in found)
            self.add_error("text", f"Change {words} if it is somebody’s name, or send it again as it is")
        return said


class CancelSessionForm(Form):
    reason = forms.CharField(
        label="Why do you cancel it?",
        help_text="A few words are enough. Do not write about a child or a case.",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": "Write why you cancel it, for example “half the team is away”",
            "max_length": "Shorten this to 500 characters",
        },
    )
