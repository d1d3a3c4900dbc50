"""How a case ended, how long each class of its records is kept, and what stops their destruction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.db import models
from django.utils import timezone
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting
from wagtail.models import ModelLogEntry

from consultations.models.consultation import Consultation
from vault.fields import EncryptedTextField


class Closure(models.Model):
    """What came of a case that was closed."""

    class Outcome(models.TextChoices):
        RECOMMENDED = "recommended", "The network carries the recommendations out"
        ASSESSMENT = "assessment", "It goes on to an assessment"
        INTERVENTION = "intervention", "It goes on to treatment or other direct work"
        ELSEWHERE = "elsewhere", "Another service takes it up"
        NOTHING_MORE = "nothing_more", "No more work is needed"

    consultation = models.OneToOneField(Consultation, models.PROTECT, related_name="closure", editable=False)
    outcome = models.CharField(max_length=15, choices=Outcome)
    note = EncryptedTextField(blank=True)

    def __str__(self) -> str:
        return self.get_outcome_display()


class LegalHold(models.Model):
    """Nothing of this case is destroyed while a hold stands: a court, an inquiry or a complaint may need it."""

    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="legal_holds", editable=False)
    reason = EncryptedTextField()
    set_at = models.DateTimeField(default=timezone.now, editable=False)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    lifted_at = models.DateTimeField(null=True, editable=False)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    lift_reason = EncryptedTextField(blank=True)

    class Meta:
        ordering = ["pk"]
        permissions = [("hold_records", "Can set and lift a legal hold")]
        constraints = [
            models.UniqueConstraint(
                fields=["consultation"],
                condition=models.Q(lifted_at=None),
                name="one_standing_hold_a_case",
            )
        ]

    def __str__(self) -> str:
        return f"Legal hold on {self.consultation}"


@register_setting(icon="history", order=11)
class RecordsSettings(BaseGenericSetting):
    """How long records are kept, and when we ask how it went."""

    documents_kept_months = models.PositiveSmallIntegerField(
        "months to keep case documents", default=6, help_text="From the day the case ended."
    )
    reports_kept_to_age = models.PositiveSmallIntegerField(
        "reports are kept to the birthday", default=25, help_text="Of the young person: 25 is the 25th."
    )
    progress_after_months = models.PositiveSmallIntegerField(
        "months to the question how it went",
        default=3,
        help_text="From the day the recommendations are issued.",
    )

    class Meta:
        verbose_name = "records and follow-up"


@dataclass(frozen=True)
class Kept:
    """One class of record: what it is, to which day it is kept (none: the case is open), and why that day."""

    what: str
    until: date | None
    why: str


def standing_hold(consultation: Consultation) -> LegalHold | None:
    return LegalHold.objects.filter(consultation=consultation, lifted_at=None).first()


def ended_on(consultation: Consultation) -> date | None:
    """The day the case was closed, declined or withdrawn; of the last two the log alone keeps it."""
    if consultation.closed_at:
        return timezone.localtime(consultation.closed_at).date()
    if consultation.status not in Consultation.ENDED:
        return None
    entry = (
        ModelLogEntry.objects.for_instance(consultation)
        .filter(action=f"consultation.{consultation.status}")
        .order_by("timestamp")
        .last()
    )
    return timezone.localtime(entry.timestamp).date() if entry else None


def documents_until(consultation: Consultation) -> date | None:
    """The last day on which uploaded documents and working papers are kept."""
    ended = ended_on(consultation)
    months = RecordsSettings.load().documents_kept_months
    return ended + relativedelta(months=months) if ended else None


def reports_until(consultation: Consultation) -> date | None:
    """The last day on which the report is kept: never earlier than the young person's 25th birthday.

    We hold an age and no date of birth. Somebody of 14 on the day of the referral has their 25th birthday
    11 years from it at the latest, so that is the day; with no age given, the whole 25 years.
    """
    documents = documents_until(consultation)
    if documents is None:
        return None
    to_age = RecordsSettings.load().reports_kept_to_age
    told_on = timezone.localtime(consultation.submitted_at or consultation.created_at).date()
    years = max(to_age - (consultation.referral.age or 0), 0)
    return max(told_on + relativedelta(years=years), documents)


def kept_until(consultation: Consultation) -> list[Kept]:
    """Each class of record with its day, for pages to show."""
    rules = RecordsSettings.load()
    age = consultation.referral.age
    months, to_age = rules.documents_kept_months, rules.reports_kept_to_age
    known = f"{age} when the case was referred" if age is not None else "of an age we were not told"
    return [
        Kept(
            "Case documents, earlier saves of the report and comments on it",
            documents_until(consultation),
            f"{months} months after the case ended.",
        ),
        Kept(
            "The report, the referral and the notes of the meeting",
            reports_until(consultation),
            f"The young person was {known}. We hold no date of birth, so this is the latest day on which they "
            f"can turn {to_age}.",
        ),
    ]
