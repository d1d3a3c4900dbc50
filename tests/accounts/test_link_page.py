"""The page behind a scoped link: GET changes nothing, POST sends the code, POST checks it."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from accounts import actions, links
from accounts.link_views import open_link
from accounts.links import verified
from mail.models import Message
from tests.accounts.link_model import TrialLink
from urls import urlpatterns as everything


def page(request, token):
    return open_link(request, TrialLink, token, "/trial/", heading="See the quote")


def behind(request):
    link = verified(request, TrialLink)
    return HttpResponse(link.email if link else "", status=200 if link else 404)


urlpatterns = [path("trial/<str:token>/", page), path("trial/", behind), *everything]
pytestmark = pytest.mark.urls(__name__)


@pytest.fixture
def made(db) -> tuple[TrialLink, str]:
    link, token = TrialLink.make(email="funder@example.gov.uk", days=30)
    return link, f"/trial/{token}/"


def test_get_changes_nothing(client, made):
    """Mail scanners follow links: looking sends no code and opens nothing."""
    link, url = made
    before = TrialLink.objects.values().get(pk=link.pk)
    for method in (client.get, client.head):
        answer = method(url)
        assert answer.status_code == 200
    text = client.get(url).content.decode()
    assert "f•••@example.gov.uk" in text
    assert "funder@example.gov.uk" not in text
    assert TrialLink.objects.values().get(pk=link.pk) == before
    assert not Message.objects.exists()
    assert client.get("/trial/").status_code == 404


def test_from_link_to_page(client, made, mailbox):
    _, url = made
    assert client.post(url, {"send": "1"}).url == url
    letter = mailbox.last()
    assert (letter.template, letter.to, letter.sensitive) == (
        "accounts/link_code",
        "funder@example.gov.uk",
        True,
    )
    assert client.post(url, {"code": mailbox.code()}).url == "/trial/"
    assert client.get("/trial/").content.decode() == "funder@example.gov.uk"
    assert client.get(url).url == "/trial/"


def test_wrong_code_says_what_to_do(client, made, mailbox):
    _, url = made
    client.post(url, {"send": "1"})
    wrong = f"{(int(mailbox.code()) + 1) % 1_000_000:06d}"
    for _ in range(links.CODE_ATTEMPTS - 1):
        assert "Check the code in the email" in client.post(url, {"code": wrong}).content.decode()
    assert "Ask for a new code" in client.post(url, {"code": wrong}).content.decode()
    assert "Ask for a new code" in client.post(url, {"code": mailbox.code()}).content.decode()
    assert client.get("/trial/").status_code == 404


def test_empty_code_says_what_to_do(client, made):
    _, url = made
    client.post(url, {"send": "1"})
    assert "Enter the code from the email" in client.post(url, {"code": ""}).content.decode()


def test_too_many_codes_are_refused_in_words(client, made):
    _, url = made
    for _ in range(links.CODES_AN_HOUR):
        client.post(url, {"send": "1"})
    answer = client.post(url, {"send": "1"}, follow=True)
    assert "Wait an hour" in answer.content.decode()
    assert Message.objects.count() == links.CODES_AN_HOUR


def test_code_opens_in_the_browser_that_entered_it_alone(client, made, mailbox):
    _, url = made
    client.post(url, {"send": "1"})
    client.post(url, {"code": mailbox.code()})
    assert Client().get("/trial/").status_code == 404


def test_unknown_expired_and_revoked_look_the_same(client, made):
    link, url = made
    actions.revoke(link)
    revoked = client.get(url)
    unknown = client.get("/trial/nothing-of-the-kind/")
    assert revoked.status_code == unknown.status_code == 404
    assert revoked.content == unknown.content
    assert "no longer works" in revoked.content.decode()
    assert client.post(url, {"send": "1"}).status_code == 404
    assert not Message.objects.exists()


def test_token_is_in_no_letter_and_no_session(client, made, mailbox):
    """R8"""
    _, url = made
    token = url.split("/")[2]
    client.post(url, {"send": "1"})
    client.post(url, {"code": mailbox.code()})
    assert token not in str(dict(client.session))
    assert token not in mailbox.last().text
