"""Looking for whatever a caller names: from the desk and the menu, in the lists that a role may see and no other."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db
LISTS = {
    "coordinator": ["consultation:index", "batch:index", "booking:index", "orders:index"],
    "consultant": ["consultation:index", "batch:index", "booking:index"],
    "lead": ["consultation:index", "batch:index", "booking:index", "orders:index"],
    "finance": ["booking:index", "orders:index"],
    "editor": ["wagtailadmin_pages:search", "wagtailimages:index", "wagtaildocs:index"],
}


def looked_in(client: Client, user) -> list[str]:
    client.force_login(user)
    page = client.get(reverse("wagtailadmin_home")).content.decode()
    form = re.search(r'<form class="fp-find".*?</form>', page, re.S)
    return re.findall(r'formaction="([^"]+)"', form[0]) if form else []


@pytest.mark.parametrize("who", LISTS)
def test_the_desk_looks_into_the_lists_that_the_role_may_open(client, request, settings, who):
    """R9: an area is offered to those alone who find its list, and its list takes the words."""
    settings.STAFF_SECOND_FACTOR = False
    areas = looked_in(client, request.getfixturevalue(who))

    assert areas == [reverse(name) for name in LISTS[who]]
    for address in areas:
        assert client.get(address, {"q": "Elmshire"}).status_code == 200


def test_what_is_not_offered_is_not_there(client, settings, finance, editor):
    """R9"""
    settings.STAFF_SECOND_FACTOR = False
    for user in (finance, editor):
        client.force_login(user)
        for name in LISTS["coordinator"]:
            if name not in LISTS["finance"] or user == editor:
                assert client.get(reverse(name), {"q": "C-26"}).status_code in {302, 404}
