"""After the report: how each recommendation went, what people thought of us, when to look again."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.links import ScopedLink
from consultations.models.consultation import Consultation
from consultations.models.recommendations import Recommendation, Recommendations
from vault.fields import EncryptedTextField


class ProgressLink(ScopedLink):
    """The door by which one owner says how their recommendations went: asked once for each version (R10)."""

    report = models.ForeignKey(Recommendations, models.PROTECT, related_name="progress_links", editable=False)
    name = models.CharField(max_length=150, editable=False)

    class Meta(ScopedLink.Meta):
        abstract = False
        constraints = [
            models.UniqueConstraint("report", Lower("email"), name="owner_asked_once_for_a_version")
        ]


class Progress(models.Model):
    """What its owner said of one recommendation; the newest answer stands."""

    class State(models.TextChoices):
        DONE = "done", "Done"
        UNDER_WAY = "under_way", "Under way"
        NOT_DONE = "not_done", "Not done"

    recommendation = models.OneToOneField(
        Recommendation, models.PROTECT, related_name="progress", editable=False
    )
    state = models.CharField(max_length=10, choices=State)
    why = EncryptedTextField(blank=True)
    answered_at = models.DateTimeField(default=timezone.now, editable=False)
    link = models.ForeignKey(ProgressLink, models.PROTECT, related_name="answers", editable=False)

    class Meta:
        verbose_name_plural = "progress"

    def __str__(self) -> str:
        return f"{self.recommendation}: {self.get_state_display()}"


class FeedbackLink(ScopedLink):
    """The door by which the referrer or somebody of the network says what they thought, and their answers."""

    class Answer(models.TextChoices):
        YES = "yes", "Yes"
        PARTLY = "partly", "Partly"
        NO = "no", "No"

    class Part(models.TextChoices):
        REFERRER = "referrer", "Referrer"
        NETWORK = "network", "Network"

    QUESTIONS = {
        "answered_us": "Did the consultation answer what you needed to know?",
        "clear": "Are the recommendations clear enough to act on?",
        "confident": "Are you more confident about what to do next?",
    }

    consultation = models.ForeignKey(
        Consultation, models.PROTECT, related_name="feedback_links", editable=False
    )
    name = models.CharField(max_length=150, editable=False)
    part = models.CharField(max_length=10, choices=Part, editable=False)
    answered_us = models.CharField(max_length=6, choices=Answer, blank=True)
    clear = models.CharField(max_length=6, choices=Answer, blank=True)
    confident = models.CharField(max_length=6, choices=Answer, blank=True)
    words = EncryptedTextField(blank=True)
    answered_at = models.DateTimeField(null=True, editable=False)

    class Meta(ScopedLink.Meta):
        abstract = False
        constraints = [
            models.UniqueConstraint("consultation", Lower("email"), name="feedback_asked_once_a_person")
        ]


class ReviewReminder(models.Model):
    """A day on which the referrer wants to be reminded to review the plan, as NICE NG55 asks. Mailed once."""

    consultation = models.OneToOneField(
        Consultation, models.PROTECT, related_name="review_reminder", editable=False
    )
    remind_on = models.DateField()
    chosen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    sent_at = models.DateTimeField(null=True, editable=False)

    def __str__(self) -> str:
        return f"Review of {self.consultation} on {self.remind_on}"
