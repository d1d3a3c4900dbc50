"""Each page kind in a real browser: axe's rules, nothing fetched from elsewhere, no sideways scroll."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from home.demo.pages import build_pages

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

PUBLIC = [
    "/",
    "/guidance/",
    "/guidance/first-hours/",
    "/services/",
    "/services/consultation/",
    "/contact/",
    "/search/?q=school",
    "/search/?q=nothinglikeit",
]
OURS = ["/make/", "/gallery/", "/nowhere/"]


@pytest.fixture
def site(settings):
    settings.ROOT_URLCONF = "tests.design.views"
    build_pages()


def test_every_page_kind_keeps_the_rules(site, watched):
    """Axe at 1280 and 320; a policy broken or a script that fails would be a complaint."""
    for width in (1280, 320):
        tab = watched(width)
        for path in PUBLIC + OURS:
            tab.go(path)
            assert tab.broken_rules() == [], (path, width)
            assert tab.sideways() <= 0, (path, width)
        assert tab.elsewhere == []
        assert [said for said in tab.complaints if "404" not in said] == []


def test_a_form_with_errors_keeps_the_rules_and_takes_the_focus(site, watched):
    tab = watched(320)
    tab.go("/make/")
    tab.page.get_by_role("button", name="Save and continue").click()
    assert tab.page.title().startswith("Error: Make a group")
    expect(tab.page.locator(".nhsuk-error-summary")).to_be_focused()
    tab.page.get_by_role("link", name="Enter name").click()
    assert tab.page.evaluate("document.activeElement.id") == "id_name"
    assert tab.broken_rules() == []


def test_large_text_stays_on_the_page(site, watched):
    """WCAG 1.4.4: text at 200%."""
    tab = watched(1280)
    for path in PUBLIC + OURS:
        tab.go(path)
        tab.page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert tab.sideways() <= 0, path


def test_pages_work_without_scripts(site, watched):
    tab = watched(1280, java_script_enabled=False)
    tab.go("/make/")
    tab.page.get_by_label("Name").fill("Owls")
    tab.page.get_by_role("button", name="Save and continue").click()
    assert tab.page.url.endswith("/made/Owls/")


def test_forced_colours_and_print_leave_the_text(site, watched):
    tab = watched(1280, forced_colors="active")
    tab.go("/gallery/")
    assert tab.broken_rules() == []
    tab.page.emulate_media(media="print")
    assert tab.page.get_by_text("Documents").first.is_visible()
    assert not tab.page.get_by_role("search").first.is_visible()
