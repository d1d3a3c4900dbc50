"""The steps of a referral: one form each, validation, no side effects."""

from consultations.forms.referral.concern import (
    ConcernForm,
    PoliceForm,
    QuestionsForm,
    SafeguardingForm,
    TriedForm,
)
from consultations.forms.referral.people import SocialWorkerForm, YouForm, YoungPersonForm
from consultations.forms.referral.section import SectionForm
from consultations.forms.referral.terms import AvailabilityForm, DocumentsForm, FundingForm, LawfulBasisForm

__all__ = ["SECTION_FORMS", "SectionForm"]

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
