"""The consultation and what is reached through it."""

from consultations.models.aftercare import FeedbackLink, Progress, ProgressLink, ReviewReminder
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
from consultations.models.retention import Closure, LegalHold, RecordsSettings

__all__ = [
    "AgendaTemplate",
    "Attendance",
    "CaseDocument",
    "ChecklistItem",
    "Closure",
    "Consultation",
    "ConsultationSettings",
    "DocumentRequest",
    "FeedbackLink",
    "GuidelinePoint",
    "LegalHold",
    "MeetingRecord",
    "NetworkMember",
    "Progress",
    "ProgressLink",
    "Recipient",
    "Recommendation",
    "RecommendationCategory",
    "Recommendations",
    "RecordsSettings",
    "Referral",
    "ReportComment",
    "ReportRevision",
    "ReviewReminder",
]
