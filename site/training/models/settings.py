"""What staff set once for this trade."""

from __future__ import annotations

from datetime import time

from django.db import models
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting


@register_setting(icon="group", order=11)
class TrainingSettings(BaseGenericSetting):
    """How this service runs its training."""

    confirm_before_funding = models.BooleanField(
        "dates may be confirmed before funding is agreed", default=False, help_text="Off is the safe choice."
    )
    start_time = models.TimeField(
        "a training day usually starts at",
        default=time(9, 30),
        help_text="What the form for the date starts with.",
    )
    end_time = models.TimeField("and ends at", default=time(16, 0))

    class Meta:
        verbose_name = "training"
