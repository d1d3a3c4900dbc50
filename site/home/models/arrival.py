"""Where everybody arrives."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpRequest
from wagtail import blocks
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from design.pages import Public


class DoorBlock(blocks.StructBlock):
    """One way in: an arm of the post."""

    title = blocks.CharBlock(max_length=60)
    text = blocks.CharBlock(max_length=200)
    address = blocks.CharBlock(max_length=200, help_text="For example /guidance/")

    class Meta:
        icon = "arrow-right"


class HomePage(Public, Page):
    """One sentence on what this is, three doors, what to do in danger, what is new."""

    headline = models.CharField(max_length=160, default="Guidance, advice and training from one team")
    introduction = models.TextField(blank=True)
    doors = StreamField([("door", DoorBlock())], blank=True, max_num=3)

    max_count = 1
    parent_page_types = ["wagtailcore.Page"]
    content_panels = [
        *Page.content_panels,
        FieldPanel("headline"),
        FieldPanel("introduction"),
        FieldPanel("doors"),
    ]

    class Meta:
        verbose_name = "home page"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from home.models.guidance import GuidancePage

        context = super().get_context(request, *args, **kwargs)
        context["newest"] = GuidancePage.objects.live().public().order_by("-reviewed_on", "title")[:4]
        return context
