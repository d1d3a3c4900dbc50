"""What we do for whom, what it costs, and how to ask for it."""

from __future__ import annotations

from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.http import HttpRequest
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page
from wagtail.search import index

from design.pages import FEATURES, READING, Public

OWN_ADDRESS = RegexValidator(
    r"^(/(?!/)|mailto:|tel:)", "Enter an address on this site, such as /consultations/refer/."
)


class ServiceIndexPage(Public, Page):
    """All services, side by side."""

    introduction = models.TextField(blank=True)

    parent_page_types = ["home.HomePage"]
    subpage_types = ["home.ServicePage"]
    content_panels = [*Page.content_panels, FieldPanel("introduction")]

    class Meta:
        verbose_name = "services index"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["services"] = ServicePage.objects.child_of(self).live().public().order_by("path")
        return context


class ServicePage(Public, Page):
    """One service. The same five answers on each: for whom, what you get, how it works, cost, how to ask."""

    summary = models.CharField(max_length=300, help_text="One sentence. Shown in lists and under the title.")
    audience = RichTextField("who it is for", features=FEATURES, blank=True)
    what_you_get = RichTextField(features=FEATURES, blank=True)
    how_it_works = StreamField(READING, blank=True)
    cost = RichTextField(features=FEATURES, blank=True)
    action_label = models.CharField(max_length=60, blank=True, help_text="The act, for example: Refer a case")
    action_address = models.CharField(max_length=200, blank=True, validators=[OWN_ADDRESS])

    parent_page_types = ["home.ServiceIndexPage"]
    subpage_types: list[str] = []
    search_fields = [
        *Page.search_fields,
        index.SearchField("summary", boost=2),
        index.SearchField("audience"),
        index.SearchField("what_you_get"),
        index.SearchField("how_it_works"),
    ]
    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        FieldPanel("audience"),
        FieldPanel("what_you_get"),
        FieldPanel("how_it_works"),
        FieldPanel("cost"),
        MultiFieldPanel([FieldPanel("action_label"), FieldPanel("action_address")], "How to ask for it"),
    ]

    class Meta:
        verbose_name = "service page"
