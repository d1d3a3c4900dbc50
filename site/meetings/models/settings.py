"""What staff set once about meetings."""

from __future__ import annotations

from django.db import models
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting


@register_setting(icon="date", order=12)
class MeetingSettings(BaseGenericSetting):
    """Reminders and date polls."""

    first_reminder_days = models.PositiveSmallIntegerField(
        "days before a meeting: first reminder",
        default=14,
        help_text="0 sends none. A change holds for meetings booked or moved from then on.",
    )
    second_reminder_days = models.PositiveSmallIntegerField(
        "days before a meeting: second reminder", default=5, help_text="0 sends none."
    )
    poll_reminder_days = models.PositiveSmallIntegerField(
        "days before a date poll closes: reminder",
        default=2,
        help_text="To those who have not answered. 0 sends none.",
    )
    poll_hold_days = models.PositiveSmallIntegerField(
        "days to choose a date after a poll closes",
        default=3,
        help_text="So long the slots stay held in staff diaries.",
    )

    class Meta:
        verbose_name = "meetings and date polls"
