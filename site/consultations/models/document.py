"""What we ask to read, and the files that come in."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone

from changes.models import Stateful
from consultations.models.consultation import Consultation
from vault.fields import EncryptedTextField
from vault.models import Document

if TYPE_CHECKING:
    from accounts.models import User
    from consultations.models.redaction import Redaction


class DocumentRequest(Stateful):
    """One line of a case's documents checklist.

    * **Requested**: we are waiting for it; before `asked_at` it is only planned, and nobody outside sees it.
    * **Received**: a file came, passed the virus check, and waits for us to look at it.
    * **Accepted**: it is what we need.
    * **Returned**: it is not; the reason is shown and another file may be sent.
    * **Not held**: whoever was asked says that they do not have it. We waive it or ask somebody else.
    * **Refused**: whoever holds it will not share it. The same choice is ours.
    * **Waived**: we go on without it, for a reason that is kept.

    That a file is being scanned is no status of the line: it is read from the file (`is_scanning`).
    """

    class Status(models.TextChoices):
        REQUESTED = "requested", "Requested"
        RECEIVED = "received", "Received"
        ACCEPTED = "accepted", "Accepted"
        RETURNED = "returned", "Returned"
        NOT_HELD = "not_held", "Not held"
        REFUSED = "refused", "Refused by its holder"
        WAIVED = "waived", "Waived"

    TRANSITIONS = {
        Status.REQUESTED: {Status.RECEIVED, Status.NOT_HELD, Status.REFUSED, Status.WAIVED},
        Status.RECEIVED: {Status.ACCEPTED, Status.RETURNED},
        Status.RETURNED: {Status.RECEIVED, Status.NOT_HELD, Status.REFUSED, Status.WAIVED},
        Status.NOT_HELD: {Status.REQUESTED, Status.RECEIVED, Status.WAIVED},
        Status.REFUSED: {Status.REQUESTED, Status.RECEIVED, Status.WAIVED},
    }
    LOGGED = {
        Status.REQUESTED: "{}: asked for again",
        Status.RECEIVED: "{}: received",
        Status.ACCEPTED: "{}: accepted",
        Status.RETURNED: "{}: returned",
        Status.NOT_HELD: "{}: not held",
        Status.REFUSED: "{}: refused by its holder",
        Status.WAIVED: "{}: waived",
    }
    WANTED = (Status.REQUESTED, Status.RETURNED)
    UNANSWERED = (Status.NOT_HELD, Status.REFUSED)  # the holder will not send it: staff decide
    OPEN = (*WANTED, Status.RECEIVED, *UNANSWERED)

    consultation = models.ForeignKey(
        Consultation, models.PROTECT, related_name="document_requests", editable=False
    )
    number = models.PositiveSmallIntegerField(editable=False)
    title = models.CharField(max_length=120)
    guidance = models.CharField(max_length=250, blank=True)
    is_required = models.BooleanField("required", default=False)
    due_on = models.DateField(null=True, blank=True)
    due_days = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)  # until it is asked
    asked_at = models.DateTimeField(null=True, blank=True, editable=False)
    status = models.CharField(max_length=10, choices=Status, default=Status.REQUESTED, editable=False)
    reason = models.TextField(blank=True, editable=False, help_text="Why it was returned or waived.")
    holder_words = EncryptedTextField(blank=True, editable=False)  # why it is not held, or refused
    holder_name = models.CharField(max_length=310, blank=True, editable=False)  # who said so

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
    def wanted_by(self) -> date | None:
        """By when its holder is asked to send it; None once something was sent or said."""
        return self.due_on if self.status in self.WANTED and not self.has_arrived else None

    @property
    def has_arrived(self) -> bool:
        """Its first file passed the check: in a moment a job says that it is received."""
        newest = self.newest
        return (
            self.status == self.Status.REQUESTED
            and newest is not None
            and newest.is_readable
            and not self.reason
        )

    @property
    def is_planned(self) -> bool:
        return self.asked_at is None

    @property
    def is_demanded(self) -> bool:
        """Asked for as required: it goes, or becomes optional, for a reason only (R1)."""
        return self.is_required and not self.is_planned

    @property
    def takes_files(self) -> bool:
        return self.status in self.OPEN and not self.is_planned

    @property
    def can_be_declined(self) -> bool:
        """May its holder still say that they do not have it, or do not share it?"""
        return self.status in self.WANTED and not self.is_planned and not self.is_scanning

    @property
    def is_scanning(self) -> bool:
        newest = self.newest
        return self.status in self.WANTED and newest is not None and newest.status == newest.Status.WAITING

    @property
    def is_overdue(self) -> bool:
        if self.status not in self.WANTED or self.is_scanning or self.due_on is None:
            return False
        return self.due_on < timezone.localdate()

    @property
    def newest(self) -> CaseDocument | None:
        """The newest file that was not withdrawn."""
        return max((f for f in self.files.all() if f.withdrawn_at is None), key=lambda f: f.pk, default=None)

    @property
    def state(self) -> str:
        """Where it stands, in the words of its page: the status, or what its newest file says of it."""
        newest = self.newest
        if self.is_planned:
            return "Not asked for yet"
        if self.status in self.WANTED and newest is not None:
            if newest.status == newest.Status.INFECTED:
                return "File refused"
            if self.is_scanning:
                return "Checking for viruses"
            if self.has_arrived:
                return str(self.Status.RECEIVED.label)
        return str(self.get_status_display())

    @property
    def still_missing(self) -> str:
        """What is said of it while it keeps recommendations from being issued (R1)."""
        if self.status == self.Status.NOT_HELD:
            return f"{self.title} (its holder does not have it: waive it, or ask somebody else)"
        if self.status == self.Status.REFUSED:
            return f"{self.title} (its holder will not share it: waive it, or ask somebody else)"
        return self.title


class CaseDocument(Document):
    """A file sent for one line of the checklist. Kept encrypted; named by reference outside (R8)."""

    request = models.ForeignKey(DocumentRequest, models.PROTECT, related_name="files", editable=False)
    sent_by_link = models.ForeignKey(
        "consultations.AgencyLink",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="files",
        help_text="An agency without an account sent it.",
    )

    class Meta(Document.Meta):
        abstract = False
        ordering = ["pk"]

    def reference_name(self) -> str:
        return f"{self.request.consultation.reference}-{self.request.number}-{self.pk}"

    @property
    def is_in_use(self) -> bool:
        """Neither withdrawn nor destroyed."""
        return self.withdrawn_at is None and self.destroyed_at is None

    @property
    def redaction_asked(self) -> Redaction | None:
        """The redaction that waits for an answer."""
        return next((r for r in self.redactions.all() if r.status == r.Status.ASKED), None)

    @property
    def standing(self) -> str:
        """What became of the file, in a word or two."""
        if self.destroyed_at is not None:
            return "Destroyed"
        if self.withdrawn_at is not None:
            return "Withdrawn"
        return str(self.get_status_display())

    @property
    def sender(self) -> str:
        """Who sent it, by name."""
        return str(self.uploaded_by or self.uploaded_name)

    def may_be_read_by(self, user: User) -> bool:
        """The one who sent it, and staff who read cases; referrer and colleagues read what each other sent (R9)."""
        case, sender = self.request.consultation, self.uploaded_by
        between_them = sender is not None and case.is_shared_with(sender) and case.is_shared_with(user)
        is_theirs = self.uploaded_by_id == user.pk or between_them
        return is_theirs or user.has_perm("consultations.view_casedocument")
