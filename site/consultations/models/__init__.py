"""The consultation and what is reached through it."""

from consultations.models.checklist import ChecklistItem, ConsultationSettings
from consultations.models.consultation import Consultation
from consultations.models.document import CaseDocument, DocumentRequest
from consultations.models.draft import ReportComment, ReportRevision
from consultations.models.guidance import GuidelinePoint, RecommendationCategory
from consultations.models.meeting import AgendaTemplate, Attendance, MeetingRecord
from consultations.models.network import NetworkMember
from consultations.models.recipient import Recipient
from consultations.models.recommendations import Recommendation, Recommendations
from consultations.models.referral import Referral

__all__ = [
    "AgendaTemplate",
    "Attendance",
    "CaseDocument",
    "ChecklistItem",
    "Consultation",
    "ConsultationSettings",
    "DocumentRequest",
    "GuidelinePoint",
    "MeetingRecord",
    "NetworkMember",
    "Recipient",
    "Recommendation",
    "RecommendationCategory",
    "Recommendations",
    "Referral",
    "ReportComment",
    "ReportRevision",
]
