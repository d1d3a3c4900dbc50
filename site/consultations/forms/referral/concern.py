"""What happened, what was done about it, what is asked of us."""

from __future__ import annotations

from typing import Any

from consultations.forms.fields import choose, write
from consultations.forms.referral.section import SectionForm
from consultations.models import Referral


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
