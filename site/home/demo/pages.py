"""The public pages of the demonstration service, from the text files beside this one."""

from __future__ import annotations

import datetime
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from home import prose
from home.demo.clock import working_day
from home.models import GuidanceIndexPage, GuidancePage, HomePage, RelatedPage, ServiceIndexPage, ServicePage
from home.roots import plant
from provider.models import MoneySettings, Provider

HERE = Path(__file__).resolve().parent

# Each with the months since it was reviewed, and where to read on.
GUIDANCE: list[tuple[str, int, tuple[str, ...]]] = [
    ("first-hours", 1, ("understanding-behaviour", "safety-plans", "strategy-discussion")),
    ("understanding-behaviour", 2, ("first-hours", "assessment-tools")),
    ("strategy-discussion", 4, ("safety-plans", "assessment-tools")),
    ("safety-plans", 1, ("schools", "parents-and-carers")),
    ("assessment-tools", 6, ("understanding-behaviour", "technology")),
    ("technology", 3, ("first-hours", "parents-and-carers")),
    ("schools", 5, ("safety-plans", "first-hours")),
    ("parents-and-carers", 7, ("safety-plans", "technology")),
    ("hsb-framework-audit", 9, ("assessment-tools",)),
]
SERVICES = ("consultation", "batch-consultation", "assessment", "treatment", "safe-home", "bespoke-team-work")


@transaction.atomic
def build_pages() -> None:
    """Who we are, the home page, guidance and services. Safe to run again: what is there is left alone."""
    tell_who_we_are()
    home = HomePage.objects.get(pk=plant().pk)
    home.title = Provider.load().short_name
    home.headline = "Worried about a child’s sexual behaviour? Start here."
    home.introduction = (
        "Guidance anybody may read, advice on a case from a national team of clinicians, and training "
        "for those who work with children and young people up to 21."
    )
    home.save_revision().publish()
    guidance, services = GuidanceIndexPage.objects.get(), ServiceIndexPage.objects.get()
    guidance.introduction = "What to do, whom to tell, and what the evidence says. No account needed."
    guidance.save_revision().publish()
    services.introduction = "How we work with you, what you get, and what to have ready."
    services.save_revision().publish()
    for slug, months, _ in GUIDANCE:
        if not GuidancePage.objects.filter(slug=slug).exists():
            guidance.add_child(instance=_guidance(slug, months))
    for slug, _, onward in GUIDANCE:
        page = GuidancePage.objects.get(slug=slug)
        if not page.related_pages.exists():  # type: ignore[attr-defined]
            for number, other in enumerate(onward):
                there = GuidancePage.objects.get(slug=other)
                RelatedPage.objects.create(source=page, page=there.page_ptr, sort_order=number)
    for slug in SERVICES:
        if not ServicePage.objects.filter(slug=slug).exists():
            services.add_child(instance=_service(slug))


def _guidance(slug: str, months: int) -> GuidancePage:
    text = prose.read(HERE / "guidance" / f"{slug}.txt")
    today = timezone.localdate()
    reviewed = working_day(today - datetime.timedelta(days=30 * months + 4))
    return GuidancePage(
        title=text.values["title"],
        slug=slug,
        summary=text.values["summary"],
        key_points="\n".join(point.strip() for point in text.values["points"].split("|")),
        body=text.body,
        reviewed_on=reviewed,
        next_review_on=reviewed + datetime.timedelta(days=365),
    )


def _service(slug: str) -> ServicePage:
    head, *parts = (HERE / "services" / f"{slug}.txt").read_text().split("\n# ")
    values = dict(line.split(": ", 1) for line in head.strip().splitlines())
    sections = {part.partition("\n")[0]: prose.blocks(part.partition("\n")[2]) for part in parts}
    label, address = (word.strip() for word in values["action"].split("|"))
    return ServicePage(
        title=values["title"],
        slug=slug,
        summary=values["summary"],
        audience=f"<p>{values['audience']}</p>",
        what_you_get=prose.Text({}, sections["get"]).html,
        how_it_works=sections["how"],
        cost=prose.Text({}, sections["cost"]).html,
        action_label=label,
        action_address=address,
    )


def tell_who_we_are() -> None:
    """The demonstration's provider: the names of a real kind of service, invented ways to reach it."""
    provider = Provider.load()
    provider.name = "National Clinical Assessment and Treatment Service"
    provider.short_name = "NCATS"
    provider.strapline = "Harmful sexual behaviour in children and young people: guidance, advice, training"
    provider.email = "ncats@example.nhs.uk"
    provider.phone = "01632 960010"
    provider.address = "2 Signpost Yard\nLondon\nN19 0ZZ"
    provider.danger_advice = (
        "If a child is in immediate danger, call 999 now. If not, tell your safeguarding lead and your local "
        "authority’s children’s services today. We are not an emergency service."
    )
    provider.advice_line_name = "Our advice line for professionals"
    provider.advice_line_number = "01632 960011"
    provider.save()
    money = MoneySettings.load()
    money.legal_name = "National Clinical Assessment and Treatment Service (a demonstration)"
    money.vat_number = "GB 000 0000 00"
    money.account_name = "NCATS demonstration account"
    money.save()
