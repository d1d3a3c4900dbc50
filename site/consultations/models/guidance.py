"""What recommendations are sorted by and point to: lists that staff keep in the admin."""

from __future__ import annotations

from django.db import models
from wagtail.admin.panels import FieldPanel


class RecommendationCategory(models.Model):
    """What a recommendation is about, so that a year of them can be counted."""

    title = models.CharField(max_length=80, unique=True)
    position = models.PositiveSmallIntegerField(default=0)

    panels = [FieldPanel("title")]

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = "recommendation category"
        verbose_name_plural = "recommendation categories"

    def __str__(self) -> str:
        return self.title


class GuidelinePoint(models.Model):
    """A numbered point of published guidance: its number, where to read it, and a label in our own words.

    The text of the guidance is never kept here: whoever wants it follows the link.
    """

    guideline = models.CharField(max_length=40, default="NICE NG55")
    number = models.CharField(max_length=12, help_text="As the guideline numbers it, for example 1.6.")
    label = models.CharField(max_length=80, help_text="In our own words, not the guideline's.")
    link = models.URLField(max_length=250)
    position = models.PositiveSmallIntegerField(default=0)

    panels = [FieldPanel("guideline"), FieldPanel("number"), FieldPanel("label"), FieldPanel("link")]

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = "point of guidance"
        verbose_name_plural = "points of guidance"
        constraints = [models.UniqueConstraint(fields=["guideline", "number"], name="point_of_guidance_once")]

    def __str__(self) -> str:
        return f"{self.name}: {self.label}"

    @property
    def name(self) -> str:
        """What is cited: "NICE NG55, 1.6"."""
        return f"{self.guideline}, {self.number}"
