"""After the report: progress is asked and told, a review is remembered, feedback is given. Each once (R10)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.utils import timezone

from changes.log import record
from changes.refusals import Refused, Stale
from consultations import emails
from consultations.models import (
    Consultation,
    FeedbackLink,
    Progress,
    ProgressLink,
    Recommendation,
    Recommendations,
    RecordsSettings,
    ReviewReminder,
)
from consultations.people import around

if TYPE_CHECKING:
    from accounts.models import User

LINK_DAYS = 60


@transaction.atomic
def ask_for_progress(report: Recommendations) -> int:
    """Ask each owner how their recommendations went, once for each version. Returns how many were asked."""
    consultation = Consultation.locked(report.consultation_id)
    locked = Recommendations.locked(report.pk)
    if not locked.is_issued:
        return 0
    names = {person.email.lower(): person.name for person in around(consultation)}
    before = ProgressLink.objects.filter(report=locked).values_list("email", flat=True)
    asked = {email.lower() for email in before}
    owners = {owner_of(item, consultation) for item in locked.items.all()} - asked
    for email in sorted(owners):
        name = names.get(email, "")
        link, token = ProgressLink.make(email=email, days=LINK_DAYS, report=locked, name=name)
        emails.progress_asked(link, token)
    if owners:
        record(locked, "recommendations.progress_asked", by=None)
    return len(owners)


def owner_of(item: Recommendation, consultation: Consultation) -> str:
    """Whose mailbox is asked about it: the owner's, else the referrer's."""
    return (item.owner_email or consultation.contact.email).lower()


def items_of(link: ProgressLink) -> list[Recommendation]:
    """The recommendations that this mailbox is asked about."""
    report = link.report
    items = report.items.select_related("progress", "category")
    return [item for item in items if owner_of(item, report.consultation) == link.email.lower()]


@transaction.atomic
def tell_progress(link: ProgressLink, said: Mapping[int, tuple[str, str]]) -> None:
    """Keep what an owner says: state and why, by recommendation. The newest answer stands.

    Raises Refused when something that was not done has no reason.
    """
    theirs = {item.pk: item for item in items_of(link)}
    said = {pk: answer for pk, answer in said.items() if pk in theirs and answer[0]}
    if not said:
        raise Refused("Say of at least one recommendation how it went.")
    if any(state == Progress.State.NOT_DONE and not why.strip() for state, why in said.values()):
        raise Refused("Write why a recommendation was not done.")
    for pk, (state, why) in said.items():
        Progress.objects.update_or_create(
            recommendation=theirs[pk],
            defaults={"state": state, "why": why.strip(), "answered_at": timezone.now(), "link": link},
        )
    record(link.report, "recommendations.progress_told", by=link.name or link.masked_email)


def due_for_progress() -> list[Recommendations]:
    """Issued so many months ago, standing, and nobody asked yet."""
    months = RecordsSettings.load().progress_after_months
    before = timezone.now() - relativedelta(months=months)
    due = Recommendations.objects.filter(
        status=Recommendations.Status.ISSUED, issued_at__lte=before, progress_links=None
    )
    return list(due.exclude(consultation__status=Consultation.Status.WITHDRAWN))


@transaction.atomic
def choose_review(consultation: Consultation, *, on: date, by: User) -> ReviewReminder:
    """Remember the day on which the referrer wants to be reminded. Another day takes its place."""
    locked = Consultation.locked(consultation.pk)
    today = timezone.localdate()
    if locked.issued_report is None:
        raise Refused("The recommendations have not been issued yet.")
    if not today < on <= today + relativedelta(months=12):
        raise Refused("Choose a day within the next twelve months.")
    reminder, _ = ReviewReminder.objects.update_or_create(
        consultation=locked, defaults={"remind_on": on, "chosen_by": by, "sent_at": None}
    )
    record(locked, "consultation.review_chosen", by=by)
    return reminder


@transaction.atomic
def remind_of_review(reminder: ReviewReminder) -> bool:
    """Send the reminder once its day has come: True when this call did (R10)."""
    due = ReviewReminder.objects.filter(pk=reminder.pk, sent_at=None, remind_on__lte=timezone.localdate())
    if not due.update(sent_at=timezone.now()):
        return False
    reminder.refresh_from_db()
    emails.review_due(reminder)
    return True


def suggested_review(report: Recommendations) -> tuple[date, date]:
    """Three to six months after issue, as NICE NG55 asks of a care plan; never a day that has passed."""
    issued_on = timezone.localdate(report.issued_at)
    tomorrow = timezone.localdate() + timedelta(days=1)
    return (
        max(issued_on + relativedelta(months=3), tomorrow),
        max(issued_on + relativedelta(months=6), tomorrow),
    )


def ask_for_feedback(consultation: Consultation) -> None:
    """Ask the referrer and the network what they thought, once each. Part of closing, in its transaction."""
    referrer = consultation.contact.email.lower()
    for person in around(consultation):
        if FeedbackLink.objects.filter(consultation=consultation, email__iexact=person.email).exists():
            continue
        is_referrer = person.email.lower() == referrer
        part = FeedbackLink.Part.REFERRER if is_referrer else FeedbackLink.Part.NETWORK
        link, token = FeedbackLink.make(
            email=person.email, days=LINK_DAYS, consultation=consultation, name=person.name, part=part
        )
        emails.feedback_asked(link, token)


@transaction.atomic
def give_feedback(link: FeedbackLink, *, answers: Mapping[str, str], words: str) -> None:
    """Keep one person's answers. Stale when they have answered already (R7)."""
    fields = {name: answers[name] for name in FeedbackLink.QUESTIONS}
    unanswered = FeedbackLink.objects.select_for_update().filter(pk=link.pk, answered_at=None).first()
    if unanswered is None:
        raise Stale("You have told us already. Thank you: nothing more was kept.")
    for name, answer in fields.items():
        setattr(unanswered, name, answer)
    unanswered.words, unanswered.answered_at = words.strip(), timezone.now()
    unanswered.save()
    link.refresh_from_db()
