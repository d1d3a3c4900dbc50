"""The steps of a referral: one form each, validation, no side effects."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from consultations.forms.fields import choose, write
from consultations.models import ConsultationSettings, Referral
from design.forms import DateField, ModelForm


class SectionForm(ModelForm):
    """One step. `save_later` keeps whatever is valid without asking for the rest."""

    def __init__(self, *args: Any, save_later: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if save_later:
            for field in self.fields.values():
                field.required = False


class YouForm(SectionForm):
    class Meta:
        model = Referral
        fields = ["job_title", "phone"]
        labels = {"job_title": "Your job title", "phone": "Your phone number"}
        help_texts = {"phone": "So that we can ring you about this referral."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        later = kwargs.get("save_later", False)
        for name, message in {
            "job_title": "Enter your job title",
            "phone": "Enter your phone number",
        }.items():
            self.fields[name].required = not later
            self.fields[name].error_messages["required"] = message


class SocialWorkerForm(SectionForm):
    needed_sometimes = ("social_worker_name", "social_worker_email")
    social_worker_allocated = choose(Referral.Allocated, "Say whether a social worker is allocated")

    class Meta:
        model = Referral
        fields = [
            "social_worker_allocated",
            "social_worker_name",
            "social_worker_email",
            "social_worker_phone",
        ]
        labels = {
            "social_worker_name": "Their full name",
            "social_worker_email": "Their work email",
            "social_worker_phone": "Their phone number",
        }

    def __init__(self, *args: Any, save_later: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, save_later=save_later, **kwargs)
        self.save_later = save_later
        self.fields["social_worker_allocated"].label = "Is a local authority social worker allocated?"
        self.fields[
            "social_worker_allocated"
        ].help_text = (
            "We can only take a case on while one is allocated. If that is you, enter your own details."
        )

    def clean(self) -> dict:
        answers = super().clean() or {}
        if answers.get("social_worker_allocated") == Referral.Allocated.YES and not self.save_later:
            if not answers.get("social_worker_name"):
                self.add_error("social_worker_name", "Enter the social worker’s name")
            if not answers.get("social_worker_email") and "social_worker_email" not in self.errors:
                self.add_error("social_worker_email", "Enter the social worker’s work email")
        return answers


class YoungPersonForm(SectionForm):
    own_reference = forms.CharField(
        label="Your own reference for the young person",
        max_length=60,
        help_text="For example a case number of yours. Do not enter a name.",
        error_messages={"required": "Enter your own reference for the young person"},
    )
    initials = forms.CharField(
        label="Initials",
        max_length=6,
        error_messages={
            "required": "Enter the young person’s initials",
            "max_length": "Enter initials only, not a name",
        },
    )
    age = forms.IntegerField(
        label="Age in years",
        min_value=0,
        max_value=21,
        error_messages={
            "required": "Enter the young person’s age",
            "invalid": "Enter the age as a number, for example 14",
            "min_value": "Enter an age between 0 and 21",
            "max_value": "We work with children and young people up to 21. Enter an age of 21 or under",
        },
    )
    area = forms.CharField(
        label="Area where they live",
        max_length=100,
        help_text="The council area or the town, not an address.",
        error_messages={"required": "Enter the area where the young person lives"},
    )
    gender = choose(Referral.Gender, "Say how the young person is described")
    learning_needs = write("Learning needs or disability", "", required=False)

    class Meta:
        model = Referral
        fields = ["own_reference", "initials", "age", "gender", "area", "learning_needs"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["gender"].label = "Gender"


class ConcernForm(SectionForm):
    behaviours = write(
        "What has happened, and what are you worried about?",
        "Write what has happened and what worries you",
        "Behaviours, when, how often. Use initials or roles, not names.",
    )
    happened = write(
        "When did it begin, and when did it last happen?",
        "Write when it happened, as far as you know",
        "Dates or months will do. Say if you do not know.",
        rows=3,
    )
    setting = choose(Referral.Setting, "Say whether it happened in person, online or both")
    people_affected = write(
        "Who has been affected", "", "Ages and how they know each other; no names.", required=False
    )

    class Meta:
        model = Referral
        fields = ["behaviours", "happened", "setting", "people_affected"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["setting"].label = "Where did it happen?"


class PoliceForm(SectionForm):
    needed_sometimes = ("investigation_detail",)
    investigation = choose(Referral.Investigation, "Say whether the police or a court are involved")
    investigation_detail = write(
        "What is being investigated or heard?",
        "",
        "Which police force or court, since when, and who you speak to there.",
        rows=4,
        required=False,
    )
    outcome = write(
        "What has come of it so far?",
        "",
        "For example no further action, or a date for trial.",
        rows=3,
        required=False,
    )
    restrictions = write(
        "Restrictions on the young person",
        "",
        "Bail conditions, court orders, or whom they may not meet.",
        rows=3,
        required=False,
    )

    class Meta:
        model = Referral
        fields = ["investigation", "investigation_detail", "outcome", "restrictions"]

    def __init__(self, *args: Any, save_later: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, save_later=save_later, **kwargs)
        self.save_later = save_later
        self.fields["investigation"].label = "Are the police or a court involved?"

    def clean(self) -> dict:
        answers = super().clean() or {}
        involved = answers.get("investigation") not in (None, "", Referral.Investigation.NONE)
        if involved and not answers.get("investigation_detail") and not self.save_later:
            self.add_error(
                "investigation_detail", "Write what you know of the investigation or the court’s decision"
            )
        return answers


class SafeguardingForm(SectionForm):
    safety_of_young_person = write(
        "What keeps the young person safe now?", "Write what is in place for the young person’s own safety"
    )
    safety_of_others = write(
        "What is in place to prevent harm to others?", "Write what is in place to prevent harm to others"
    )

    class Meta:
        model = Referral
        fields = ["safety_of_young_person", "safety_of_others"]


class TriedForm(SectionForm):
    tried = write(
        "What has been tried so far, and did it help?",
        "Write what has been tried, or “nothing yet”",
    )

    class Meta:
        model = Referral
        fields = ["tried"]


class QuestionsForm(SectionForm):
    questions = write("What would you like us to answer?", "Write at least one question for us")

    class Meta:
        model = Referral
        fields = ["questions"]


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


SECTION_FORMS: dict[str, type[SectionForm]] = {
    "you": YouForm,
    "social-worker": SocialWorkerForm,
    "young-person": YoungPersonForm,
    "concern": ConcernForm,
    "police": PoliceForm,
    "safeguarding": SafeguardingForm,
    "tried": TriedForm,
    "questions": QuestionsForm,
    "funding": FundingForm,
    "documents": DocumentsForm,
    "availability": AvailabilityForm,
    "lawful-basis": LawfulBasisForm,
}
