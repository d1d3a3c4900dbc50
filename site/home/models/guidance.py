"""Reading: guidance anybody may read, on a phone, in a corridor."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import models
from django.http import HttpRequest
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Orderable, Page
from wagtail.search import index

from design.pages import READING, Public


class GuidanceIndexPage(Public, Page):
    """All guidance, each with the one sentence that says whether it is the right page."""

    introduction = models.TextField(blank=True)

    parent_page_types = ["home.HomePage"]
    subpage_types = ["home.GuidancePage"]
    content_panels = [*Page.content_panels, FieldPanel("introduction")]

    class Meta:
        verbose_name = "guidance index"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["guidance"] = GuidancePage.objects.child_of(self).live().public().order_by("path")
        return context


class GuidancePage(Public, Page):
    """One piece of guidance: what it says in a sentence, key points, the text, and when it was checked."""

    summary = models.CharField(max_length=300, help_text="One sentence. Shown in lists and under the title.")
    key_points = models.TextField(blank=True, help_text="One point a line, five at most.")
    body = StreamField(READING, blank=True)
    reviewed_on = models.DateField(default=datetime.date.today)
    next_review_on = models.DateField(null=True, blank=True)

    parent_page_types = ["home.GuidanceIndexPage"]
    subpage_types: list[str] = []
    search_fields = [
        *Page.search_fields,
        index.SearchField("summary", boost=2),
        index.SearchField("key_points"),
        index.SearchField("body"),
    ]
    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        FieldPanel("key_points"),
        FieldPanel("body"),
        MultiFieldPanel([FieldRowPanel([FieldPanel("reviewed_on"), FieldPanel("next_review_on")])], "Review"),
        InlinePanel("related_pages", label="related page", max_num=5),
    ]

    class Meta:
        verbose_name = "guidance page"

    @property
    def points(self) -> list[str]:
        return [line.strip() for line in self.key_points.splitlines() if line.strip()]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        related = self.related_pages.select_related("page")  # type: ignore[attr-defined]
        context["related"] = [one.page for one in related if one.page.live]
        return context


class RelatedPage(Orderable):
    """Where to read on."""

    source = ParentalKey(GuidancePage, on_delete=models.CASCADE, related_name="related_pages")
    page = models.ForeignKey("wagtailcore.Page", models.CASCADE, related_name="+")

    panels = [FieldPanel("page")]

    def __str__(self) -> str:
        return str(self.page)
