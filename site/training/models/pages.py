"""The pages of this door: all training, and one page a package."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page
from wagtail.search import index

from design.pages import Public

PLAIN = ["bold", "italic", "ol", "ul", "link"]


class SessionBlock(blocks.StructBlock):
    """One part of the day."""

    length = blocks.CharBlock(max_length=40, help_text="For example: 90 minutes")
    title = blocks.CharBlock(max_length=120)
    text = blocks.RichTextBlock(features=PLAIN, required=False)

    class Meta:
        icon = "time"
        label = "session"
        template = "training/blocks/session.html"


class TrainingIndexPage(Public, Page):
    """Every package, and what booking one is like."""

    lead = models.TextField(
        "introduction", max_length=400, blank=True, help_text="One or two sentences under the title."
    )
    how_it_works = RichTextField(features=[*PLAIN, "h3"], blank=True)

    content_panels = [*Page.content_panels, FieldPanel("lead"), FieldPanel("how_it_works")]
    search_fields = [*Page.search_fields, index.SearchField("lead"), index.SearchField("how_it_works")]
    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page", "home.HomePage"]
    subpage_types: ClassVar[list[str]] = ["training.PackagePage"]
    max_count = 1
    template = "training/training_index_page.html"

    class Meta:
        verbose_name = "training index"

    def packages(self) -> models.QuerySet[PackagePage]:
        """What can be asked for, in the order editors gave it."""
        return PackagePage.objects.child_of(self).live().public().order_by("path")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context(request, *args, **kwargs), "packages": self.packages()}


class PackagePage(Public, Page):
    """One tailored training package: who it is for, what it changes, how it goes, and how to ask for it."""

    class Mode(models.TextChoices):
        BOTH = "both", "Online or in person"
        ONLINE = "online", "Online"
        IN_PERSON = "in_person", "In person"

    summary = models.TextField(max_length=300, help_text="What it is, in a sentence or two. Shown in lists.")
    who_for = RichTextField("who it is for", features=PLAIN)
    outcomes = models.TextField(
        "what people will be able to do", help_text="One thing a line, each starting with a verb."
    )
    programme = StreamField([("session", SessionBlock())], blank=True)
    length = models.CharField(max_length=80, help_text="For example: One day, or two mornings online")
    group_min = models.PositiveSmallIntegerField("smallest group", default=8)
    group_max = models.PositiveSmallIntegerField("largest group", default=25)
    mode = models.CharField("where", max_length=10, choices=Mode, default=Mode.BOTH)
    product = models.ForeignKey(
        "billing.Product",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="What the quote starts from. Without one, the price is “on request”.",
    )

    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        FieldPanel("who_for"),
        FieldPanel("outcomes"),
        FieldPanel("programme"),
        MultiFieldPanel(
            [
                FieldPanel("length"),
                FieldRowPanel([FieldPanel("group_min"), FieldPanel("group_max")]),
                FieldPanel("mode"),
                FieldPanel("product"),
            ],
            "Length, group and price",
        ),
    ]
    search_fields = [
        *Page.search_fields,
        index.SearchField("summary", boost=2),
        index.SearchField("who_for"),
        index.SearchField("outcomes"),
        index.SearchField("programme"),
    ]
    parent_page_types: ClassVar[list[str]] = ["training.TrainingIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    template = "training/package_page.html"

    class Meta:
        verbose_name = "training package"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(group_max__gte=models.F("group_min")), name="package_group_sizes_in_order"
            ),
        ]

    def clean(self) -> None:
        super().clean()
        if self.group_min and self.group_max and self.group_max < self.group_min:
            raise ValidationError(
                {"group_max": "The largest group must be as big as the smallest, or bigger."}
            )

    @property
    def outcome_list(self) -> list[str]:
        return [line.strip() for line in self.outcomes.splitlines() if line.strip()]

    @property
    def ask_url(self) -> str:
        return reverse("training:ask", args=[self.slug])

    @property
    def modes(self) -> list[tuple[str, str]]:
        """What a booker may choose from, in their words."""
        both = [("online", "Online"), ("in_person", "In person, at a place of ours or yours")]
        return both if self.mode == self.Mode.BOTH else [pair for pair in both if pair[0] == self.mode]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        others = PackagePage.objects.sibling_of(self, inclusive=False).live().public().order_by("path")
        return {**super().get_context(request, *args, **kwargs), "others": others[:3]}
