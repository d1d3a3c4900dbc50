"""What went wrong, said calmly and in our own look; never a bare page."""

from __future__ import annotations

import html5lib
import pytest
from django.template.loader import get_template
from django.test import Client

from design import tokens

pytestmark = pytest.mark.urls("tests.design.views")


def tidy(content: bytes | str) -> str:
    text = content.decode() if isinstance(content, bytes) else content
    parser = html5lib.HTMLParser()
    parser.parse(text)
    assert parser.errors == []
    return text


@pytest.mark.parametrize("name", ["400.html", "500.html"])
def test_pages_of_last_resort_need_nothing(name):
    """No database is marked for this test: reading one would fail it."""
    assert 'href="/"' in tidy(get_template(name).render())


@pytest.mark.django_db
def test_a_form_out_of_date_shows_what_was_typed(referrer):
    """R13: typed words are on the page to copy, secrets are not."""
    client = Client(enforce_csrf_checks=True)
    answers = {"once": tokens.new(referrer), "what_happened": "A <long> story", "password": "hush-hush"}
    response = client.post("/make/", answers, headers={"referer": "http://testserver/make/"})
    assert response.status_code == 403
    text = tidy(response.content)
    assert "A &lt;long&gt; story" in text
    assert "What happened" in text
    assert "hush-hush" not in text


@pytest.mark.django_db
@pytest.mark.parametrize("referer", ["https://evil.example.org/", ""])
def test_words_sent_from_elsewhere_are_not_shown(referer):
    client = Client(enforce_csrf_checks=True)
    response = client.post("/make/", {"name": "Send your password to me"}, headers={"referer": referer})
    assert response.status_code == 403
    assert "Send your password" not in tidy(response.content)


@pytest.mark.django_db
def test_the_demonstration_says_so(client, settings):
    assert "Demonstration." not in client.get("/nowhere/").content.decode()
    settings.DEMO = True
    assert "Demonstration." in client.get("/nowhere/").content.decode()


@pytest.mark.django_db
def test_the_staff_desk_is_ours(client, coordinator, settings):
    settings.STAFF_SECOND_FACTOR = False
    client.force_login(coordinator)
    text = client.get("/admin/").content.decode()
    assert "staff desk" in text
    assert "fingerpost/tokens.css" in text
    assert "fp-desk-mark" in text
    assert "wagtailadmin/images/favicon" not in text
