"""The public pages: all there on a bare installation, well formed, few queries."""

from __future__ import annotations

import html5lib
import pytest
from django.urls import reverse
from wagtail.models import Page, Site

from home import prose
from home.roots import plant

pytestmark = pytest.mark.django_db

BARE = ["/", "/guidance/", "/services/", "/contact/", "/accessibility/", "/privacy/", "/cookies/", "/search/"]


def well_formed(content: bytes) -> None:
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(content.decode())
    # html5lib predates the <search> element's place; nothing else may be out of order.
    assert [error for error in parser.errors if "search" not in str(error)] == []


@pytest.mark.parametrize("address", BARE)
def test_a_bare_installation_has_its_pages(client, home, address):
    response = client.get(address)
    assert response.status_code == 200
    well_formed(response.content)


def test_planting_twice_changes_nothing(home):
    before = list(Page.objects.values_list("pk", "path"))
    plant()
    assert list(Page.objects.values_list("pk", "path")) == before
    assert Site.objects.get().root_page_id == home.pk


def test_guidance_lists_its_headings_and_its_review(client, guidance):
    response = client.get(guidance.url)
    text = response.content.decode()
    assert '<a href="#listen">Listen</a>' in text
    assert '<h2 id="listen">Listen</h2>' in text
    assert "Reviewed on Monday 2 November 2026." in text
    well_formed(response.content)


def test_a_service_says_how_to_ask(client, service):
    response = client.get(service.url)
    assert 'href="/consultations/refer/"' in response.content.decode()
    well_formed(response.content)


@pytest.mark.parametrize("who", ["referrer", "coordinator"])
def test_the_header_knows_who_is_there(client, guidance, request, who):
    person = request.getfixturevalue(who)
    assert "Sign in" in client.get(guidance.url).content.decode()
    client.force_login(person)
    text = client.get(guidance.url).content.decode()
    assert "Sign out" in text
    assert ("Staff desk" in text) is person.is_staff


def test_an_uncached_page_takes_few_queries(client, guidance, django_assert_max_num_queries):
    client.get("/guidance/")  # site and content types are remembered by then, as in a running process
    with django_assert_max_num_queries(12):
        client.get(guidance.url)


def test_search_finds_words_in_the_text(client, guidance):
    text = client.get("/search/?q=authority").content.decode()
    assert "1 page found" in text
    assert "The first hours" in text


@pytest.mark.parametrize(
    "words", ["nothing like it", "\0", "%00", "x" * 5000, "' or 1=1 --", '"', "AND OR NOT *", "🦉"]
)
def test_search_takes_anything(client, home, words):
    """R8: hostile words find nothing, and never a 500."""
    response = client.get("/search/", {"q": words, "page": "-1"})
    assert response.status_code == 200
    well_formed(response.content)


def test_drafts_and_private_pages_are_not_found(client, guidance):
    guidance.unpublish()
    assert client.get("/guidance/first-hours/").status_code == 404
    assert "We found nothing" in client.get("/search/?q=authority").content.decode()


def test_machines_are_told_where_to_go(client, guidance):
    assert "Disallow: /consultations/" in client.get("/robots.txt").content.decode()
    assert "/guidance/first-hours/" in client.get("/sitemap.xml").content.decode()
    assert reverse("home:search") == "/search/"


@pytest.mark.parametrize(
    "path", ["/nowhere/", "/guidance/../../etc/passwd", "/%ff%fe/", "/guidance/%00/", "/" + "a" * 3000 + "/"]
)
def test_no_such_page_in_our_own_look(client, home, path):
    response = client.get(path)
    assert response.status_code == 404
    assert "We cannot find that page" in response.content.decode()
    well_formed(response.content)


def test_prose_becomes_blocks():
    made = prose.blocks(
        "## One\n\nA *b* **c** <i> [d](/e/).\n\n1. first\n2. second\n\n"
        "!!! Stop\nRead this.\n\n+++ Do\n- this\n  and this\n- that"
    )
    assert [kind for kind, _ in made] == ["heading", "text", "callout", "do"]
    assert made[1][1].source == (
        '<p>A *b* <b>c</b> &lt;i&gt; <a href="/e/">d</a>.</p><ol><li>first</li><li>second</li></ol>'
    )
    assert [item.source for item in made[3][1]["do"]] == ["<p>this and this</p>", "<p>that</p>"]
