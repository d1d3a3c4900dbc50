"""Beginning a case, answering us, and giving a reason."""

from __future__ import annotations

from typing import Any, cast

from django import forms

from consultations.forms.fields import write
from design.forms import EmailField, Form
from organisations.models import Organisation

# Why a draft ended, where nobody is asked.
THROWN_AWAY = "Thrown away before it was sent."


class AnswerForm(Form):
    """The referrer's answer to what triage asked."""

    answer = write("Your answer", "Write your answer to our question")


class ReasonForm(Form):
    """One reason, for whichever act asks for one."""

    reason = write("Reason", "Write the reason")


class WhyForm(ReasonForm):
    """Asked beside every change of a referral that was sent."""

    reason = write("Why does it change?", "Write the reason", rows=3)


class ColleagueForm(Form):
    """A colleague to let in, by the address of their account."""

    email = EmailField(
        label="Your colleague’s work email",
        help_text="They need an account here, and to belong to the same organisation as the referral.",
        error_messages={"required": "Enter your colleague’s work email"},
    )


class StartForm(Form):
    """Which of the person's organisations the referral is for."""

    organisation = forms.ModelChoiceField(
        Organisation.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
        label="Which organisation is this for?",
    )

    def __init__(self, *args: Any, places: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(forms.ModelChoiceField, self.fields["organisation"])
        field.queryset = Organisation.objects.filter(pk__in=[place.pk for place in places])
        field.error_messages["required"] = "Choose the organisation you are making this referral for"
        if len(places) == 1:
            field.initial = places[0].pk
            field.widget = forms.HiddenInput()
