"""What staff set once: the default documents checklist and the rules of this trade."""

from __future__ import annotations

from django.db import models
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting


class ChecklistItem(models.Model):
    """One line of the default documents checklist, asked of every consultation once funding is agreed."""

    title = models.CharField(max_length=120, unique=True)
    guidance = models.CharField(max_length=250, blank=True, help_text="What a good one holds, in a sentence.")
    is_required = models.BooleanField("required", default=False)
    position = models.PositiveSmallIntegerField(default=0)

    panels = [FieldPanel("title"), FieldPanel("guidance"), FieldPanel("is_required"), FieldPanel("position")]

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = "checklist document"

    def __str__(self) -> str:
        return self.title


@register_setting(icon="clipboard-list", order=10)
class ConsultationSettings(BaseGenericSetting):
    """How this service runs its consultations."""

    documents_due_days = models.PositiveSmallIntegerField(
        "days to send documents", default=14, help_text="From the day the checklist goes out."
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
