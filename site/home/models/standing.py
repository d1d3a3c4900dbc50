"""The pages of the footer, and any other plain one."""

from __future__ import annotations

from django.db import models
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from design.pages import READING, Public


class StandardPage(Public, Page):
    """Text and no more: accessibility, privacy, cookies, contact."""

    summary = models.CharField(max_length=300, blank=True)
    body = StreamField(READING, blank=True)
    show_ways_to_reach_us = models.BooleanField(default=False, help_text="Phone, email, address and hours.")

    parent_page_types = ["home.HomePage", "home.StandardPage"]
    search_fields = [*Page.search_fields, index.SearchField("summary"), index.SearchField("body")]
    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        FieldPanel("show_ways_to_reach_us"),
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = "standard page"
