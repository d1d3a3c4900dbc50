"""The consultation and what is reached through it."""

from consultations.models.amendment import Amendment
from consultations.models.checklist import ChecklistItem, ConsultationSettings
from consultations.models.consultation import Consultation
from consultations.models.document import CaseDocument, DocumentRequest
from consultations.models.network import NetworkMember
from consultations.models.pause import Pause
from consultations.models.people import Colleague, Conflict
from consultations.models.recommendations import Recommendation, Recommendations
from consultations.models.referral import Criterion, Referral
from consultations.models.saved_view import SavedView

__all__ = [
    "Amendment",
    "CaseDocument",
    "ChecklistItem",
    "Colleague",
    "Conflict",
    "Consultation",
    "ConsultationSettings",
    "Criterion",
    "DocumentRequest",
    "NetworkMember",
    "Pause",
    "Recommendation",
    "Recommendations",
    "Referral",
    "SavedView",
]
