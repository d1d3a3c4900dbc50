"""Who was named, and who read the issued report when: read from the log, never stored twice (R9)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from allauth.account.models import EmailAddress
from django.contrib.contenttypes.models import ContentType
from wagtail.models import ModelLogEntry

from consultations.models import Consultation, Recipient, Recommendations

READINGS = ("recommendations.read", "vault.read")


@dataclass(frozen=True)
class Receipt:
    name: str
    email: str
    recipient: Recipient | None  # none for the referrer
    times: int
    first_at: datetime | None
    last_at: datetime | None

    @property
    def is_standing(self) -> bool:
        return self.recipient is None or self.recipient.is_standing


def receipts_of(consultation: Consultation) -> list[Receipt]:
    """The referrer, then every person named, also those taken off again; in three queries."""
    contact = consultation.contact
    people: list[tuple[str, str, Recipient | None]] = [(contact.name, contact.email, None)]
    people += [(r.name, r.email, r) for r in consultation.recipients.all()]
    emails = {email.lower() for _, email, _ in people}
    proved = EmailAddress.objects.filter(verified=True, email__in=emails).values_list("user_id", "email")
    owners: dict[int, str] = {user_id: email.lower() for user_id, email in proved}
    if contact.user_id:
        owners[contact.user_id] = contact.email.lower()
    read: dict[str, list[datetime]] = {}
    entries = ModelLogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Recommendations),
        object_id__in=[str(report.pk) for report in consultation.reports.all()],
        action__in=READINGS,
        user_id__in=owners,
    )
    for user_id, moment in entries.order_by("timestamp").values_list("user_id", "timestamp"):
        read.setdefault(owners[user_id], []).append(moment)
    return [
        Receipt(name, email, recipient, len(times), times[0] if times else None, times[-1] if times else None)
        for name, email, recipient in people
        for times in [read.get(email.lower(), [])]
    ]
