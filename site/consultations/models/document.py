"""What we ask to read, and the files that come in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from changes.models import Stateful
from consultations.models.consultation import Consultation
from vault.models import Document

if TYPE_CHECKING:
    from accounts.models import User


class DocumentRequest(Stateful):
    """One line of a case's documents checklist.

    * **Requested**: we are waiting for it.
    * **Received**: a file came, passed the virus check, and waits for us to look at it.
    * **Accepted**: it is what we need.
    * **Returned**: it is not; the reason is shown and another file may be sent.
    * **Waived**: we go on without it, for a reason that is kept.
    """

    class Status(models.TextChoices):
        REQUESTED = "requested", "Requested"
        RECEIVED = "received", "Received"
        ACCEPTED = "accepted", "Accepted"
        RETURNED = "returned", "Returned"
        WAIVED = "waived", "Waived"

    TRANSITIONS = {
        Status.REQUESTED: {Status.RECEIVED, Status.WAIVED},
        Status.RECEIVED: {Status.ACCEPTED, Status.RETURNED},
        Status.RETURNED: {Status.RECEIVED, Status.WAIVED},
    }
    LOGGED = {
        Status.RECEIVED: "{}: received",
        Status.ACCEPTED: "{}: accepted",
        Status.RETURNED: "{}: returned",
        Status.WAIVED: "{}: waived",
    }
    OPEN = (Status.REQUESTED, Status.RECEIVED, Status.RETURNED)

    consultation = models.ForeignKey(
        Consultation, models.PROTECT, related_name="document_requests", editable=False
    )
    number = models.PositiveSmallIntegerField(editable=False)
    title = models.CharField(max_length=120)
    guidance = models.CharField(max_length=250, blank=True)
    is_required = models.BooleanField("required", default=False)
    due_on = models.DateField(null=True, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.REQUESTED, editable=False)
    reason = models.TextField(blank=True, editable=False, help_text="Why it was returned or waived.")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["consultation", "number"], name="document_request_numbered_once")
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_settled(self) -> bool:
        return self.status in {self.Status.ACCEPTED, self.Status.WAIVED}

    @property
    def takes_files(self) -> bool:
        return self.status in self.OPEN

    @property
    def newest(self) -> CaseDocument | None:
        return max(self.files.all(), key=lambda f: f.pk, default=None)


class CaseDocument(Document):
    """A file sent for one line of the checklist. Kept encrypted; named by reference outside (R8)."""

    request = models.ForeignKey(DocumentRequest, models.PROTECT, related_name="files", editable=False)

    class Meta(Document.Meta):
        abstract = False
        ordering = ["pk"]

    def reference_name(self) -> str:
        return f"{self.request.consultation.reference}-{self.request.number}-{self.pk}"

    def may_be_read_by(self, user: User) -> bool:
        """The one who sent it, and staff who read cases; referrer and colleagues read what each other sent (R9)."""
        case, sender = self.request.consultation, self.uploaded_by
        between_them = sender is not None and case.is_shared_with(sender) and case.is_shared_with(user)
        is_theirs = self.uploaded_by_id == user.pk or between_them
        return is_theirs or user.has_perm("consultations.view_casedocument")
