"""The consultation and what is reached through it."""

from consultations.models.checklist import Checklist, ChecklistItem, ConsultationSettings
from consultations.models.consultation import Consultation
from consultations.models.document import CaseDocument, DocumentRequest
from consultations.models.network import NetworkMember
from consultations.models.recommendations import Recommendation, Recommendations
from consultations.models.referral import Referral

__all__ = [
    "CaseDocument",
    "Checklist",
    "ChecklistItem",
    "Consultation",
    "ConsultationSettings",
    "DocumentRequest",
    "NetworkMember",
    "Recommendation",
    "Recommendations",
    "Referral",
]
