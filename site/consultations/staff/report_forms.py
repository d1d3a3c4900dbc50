"""What clinicians type about a report: its words and recommendations, comments, readers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.forms import formset_factory

from consultations.models import (
    Consultation,
    GuidelinePoint,
    RecommendationCategory,
    Recommendations,
    ReportComment,
)
from consultations.models.recommendations import ReportGap
from consultations.people import around
from consultations.rich_text import HINT
from consultations.staff.forms import STAYS, _long
from design.staff import StaffForm


class ChangesForm(StaffForm):
    note = _long("What should change?", "Write what should change", f"The author reads it. {STAYS}")


class CommentForm(StaffForm):
    section = forms.ChoiceField(label="About", choices=ReportComment.Section)
    text = _long("Your comment", "Write your comment", f"Clinicians on the case read it. {STAYS}", rows=3)


class ReissueForm(StaffForm):
    reason = _long(
        "Why is a new version needed?",
        "Write why a new version is needed",
        "The new version prints this. The version before it stays as it was and is marked replaced.",
        rows=3,
    )


class RecipientForm(StaffForm):
    name = forms.CharField(
        label="Name", max_length=150, error_messages={"required": "Enter the person's name"}
    )
    email = forms.EmailField(
        label="Their own work email",
        max_length=254,
        help_text="Not a shared mailbox: it is how we know them when they sign in.",
        error_messages={"required": "Enter the person's own work email"},
    )


class WordsForm(StaffForm):
    """The parts of the report. A draft may have gaps: what is missing is told when it is sent for review."""

    background = _long(
        "What we read", "", f"What matters in the documents, and which say so. {HINT}", rows=8, required=False
    )
    network_view = _long("What the network told us", "", "At the meeting.", rows=8, required=False)
    formulation = _long(
        "Our understanding",
        "",
        "How the behaviour came about and what keeps it going.",
        rows=8,
        required=False,
    )
    suitability = _long(
        "Would assessment or intervention suit?",
        "",
        "Which, when, and what has to be in place first.",
        required=False,
    )

    def __init__(self, *args: Any, report: Recommendations, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.fields:
            self.initial.setdefault(name, getattr(report, name))


@dataclass(frozen=True)
class Choices:
    """What every row of recommendations offers, read once a page."""

    categories: list[tuple[int, str]]
    points: list[tuple[int, str]]
    people: list[tuple[str, str]]

    @classmethod
    def of(cls, consultation: Consultation) -> Choices:
        people = {
            p.email.lower(): f"{p.name}, {p.part}" for p in around(consultation) if p.part != "referrer"
        }
        report = consultation.report
        for item in report.items.all() if report else ():
            if item.owner_email:  # no longer on the case: stays until somebody else is chosen
                people.setdefault(item.owner_email, item.owner_email)
        return cls(
            [(c.pk, c.title) for c in RecommendationCategory.objects.all()],
            [(p.pk, str(p)) for p in GuidelinePoint.objects.all()],
            list(people.items()),
        )


class ItemForm(StaffForm):
    text = _long("What we recommend", "", rows=3, required=False)
    category = forms.TypedChoiceField(label="What kind", coerce=int, empty_value=None, required=False)
    point = forms.TypedChoiceField(
        label="Published guidance it rests on", coerce=int, empty_value=None, required=False
    )
    owner = forms.CharField(
        label="Who does it", max_length=150, required=False, help_text="By role: the allocated social worker."
    )
    owner_email = forms.ChoiceField(
        label="Whom we ask in three months",
        required=False,
        help_text="They see this recommendation and no other part of the report.",
    )
    due_on = forms.DateField(
        label="By when",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="Leave it empty for “as soon as possible”.",
        error_messages={"invalid": "Enter a real date, for example 24/11/2026"},
    )
    KEPT: ClassVar[dict[str, str]] = {  # field → what it is called on the row
        "text": "text",
        "category": "category_id",
        "point": "point_id",
        "owner": "owner",
        "owner_email": "owner_email",
        "due_on": "due_on",
    }

    def __init__(self, *args: Any, choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["category"].choices = [("", "Choose"), *choices.categories]
        fields["point"].choices = [("", "None"), *choices.points]
        fields["owner_email"].choices = [("", "The referrer"), *choices.people]

    @property
    def is_blank(self) -> bool:
        return not any(self.cleaned_data.get(name) for name in self.KEPT)

    def item(self) -> dict[str, Any]:
        """The row as `actions.write` takes it."""
        return {row: self.cleaned_data.get(name) for name, row in self.KEPT.items()}


def show_gaps(gaps: list[ReportGap], words: Any, items: Any) -> None:
    """Tell each gap by the field that it is about, though nothing was sent wrongly."""
    for gap in gaps:
        form = items.forms[gap.number - 1] if gap.number else words
        form.errors[gap.field] = form.error_class([gap.told])


def problems_of(*pages: Any) -> list[tuple[str, str]]:
    """Of a page with several forms: the id of each field that is not right, and what it says."""
    return [
        (form[name].id_for_label, told)
        for form in pages
        for name, messages in form.errors.items()
        for told in messages
    ]


ItemFormSet = formset_factory(ItemForm, extra=0, can_delete=True, max_num=60, absolute_max=80)
