"""Kept copies of public pages: for anonymous readers alone, and never out of date for long."""

from __future__ import annotations

import pytest
from wagtail.models import Page, PageViewRestriction, Site

from provider.models import Provider

pytestmark = pytest.mark.django_db


def test_the_second_reader_costs_no_query(client, guidance, django_assert_num_queries):
    address = guidance.url
    first = client.get(address)
    with django_assert_num_queries(0):
        second = client.get(address)
    assert second.content == first.content
    assert second["Content-Security-Policy"] == first["Content-Security-Policy"]
    assert "nonce" not in second["Content-Security-Policy"]
    assert not first.cookies
    assert not second.cookies


def test_a_browser_that_has_it_is_told_so(client, guidance, django_assert_num_queries):
    etag = client.get(guidance.url)["ETag"]
    with django_assert_num_queries(0):
        assert client.get(guidance.url, headers={"if-none-match": etag}).status_code == 304


def test_a_change_shows_at_once(client, guidance):
    client.get(guidance.url)
    guidance.title = "The first day"
    guidance.save_revision().publish()
    assert "The first day" in client.get(guidance.url).content.decode()
    guidance.unpublish()
    assert client.get(guidance.url).status_code == 404


def test_a_page_made_private_is_not_given_away(client, guidance):
    client.get(guidance.url)
    PageViewRestriction.objects.create(page=guidance, restriction_type=PageViewRestriction.LOGIN)
    assert client.get(guidance.url).status_code == 302


def test_a_new_phone_number_shows_at_once(client, guidance):
    client.get(guidance.url)
    provider = Provider.load()
    provider.phone = "01632 960123"
    provider.save()
    assert "01632 960123" in client.get(guidance.url).content.decode()


def test_signed_in_pages_are_never_kept_nor_given(client, guidance, referrer):
    """R9: nobody is shown another reader's header, nor an anonymous one their own absence."""
    client.force_login(referrer)
    assert "Sign out" in client.get(guidance.url).content.decode()
    client.logout()
    assert "Sign out" not in client.get(guidance.url).content.decode()
    client.force_login(referrer)
    assert "Sign out" in client.get(guidance.url).content.decode()


def test_a_query_is_never_answered_from_the_kept_copy(client, guidance):
    client.get(guidance.url)
    assert "ETag" not in client.get(guidance.url + "?utm=1")


def test_another_host_is_another_page(client, guidance):
    client.get(guidance.url)
    assert client.get(guidance.url, headers={"host": "evil.example.org"}).status_code == 400


def test_a_preview_is_not_kept(client, guidance, editor):
    response = guidance.make_preview_request()
    assert not getattr(response, "may_be_kept", False)


def test_another_home_page_shows_at_once(client, guidance, home):
    client.get(guidance.url)
    another = type(home)(title="Other", slug="other", headline="Another home")
    other = Page.objects.get(depth=1).add_child(instance=another)
    site = Site.objects.get()
    site.root_page = other
    site.save()
    assert "Another home" in client.get("/").content.decode()
    assert client.get("/guidance/first-hours/").status_code == 404


def test_a_page_knows_the_way_to_it(client, guidance, home):
    """The one query of the way down leaves what the breadcrumbs need; a page made by hand asks for it."""
    crumbs = [{"href": "/guidance/", "label": guidance.get_parent().title}]
    found, _, _ = home.specific.route(None, ["guidance", "first-hours"])
    assert found == guidance
    assert found.crumbs == guidance.crumbs == crumbs
