"""The pages without which nothing stands: the tree's root, the home page, and the way to each index.

Planted after migrating, on an empty database in place of Wagtail's welcome page; what is there is left alone.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from wagtail.coreutils import get_supported_content_language_variant
from wagtail.models import Locale, Page, Site

from home import prose
from provider.models import Provider

TEXTS = Path(__file__).resolve().parent / "texts"
STANDING = ("contact", "accessibility", "privacy", "cookies")


def plant_after_migrating(**_: Any) -> None:
    """Only on a database that is wholly there: `migrate home zero` leaves no table to plant in."""
    from home.models import HomePage, StandardPage
    from training.models import TrainingIndexPage

    tables = set(connection.introspection.table_names())
    wanted = (HomePage, StandardPage, TrainingIndexPage, Site)
    if {model._meta.db_table for model in wanted} <= tables:
        ContentType.objects.clear_cache()  # a flush has given the types new numbers
        plant()


@transaction.atomic
def plant() -> Page:
    """Make what is missing of root, home page, site, indexes and standing pages. Returns the home page."""
    from home.models import GuidanceIndexPage, HomePage, ServiceIndexPage, StandardPage
    from training.pages_setup import ensure_index

    if home := HomePage.objects.first():
        ensure_index(home)
        return home
    Provider.load()  # the row, so that no reader's request is the one to write it
    Locale.objects.get_or_create(language_code=get_supported_content_language_variant(settings.LANGUAGE_CODE))
    root = Page.objects.filter(depth=1).first() or Page.add_root(
        title="Root", slug="root", content_type=ContentType.objects.get_for_model(Page)
    )
    for welcome in root.get_children().filter(slug="home"):
        welcome.delete()
    root = Page.objects.get(pk=root.pk)
    home = root.add_child(
        instance=HomePage(
            title="Home",
            slug="home",
            headline="Guidance, advice and training for professionals",
            doors=[
                ("door", {"title": title, "text": text, "address": address}) for title, text, address in DOORS
            ],
        )
    )
    home.add_child(instance=GuidanceIndexPage(title="Guidance", slug="guidance", show_in_menus=True))
    home.add_child(instance=ServiceIndexPage(title="Services", slug="services", show_in_menus=True))
    ensure_index(home)
    for slug in STANDING:
        text = prose.read(TEXTS / f"{slug}.txt")
        home.add_child(
            instance=StandardPage(
                slug=slug, body=text.body, show_ways_to_reach_us=slug == "contact", **text.values
            )
        )
    where = urlsplit(settings.BASE_URL)
    port = where.port or (443 if where.scheme == "https" else 80)
    Site.objects.all().delete()
    Site.objects.create(
        hostname=where.hostname or "localhost",
        port=port,
        root_page=home,
        is_default_site=True,
        site_name=settings.WAGTAIL_SITE_NAME,
    )
    return home


DOORS = [
    ("Find guidance", "What to do, whom to tell and what the evidence says, in plain words.", "/guidance/"),
    (
        "Get advice on a case",
        "Bring the people around one child together with our clinicians.",
        "/consultations/refer/",
    ),
    ("Book training", "Tailored training for your team, wherever you are in the UK.", "/training/"),
]
