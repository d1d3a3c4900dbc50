"""The consultation and what is reached through it."""

from consultations.models.agency_link import AgencyLink
from consultations.models.checklist import Checklist, ChecklistItem, ConsultationSettings
from consultations.models.consultation import Consultation
from consultations.models.document import CaseDocument, DocumentRequest
from consultations.models.network import NetworkMember
from consultations.models.note import DocumentNote
from consultations.models.recommendations import Recommendation, Recommendations
from consultations.models.redaction import Redaction
from consultations.models.referral import Referral

__all__ = [
    "AgencyLink",
    "CaseDocument",
    "Checklist",
    "ChecklistItem",
    "Consultation",
    "ConsultationSettings",
    "DocumentNote",
    "DocumentRequest",
    "NetworkMember",
    "Recommendation",
    "Recommendations",
    "Redaction",
    "Referral",
]
