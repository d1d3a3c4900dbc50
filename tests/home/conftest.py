"""The public pages, as a bare installation plants them, and one piece of guidance."""

from __future__ import annotations

import datetime

import pytest
from wagtail.models import Page

from home import prose
from home.models import GuidanceIndexPage, GuidancePage, ServiceIndexPage, ServicePage
from home.roots import plant


@pytest.fixture
def home(db) -> Page:
    return plant()


@pytest.fixture
def guidance(home) -> GuidancePage:
    index = GuidanceIndexPage.objects.get()
    return index.add_child(
        instance=GuidancePage(
            title="The first hours",
            slug="first-hours",
            summary="What to do now.",
            key_points="Stay calm.\nWrite it down.",
            body=prose.blocks("## Listen\n\nSay little.\n\n## Tell\n\n- your lead\n- the local authority"),
            reviewed_on=datetime.date(2026, 11, 2),
        )
    )


@pytest.fixture
def service(home) -> ServicePage:
    return ServiceIndexPage.objects.get().add_child(
        instance=ServicePage(
            title="Consultation",
            slug="consultation",
            summary="One meeting, written advice.",
            audience="<p>Social workers</p>",
            action_label="Refer a case",
            action_address="/consultations/refer/",
        )
    )
