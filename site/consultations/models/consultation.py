"""The case: one meeting with the network after reading, followed by written recommendations."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from accounts.people import proved_addresses
from billing.models import Order
from consultations.models.gates import before_issue
from engagements.models import Engagement, EngagementQuerySet

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User
    from consultations.models.document import DocumentRequest
    from consultations.models.meeting import MeetingRecord
    from consultations.models.pause import Pause
    from consultations.models.recommendations import Recommendations
    from consultations.models.session import BatchSession


class ConsultationQuerySet(EngagementQuerySet):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """The referrer's own, and those a colleague at the same organisation let this person into (R9).

        Staff come by the admin, with their own permission and break-glass.
        """
        if not user.is_authenticated:
            return self.none()
        from consultations.models.people import Colleague

        shared = Colleague.objects.filter(
            consultation=OuterRef("pk"), user=user, consultation__organisation__memberships__user=user
        )
        return self.filter(Q(contact__user=user) | Exists(shared))

    def free_of_conflict(self, user: User | AnonymousUser) -> Self:
        """Without those in which this clinician declared a conflict of interest."""
        return self.exclude(conflicts__user=user)

    def waiting_for(self, user: User) -> Self:
        """Phone enquiries taken down for this person, which they have not made their own yet."""
        if user.email.lower() not in proved_addresses(user):
            return self.none()
        return self.filter(
            status=Consultation.Status.DRAFT, contact__user=None, contact__email__iexact=user.email
        )

    def not_taken_up(self) -> Self:
        """Phone enquiries whose callers have no account yet, the newest first."""
        return self.filter(status=Consultation.Status.DRAFT, contact__user=None).select_related(
            "organisation", "contact"
        )

    def unsent(self) -> Self:
        """Never sent: drafts, and drafts that were withdrawn."""
        return self.filter(submitted_at__isnull=True)

    def for_stages(self) -> Self:
        """With all that `stage_of` and the case page read, in a fixed number of queries."""
        return (
            self.for_staff_list()
            .select_related("drawn__batch")
            .prefetch_related(
                models.Prefetch("order", Order.objects.with_facts()),
                "order__quotes",
                "order__invoices",
                "document_requests__files",
                "meetings__attendees",
                "reports",
                "meeting_records",
                "pauses",
            )
        )

    def sent(self) -> Self:
        """Sent to us at least once: a draft is its referrer's alone, also when it is withdrawn unsent."""
        return self.filter(submitted_at__isnull=False)

    def waiting_for_triage(self) -> Self:
        return self.filter(status=Consultation.Status.SUBMITTED)

    def open(self) -> Self:
        return self.exclude(status__in=Consultation.ENDED)


class Consultation(Engagement):
    """One case, from the first saved line of its referral to closure.

    * **Draft**: the referrer is filling the referral, saved as they go.
    * **Waiting for triage**: sent to us; a coordinator decides.
    * **More asked**: we asked the referrer a question; sending the referral again brings it back to triage.
    * **Accepted**: the work is on. Funding, documents, meeting, report and invoice are facts read from their
      own rows, and `stages.py` reads from them where things stand and whose turn it is.
    * **Declined**: not for us, with a reason and something better to try.
    * **Withdrawn**: the referrer, or we at their word, took it back.
    * **Closed**: recommendations issued, invoice paid; the work is done. Reopened, with a reason, where the report
      has to be corrected (R4): then it is accepted again, and its records are kept from its next closure on.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        SUBMITTED = "submitted", "Waiting for triage"
        QUESTIONED = "questioned", "More asked"
        ACCEPTED = "accepted", "Accepted"
        DECLINED = "declined", "Declined"
        WITHDRAWN = "withdrawn", "Withdrawn"
        CLOSED = "closed", "Closed"

    TRANSITIONS = {
        Status.DRAFT: {Status.SUBMITTED, Status.WITHDRAWN},
        Status.SUBMITTED: {Status.QUESTIONED, Status.ACCEPTED, Status.DECLINED, Status.WITHDRAWN},
        Status.QUESTIONED: {Status.SUBMITTED, Status.DECLINED, Status.WITHDRAWN},
        Status.ACCEPTED: {Status.CLOSED, Status.WITHDRAWN},
        Status.CLOSED: {Status.ACCEPTED},
    }
    LOGGED = {
        Status.SUBMITTED: "Referral sent to us",
        Status.QUESTIONED: "We asked for more",
        Status.ACCEPTED: "Referral accepted",
        Status.DECLINED: "Referral declined",
        Status.WITHDRAWN: "Consultation withdrawn",
        Status.CLOSED: "Consultation closed",
    }
    DATED = {Status.DECLINED: "ended_at", Status.WITHDRAWN: "ended_at", Status.CLOSED: "ended_at"}
    ENDED = (Status.DECLINED, Status.WITHDRAWN, Status.CLOSED)
    REFERENCE_PREFIX = "C"

    status = models.CharField(max_length=12, choices=Status, default=Status.DRAFT, editable=False)
    submitted_at = models.DateTimeField(null=True, editable=False)
    accepted_at = models.DateTimeField(null=True, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)
    override_reason = models.TextField(
        "reason for accepting without the safeguards", blank=True, editable=False
    )
    ended_at = models.DateTimeField(null=True, editable=False)
    is_urgent = models.BooleanField("urgent", default=False, db_default=False, editable=False)
    papers_complete_at = models.DateTimeField(null=True, editable=False)
    promised_on = models.DateField("recommendations promised by", null=True, editable=False)
    lead_consultant = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="led_consultations",
    )
    second_consultant = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="seconded_consultations",
    )

    objects: ClassVar[models.Manager[Self]] = ConsultationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta(Engagement.Meta):
        abstract = False
        permissions = [
            ("triage_consultation", "Can accept, question and decline referrals"),
            ("override_eligibility", "Can accept a referral that lacks a safeguard, with a reason"),
            ("allocate_consultation", "Can name the lead consultant"),
            ("review_document", "Can accept, return and waive documents"),
        ]
        indexes = [
            models.Index(fields=["status", "submitted_at"]),
            # The order of the staff list: what is open by its age, then what has ended, the newest first.
            models.Index(
                F("ended_at").desc(),
                F("submitted_at").asc(),
                F("id").asc(),
                name="case_list_order",
            ),
        ]

    @property
    def title(self) -> str:
        """What may be printed anywhere: the reference and nothing of the case (R8)."""
        return f"Consultation {self.reference}"

    @property
    def asked_documents(self) -> list[DocumentRequest]:
        """The checklist as it went out: nothing of it while it is only planned."""
        return [r for r in self.document_requests.all() if not r.is_planned]

    @property
    def pause(self) -> Pause | None:
        """The pause that stands, if one does."""
        return next((p for p in self.pauses.all() if p.status == p.Status.STANDING), None)

    @property
    def consultants(self) -> list[User]:
        """Ours on this case: the lead, then the second."""
        return [one for one in (self.lead_consultant, self.second_consultant) if one is not None]

    def is_shared_with(self, user: User) -> bool:
        """The referrer, or a colleague of theirs who was let in."""
        return self.contact.user_id == user.pk or any(c.user_id == user.pk for c in self.colleagues.all())

    @property
    def session(self) -> BatchSession | None:
        """The session of a batch that pays for this case, where one does: then it has no order of its own."""
        return getattr(self, "drawn", None)

    @property
    def is_funded(self) -> bool:
        return self.session is not None or super().is_funded

    @property
    def is_invoiced(self) -> bool:
        """Invoiced, or paid for by a batch, which has an invoice of its own."""
        return self.session is not None or (self.order is not None and self.order.is_invoiced)

    @property
    def is_paid(self) -> bool:
        return self.session is not None or (self.order is not None and self.order.is_paid)

    @property
    def is_documented(self) -> bool:
        """Every required document is accepted, or waived with a reason; and the checklist has gone out."""
        requests = self.asked_documents
        return bool(requests) and all(r.is_settled for r in requests if r.is_required)

    @property
    def is_met(self) -> bool:
        meeting = self.meeting
        return meeting is not None and meeting.status == meeting.Status.HELD

    @property
    def meeting_record(self) -> MeetingRecord | None:
        """What is kept of the meeting that stands."""
        meeting = self.meeting
        return next((r for r in self.meeting_records.all() if meeting and r.meeting_id == meeting.pk), None)

    @property
    def report(self) -> Recommendations | None:
        """The newest version of the recommendations, whatever its state."""
        return max(self.reports.all(), key=lambda r: r.version, default=None)

    @property
    def issued_report(self) -> Recommendations | None:
        issued = [r for r in self.reports.all() if r.is_issued]
        return max(issued, key=lambda r: r.version, default=None)

    def missing_for_issue(self) -> list[str]:
        """Everything that still stands between now and issued recommendations, in our words (R1)."""
        return [gap.for_staff for gap in before_issue(self)]

    def missing_for_referrer(self) -> list[str]:
        """The same in the referrer's words (R1)."""
        return [gap.for_referrer for gap in before_issue(self)]

    def missing_for_meeting(self, *, before_funding: bool = False) -> list[str]:
        """What still stands between now and a booked meeting (R3)."""
        if self.is_funded or before_funding:
            return self._paused()
        return [
            *self._paused(),
            "Funding is not agreed yet, so the meeting cannot be booked. The funder has to accept the quote first.",
        ]

    def missing_for_going_on(self) -> list[str]:
        """What keeps a paused case from going on (R2)."""
        if self.referral.has_social_worker or self.override_reason:
            return []
        return ["No social worker is allocated. Name the new one, and the case goes on by itself."]

    def _paused(self) -> list[str]:
        return [f"The case is paused. {self.pause.reason}"] if self.pause else []

    def missing_for_reopening(self) -> list[str]:
        """What keeps a closed case closed."""
        report = self.issued_report
        if report is None or report.destroyed_at is not None:
            return ["The report was destroyed on its day, so there is nothing left to correct."]
        return []

    def missing_for_closing(self) -> list[str]:
        missing = []
        if self.issued_report is None:
            missing.append("The recommendations have not been issued yet.")
        elif self.report != self.issued_report:
            missing.append(
                "A new version of the recommendations is begun and not issued. Issue or discard it."
            )
        if not self.is_invoiced:
            missing.append("The invoice has not been issued yet.")
        elif not self.is_paid:
            missing.append("The invoice has not been paid in full yet.")
        return missing

    def timeline_parts(self) -> list[models.Model]:
        own = [*self.pauses.all(), *self.document_requests.all(), *self.reports.all()]
        return [*super().timeline_parts(), *own]
