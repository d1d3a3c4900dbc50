"""The consultation and what is reached through it."""

from consultations.models.aftercare import (
    FeedbackLink,
    Progress,
    ProgressLink,
    ReviewReminder,
)
from consultations.models.agency_link import (
    AgencyLink,
)
from consultations.models.amendment import (
    Amendment,
)
from consultations.models.balance import (
    Balance,
)
from consultations.models.batch import (
    Batch,
)
from consultations.models.checklist import (
    Checklist,
    ChecklistItem,
    ConsultationSettings,
)
from consultations.models.consultation import (
    Consultation,
)
from consultations.models.document import (
    CaseDocument,
    DocumentRequest,
)
from consultations.models.draft import (
    ReportComment,
    ReportRevision,
)
from consultations.models.guidance import (
    GuidelinePoint,
    RecommendationCategory,
)
from consultations.models.meeting import (
    AgendaTemplate,
    Attendance,
    MeetingRecord,
)
from consultations.models.network import (
    NetworkMember,
)
from consultations.models.note import (
    DocumentNote,
)
from consultations.models.pause import (
    Pause,
)
from consultations.models.people import (
    Colleague,
    Conflict,
)
from consultations.models.recipient import (
    Recipient,
)
from consultations.models.recommendations import (
    Recommendation,
    Recommendations,
)
from consultations.models.redaction import (
    Redaction,
)
from consultations.models.referral import (
    Criterion,
    Referral,
)
from consultations.models.retention import (
    Closure,
    LegalHold,
    RecordsSettings,
)
from consultations.models.saved_view import (
    SavedView,
)
from consultations.models.session import (
    BatchSession,
    BatchSettings,
    SessionItem,
    Theme,
)

__all__ = [
    "AgencyLink",
    "AgendaTemplate",
    "Amendment",
    "Attendance",
    "Balance",
    "Batch",
    "BatchSession",
    "BatchSettings",
    "CaseDocument",
    "Checklist",
    "ChecklistItem",
    "Closure",
    "Colleague",
    "Conflict",
    "Consultation",
    "ConsultationSettings",
    "Criterion",
    "DocumentNote",
    "DocumentRequest",
    "FeedbackLink",
    "GuidelinePoint",
    "LegalHold",
    "MeetingRecord",
    "NetworkMember",
    "Pause",
    "Progress",
    "ProgressLink",
    "Recipient",
    "Recommendation",
    "RecommendationCategory",
    "Recommendations",
    "RecordsSettings",
    "Redaction",
    "Referral",
    "ReportComment",
    "ReportRevision",
    "ReviewReminder",
    "SavedView",
    "SessionItem",
    "Theme",
]
