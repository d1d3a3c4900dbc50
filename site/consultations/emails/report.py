"""The mails about recommendations: their review, their issue, and what is asked months later."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from consultations.emails.addresses import recommendations_url
from consultations.emails.letters import to_referrer, to_staff
from consultations.models import FeedbackLink, ProgressLink, Recipient, Recommendations, ReviewReminder
from mail.actions import send
from provider.models import Provider


def review_wanted(report: Recommendations) -> None:
    provider = Provider.load()
    to_staff(
        "review_wanted", report.consultation, provider.email, provider.short_name, author=str(report.author)
    )


def changes_asked(report: Recommendations) -> None:
    to_staff("changes_asked", report.consultation, report.author.email, str(report.author))


def recommendations_issued(report: Recommendations) -> None:
    key, url = f"issued:{report.pk}", recommendations_url(report.consultation)
    to_referrer("recommendations_issued", report.consultation, key, url=url, version=report.version)


def recommendations_shared(report: Recommendations, recipient: Recipient) -> None:
    """To one named person, for each version once, and once more when they are let back in."""
    reference = report.consultation.reference
    send(
        "consultations/recommendations_shared",
        to=recipient.email,
        name=recipient.name,
        key=f"shared:{report.pk}:{recipient.pk}:{recipient.named_at.timestamp():.0f}",
        about=reference,
        context={
            "name": recipient.name,
            "reference": reference,
            "version": report.version,
            "email": recipient.email,
            "url": recommendations_url(report.consultation),
        },
    )


def _by_link(template: str, link: ProgressLink | FeedbackLink, url: str, reference: str) -> None:
    """With a personal link, which is why staff cannot read it: once for the link."""
    send(
        f"consultations/{template}",
        to=link.email,
        name=link.name,
        key=f"{template}:{link.pk}",
        about=reference,
        sensitive=True,
        context={
            "name": link.name,
            "reference": reference,
            "url": settings.BASE_URL + url,
            "until": link.expires_at,
        },
    )


def progress_asked(link: ProgressLink, token: str) -> None:
    url = reverse("consultations:open_progress", args=[token])
    _by_link("progress_asked", link, url, link.report.consultation.reference)


def feedback_asked(link: FeedbackLink, token: str) -> None:
    url = reverse("consultations:open_feedback", args=[token])
    _by_link("feedback_asked", link, url, link.consultation.reference)


def review_due(reminder: ReviewReminder) -> None:
    key = f"review:{reminder.pk}:{reminder.remind_on}"
    to_referrer("review_due", reminder.consultation, key)
