"""What the referrer types: validation, no side effects."""

from consultations.forms.case import (
    THROWN_AWAY,
    AnswerForm,
    ColleagueForm,
    ReasonForm,
    StartForm,
    WhyForm,
)
from consultations.forms.document import DeclineForm, RedactionForm, UploadForm
from consultations.forms.network import NetworkMemberForm
from consultations.forms.referral import SECTION_FORMS, SectionForm

__all__ = [
    "SECTION_FORMS",
    "THROWN_AWAY",
    "AnswerForm",
    "ColleagueForm",
    "DeclineForm",
    "NetworkMemberForm",
    "ReasonForm",
    "RedactionForm",
    "SectionForm",
    "StartForm",
    "UploadForm",
    "WhyForm",
]
