"""What every public Wagtail page shares, whichever room it is in: the blocks of its text, being kept."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.text import slugify
from wagtail import blocks
from wagtail.images.blocks import ImageBlock
from wagtail.models import Page
from wagtail.url_routing import RouteResult
from wagtailnhsukfrontend.blocks import (
    ActionLinkBlock,
    CareCardBlock,
    DetailsBlock,
    DoBlock,
    DontBlock,
    InsetTextBlock,
    SummaryListBlock,
    WarningCalloutBlock,
)

FEATURES = ["h3", "bold", "italic", "link", "document-link", "ol", "ul"]


class HeadingBlock(blocks.CharBlock):
    """A heading that the page's contents list names and links to."""

    class Meta:
        icon = "title"
        template = "blocks/heading.html"
        max_length = 120


# A StreamField's blocks: `body = StreamField(READING, blank=True)`.
READING: list[tuple[str, blocks.Block]] = [
    ("heading", HeadingBlock()),
    ("text", blocks.RichTextBlock(features=FEATURES, template="blocks/text.html")),
    ("do", DoBlock()),
    ("dont", DontBlock()),
    ("inset", InsetTextBlock()),
    ("callout", WarningCalloutBlock()),
    ("care_card", CareCardBlock()),
    ("details", DetailsBlock()),
    ("summary_list", SummaryListBlock()),
    ("action_link", ActionLinkBlock()),
    ("image", ImageBlock()),
]


class Public:
    """Mix in before `Page`: anonymous readers may be given a kept copy (see design.cache)."""

    body: Any
    url_path: str
    path: str
    above: list[Page] | None = None  # the pages between the home page and this one, once routing has met them

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """One query for all pages on the way down, where Wagtail takes two for each step.

        An address that is no page's own (the last part belongs to a page with routes of its own, or nothing
        is there) goes Wagtail's way.
        """
        steps = [f"{self.url_path}{'/'.join(path_components[: n + 1])}/" for n in range(len(path_components))]
        met = Page.objects.filter(path__startswith=self.path, url_path__in=steps) if steps else []
        pages = {page.url_path: page for page in met}
        if not steps or len(pages) < len(steps):
            return super().route(request, path_components)  # type: ignore[misc]
        *above, page = (pages[step] for step in steps)
        found = page.specific
        found.above = above
        return found.route(request, [])

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().serve(request, *args, **kwargs)  # type: ignore[misc]
        response.may_be_kept = not getattr(request, "is_preview", False)
        return response

    @property
    def contents(self) -> list[dict[str, str]]:
        """The page's headings, as links."""
        return [
            {"href": f"#{slugify(block.value)}", "label": str(block.value)}
            for block in self.body
            if block.block_type == "heading"
        ]

    @property
    def crumbs(self) -> list[dict[str, str]]:
        """The pages between the home page and this one."""
        above = self.above
        if above is None:  # a preview, or made by hand
            above = self.get_ancestors().filter(depth__gt=2)  # type: ignore[attr-defined]
        return [{"href": page.url, "label": page.title} for page in above]
