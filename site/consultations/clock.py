"""By when a case is owed an answer, and by whom: read from its dates, for staff and referrer alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from consultations.models import Consultation, Pause
from provider.models import Provider
from provider.working_days import working_days_after, working_days_before, working_days_between

Status = Consultation.Status


@dataclass(frozen=True)
class Clock:
    """`due_on` is a promise: ours, or with `is_theirs` what we asked of the referrer. Without one it stands still."""

    what: str
    due_on: date | None
    is_theirs: bool = False

    @property
    def is_late(self) -> bool:
        return self.due_on is not None and self.due_on < timezone.localdate() and not self.is_theirs

    @property
    def words(self) -> str:
        if self.due_on is None:
            return self.what
        return f"{self.what} by {self.due_on:%A} {self.due_on.day} {self.due_on:%B %Y}"

    @property
    def left(self) -> str:
        """How far away that is, in working days."""
        if self.due_on is None:
            return ""
        today = timezone.localdate()
        if self.due_on < today:
            return f"{_days(working_days_between(self.due_on, today))} late"
        days = working_days_between(today, self.due_on)
        return f"{_days(days)} left" if days else "today"


def _days(count: int) -> str:
    return "1 working day" if count == 1 else f"{count} working days"


@dataclass(frozen=True)
class Clocks:
    """Reads clocks; the one setting they need is loaded once, for a whole list too."""

    reply_days: int

    @classmethod
    def load(cls, request: HttpRequest | None = None) -> Clocks:
        return cls(Provider.load(request_or_site=request).reply_days)

    def of(self, consultation: Consultation) -> Clock | None:
        """Of one case, from its rows."""
        pause = consultation.pause
        return self.read(
            consultation,
            answer_by=consultation.referral.answer_by,
            paused_at=pause.started_at if pause else None,
            is_reported=consultation.issued_report is not None,
        )

    def read(
        self,
        consultation: Consultation,
        *,
        answer_by: date | None,
        paused_at: datetime | None,
        is_reported: bool,
    ) -> Clock | None:
        status = consultation.status
        if status == Status.SUBMITTED and consultation.submitted_at:
            sent_on = timezone.localdate(consultation.submitted_at)
            return Clock("Our answer", working_days_after(sent_on, self.reply_days))
        if status == Status.QUESTIONED and answer_by:
            return Clock("The referrer’s answer", answer_by, is_theirs=True)
        if status != Status.ACCEPTED or is_reported:
            return None
        if paused_at:
            day = timezone.localdate(paused_at)
            return Clock(f"The clock stands still since {day.day} {day:%B %Y}", None)
        return Clock("Recommendations", consultation.promised_on) if consultation.promised_on else None

    def late(self) -> Q:
        """The same in SQL, for a list of any length: our own promises that are past."""
        today = timezone.localdate()
        unanswered = working_days_before(today, self.reply_days)
        return Q(status=Status.SUBMITTED, submitted_at__date__lt=unanswered) | (
            Q(status=Status.ACCEPTED, promised_on__lt=today)
            & ~Q(pauses__status=Pause.Status.STANDING)
            & ~Q(reports__issued_at__isnull=False)
        )
