"""What staff set once: the documents checklists to choose from, and the rules of this trade."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import models
from django.utils import timezone
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting


class Checklist(ClusterableModel):
    """A named list of documents to ask for. A case takes a copy, so a later change here touches no case."""

    name = models.CharField(max_length=80, unique=True, help_text="Only staff see it.")

    panels = [
        FieldPanel("name"),
        InlinePanel("items", heading="Documents", label="Document", min_num=1),
    ]

    class Meta:
        ordering = ["name"]
        verbose_name = "documents checklist"

    def __str__(self) -> str:
        return self.name


class ChecklistItem(models.Model):
    """One document to ask for."""

    sort_order_field = "position"  # the editor of a checklist drags them about

    checklist = ParentalKey(Checklist, on_delete=models.CASCADE, related_name="items")
    title = models.CharField(
        max_length=120, help_text="It is printed in emails: no names, nothing of a case."
    )
    guidance = models.CharField(max_length=250, blank=True, help_text="What a good one holds, in a sentence.")
    is_required = models.BooleanField("required", default=False)
    due_days = models.PositiveSmallIntegerField(
        "days to send it", null=True, blank=True, help_text="Empty: as many as the settings say."
    )

    position = models.PositiveSmallIntegerField(default=0, blank=True, editable=False)

    panels = [FieldPanel("title"), FieldPanel("guidance"), FieldPanel("is_required"), FieldPanel("due_days")]

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = "checklist document"
        constraints = [models.UniqueConstraint(fields=["checklist", "title"], name="asked_once_a_checklist")]

    def __str__(self) -> str:
        return self.title


@register_setting(icon="clipboard-list", order=10)
class ConsultationSettings(BaseGenericSetting):
    """How this service runs its consultations."""

    default_checklist = models.ForeignKey(
        Checklist,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Goes out by itself once funding is agreed, unless another was chosen for the case.",
    )
    documents_due_days = models.PositiveSmallIntegerField(
        "days to send documents", default=14, help_text="From the day the checklist goes out."
    )
    remind_days_before = models.PositiveSmallIntegerField(
        "days before a document is due to remind its holder", default=3
    )
    escalate_days_after = models.PositiveSmallIntegerField(
        "days overdue until the lead practitioner and the office are told", default=5
    )
    agency_link_days = models.PositiveSmallIntegerField(
        "days an agency's upload link works", default=30, help_text="Staff may end it earlier."
    )
    draft_days = models.PositiveSmallIntegerField(
        "days a draft referral is kept",
        default=90,
        help_text="Counted from the last change. Its referrer is reminded 30 and 7 days before it is deleted.",
    )
    answer_days = models.PositiveSmallIntegerField(
        "working days to answer a question of triage",
        default=10,
        help_text="Told to the referrer with the question.",
    )
    target_days = models.PositiveSmallIntegerField(
        "working days from complete paperwork to the recommendations",
        default=30,
        help_text="Our promise. The referrer sees the date that follows from it; a pause moves it on.",
    )
    book_before_funding = models.BooleanField(
        "meetings may be booked before funding is agreed", default=False, help_text="Off is the safe choice."
    )
    what_it_is_not = models.TextField(
        "what a consultation is not",
        default=(
            "This consultation rests on documents and on what the professional network told us. Nobody from the "
            "service has met the young person or their family, and it is not an assessment of the young person."
        ),
        help_text="Printed on every report of recommendations.",
    )

    class Meta:
        verbose_name = "consultations"

    @property
    def checklist(self) -> Checklist | None:
        """The one that goes out unless another is chosen: the default, or else the oldest."""
        return self.default_checklist or Checklist.objects.order_by("pk").first()

    def draft_ends_on(self, changed_at: datetime) -> date:
        """The day on which a draft that was last changed then is deleted."""
        return timezone.localdate(changed_at) + timedelta(days=self.draft_days)
