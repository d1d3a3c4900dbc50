"""Who asks, who is allocated, whom it is about."""

from __future__ import annotations

from typing import Any

from django import forms

from consultations.forms.fields import choose, write
from consultations.forms.referral.section import SectionForm
from consultations.models import Referral


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
