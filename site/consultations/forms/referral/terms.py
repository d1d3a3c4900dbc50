"""What the work needs: funding, documents, dates, a basis in law."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from consultations.forms.fields import choose, write
from consultations.forms.referral.section import SectionForm
from consultations.models import ConsultationSettings, Referral
from design.forms import DateField


class FundingForm(SectionForm):
    funding = choose(Referral.Funding, "Say whether funding is agreed")
    funder_name = forms.CharField(
        label="Who decides on the funding?",
        max_length=150,
        help_text="Often a service manager or a budget holder. We send the quote to them.",
        error_messages={"required": "Enter the name of the person who decides on the funding"},
    )
    funder_email = forms.EmailField(
        label="Their work email",
        error_messages={
            "required": "Enter the funder’s work email",
            "invalid": "Enter an email address in the right form, like name@example.gov.uk",
        },
    )

    purchase_order_number = forms.CharField(
        label="Purchase order number",
        max_length=60,
        required=False,
        help_text="If you have one already. The funder can also give it when they accept our quote.",
    )

    class Meta:
        model = Referral
        fields = ["funding", "funder_name", "funder_email", "purchase_order_number"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["funding"].label = "Is funding agreed?"


NONE_HELD = "none"


class DocumentsForm(SectionForm):
    documents_held = forms.MultipleChoiceField(
        label="Which of these do you hold, or can you get?",
        widget=forms.CheckboxSelectMultiple,
        help_text="Send nothing yet. When funding is agreed we ask for each, and you send it here, never by email.",
        error_messages={"required": "Tick each document you hold, or “None of these yet”"},
    )
    documents_elsewhere = write(
        "Who holds the others?",
        "",
        "For example school or police, and whom to ask there.",
        rows=4,
        required=False,
    )

    class Meta:
        model = Referral
        fields = ["documents_held", "documents_elsewhere"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = self.initial.get("documents_held")
        checklist = ConsultationSettings.load().checklist
        titles = [item.title for item in checklist.items.all()] if checklist else []
        titles += [title for title in held or [] if title not in titles]  # the checklist has changed since
        choice: Any = self.fields["documents_held"]
        choice.choices = [*((title, title) for title in titles), (NONE_HELD, "None of these yet")]
        if held == []:
            self.initial["documents_held"] = [NONE_HELD]

    def clean_documents_held(self) -> list[str] | None:
        held = self.cleaned_data["documents_held"]
        if NONE_HELD in held and len(held) > 1:
            raise forms.ValidationError("Tick either the documents you hold or “None of these yet”, not both")
        return None if not held else [title for title in held if title != NONE_HELD]


class AvailabilityForm(SectionForm):
    availability = write(
        "When can you and the others meet, and when not?",
        "Write when you and the others can meet",
        "Days and times that suit, and dates to avoid. The meeting takes about two hours.",
        rows=4,
    )
    needed_by = DateField(
        label="Is there a date by which you need our advice?",
        required=False,
        earliest=timezone.localdate,
        help_text="For example the day of a court hearing or of a move.",
    )
    needed_for = forms.CharField(
        label="What happens then?", max_length=200, required=False, help_text="In a few words; no names."
    )

    class Meta:
        model = Referral
        fields = ["availability", "needed_by", "needed_for"]


class LawfulBasisForm(SectionForm):
    lawful_basis = choose(Referral.LawfulBasis, "Choose your lawful basis for sharing this information")
    lawful_basis_detail = write("Anything we should know about it", "", required=False)

    class Meta:
        model = Referral
        fields = ["lawful_basis", "lawful_basis_detail"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lawful_basis"].label = "On what lawful basis do you share this with us?"
        self.fields[
            "lawful_basis"
        ].help_text = (
            "For most public bodies this is “public task”. Your data protection officer can tell you."
        )
