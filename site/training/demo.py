"""Four packages to look at, for the demonstration and for tests."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from wagtail.models import Page

from billing.models import Product
from training.models import PackagePage
from training.pages_setup import ensure_index


def products() -> dict[str, Product]:
    """What training is sold as. Prices are invented."""
    day, _ = Product.objects.get_or_create(
        name="Training day",
        defaults={"unit": "day", "unit_price": Decimal("1450.00"), "vat_treatment": "exempt"},
    )
    half, _ = Product.objects.get_or_create(
        name="Online training half-day",
        defaults={"unit": "half-day", "unit_price": Decimal("780.00"), "vat_treatment": "exempt"},
    )
    return {"day": day, "half": half}


def _programme(*sessions: tuple[str, str, str]) -> str:
    return json.dumps(
        [
            {"type": "session", "value": {"length": length, "title": title, "text": f"<p>{text}</p>"}}
            for length, title, text in sessions
        ]
    )


PACKAGES: list[dict[str, Any]] = [
    {
        "title": "Understanding harmful sexual behaviour: foundation day",
        "slug": "foundation-day",
        "sold_as": "day",
        "summary": "One day that gives a mixed team the same words, the same map and the same first steps.",
        "who_for": (
            "<p>Anybody who works with children and young people and may be the first to hear: social workers, "
            "teachers, residential staff, health visitors, youth justice workers. No earlier training is needed.</p>"
        ),
        "outcomes": (
            "Tell behaviour that is expected at an age from behaviour that worries and behaviour that harms\n"
            "Say what they saw in plain words, without blame and without playing it down\n"
            "Take the first steps: who is told, what is written down, what is said to the child\n"
            "Know when to bring in others, and which"
        ),
        "length": "One day, 9.30am to 4pm, or two mornings online",
        "group_min": 10,
        "group_max": 25,
        "mode": "both",
        "programme": _programme(
            (
                "75 minutes",
                "What we mean by harmful",
                "Development, consent, power and context, with short scenes.",
            ),
            (
                "90 minutes",
                "How it comes about",
                "What research says, and what it does not. Many ways in, many out.",
            ),
            (
                "75 minutes",
                "The first hours",
                "Listening, recording, telling. A strategy discussion played through.",
            ),
            ("60 minutes", "Looking after each other", "What this work does to a team, and what helps."),
        ),
    },
    {
        "title": "A whole-school approach",
        "slug": "whole-school",
        "sold_as": "day",
        "summary": "For a school or college that wants every adult to answer in the same calm way.",
        "who_for": (
            "<p>Leaders, safeguarding leads, pastoral staff and as many of the whole staff as can be spared. We ask "
            "to speak with your safeguarding lead first, so that the day fits your school.</p>"
        ),
        "outcomes": (
            "Read the pattern in what has been reported, and see what is missing from it\n"
            "Answer an incident in proportion, with a plan that keeps everybody learning\n"
            "Write a safety plan that a supply teacher can follow\n"
            "Talk with parents and carers of all the children involved"
        ),
        "length": "One day at your school, and an hour online three months later",
        "group_min": 12,
        "group_max": 60,
        "mode": "in_person",
        "programme": _programme(
            (
                "60 minutes",
                "Your school as a place",
                "Corridors, buses, phones: where it happens and who is there.",
            ),
            (
                "90 minutes",
                "Answering in proportion",
                "Five incidents, sorted together. What is done on the day?",
            ),
            ("90 minutes", "Safety plans that work", "Writing one, then trying to break it."),
            ("60 minutes", "Families", "Hard conversations, practised in threes."),
        ),
    },
    {
        "title": "Technology-assisted behaviour",
        "slug": "technology-assisted",
        "sold_as": "half",
        "summary": "What young people do with images, messages and games, when it harms, and what helps.",
        "who_for": (
            "<p>Practitioners who already work with young people about their behaviour, and their supervisors. "
            "You need no technical knowledge; you may need to unlearn some.</p>"
        ),
        "outcomes": (
            "Ask about online life without turning the talk into an inquiry\n"
            "Tell apart curiosity, pressure, coercion and exploitation\n"
            "Agree a plan for devices that protects and can be kept\n"
            "Know what to leave to the police, and how to work beside them"
        ),
        "length": "Two mornings online, a week apart",
        "group_min": 8,
        "group_max": 20,
        "mode": "online",
        "programme": _programme(
            ("Morning one", "Online lives", "How it looks from inside, and why bans seldom hold."),
            (
                "Between",
                "A conversation",
                "Each person has one with a young person, and notes what surprised them.",
            ),
            (
                "Morning two",
                "Plans for devices",
                "Assessment questions, family agreements, working with the police.",
            ),
        ),
    },
    {
        "title": "Working with families: the Safe Home approach",
        "slug": "working-with-families",
        "sold_as": "day",
        "summary": "How to help parents and carers keep everybody at home safe, and stay a family.",
        "who_for": (
            "<p>Family support workers, social workers, fostering and residential teams who meet parents and carers "
            "in the weeks after a disclosure and in the months after that.</p>"
        ),
        "outcomes": (
            "Meet shock, shame and disbelief without arguing with them\n"
            "Help a family write its own rules for bedrooms, bathrooms, phones and visits\n"
            "Keep brothers and sisters in view, whatever their part was\n"
            "Notice when a plan has worn thin, and mend it early"
        ),
        "length": "Two days, about a month apart",
        "group_min": 8,
        "group_max": 18,
        "mode": "both",
        "programme": _programme(
            ("Day one, morning", "The first visit", "What parents have told us they needed to hear."),
            (
                "Day one, afternoon",
                "A safe home, room by room",
                "Drawing the house; writing rules with the family.",
            ),
            ("Day two, morning", "Brothers and sisters", "Contact, closeness and repair, each in its time."),
            ("Day two, afternoon", "Your own cases", "Anonymised, in fours, with a clinician at each table."),
        ),
    },
]


def build_packages(home: Page, *only: str) -> list[PackagePage]:
    """The packages under /training/, or those `only`, once each: run again, it leaves what is there."""
    index = ensure_index(home)
    sold = products()
    made = []
    for text in PACKAGES:
        if only and text["slug"] not in only:
            continue
        page = PackagePage.objects.child_of(index).filter(slug=text["slug"]).first()
        if page is None:
            fields = {name: value for name, value in text.items() if name != "sold_as"}
            page = PackagePage(product=sold[text["sold_as"]], show_in_menus=False, **fields)
            index.add_child(instance=page)
        made.append(page)
    return made
