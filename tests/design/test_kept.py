"""Nothing typed is lost to an expired session (R13)."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group

from design import tokens
from design.kept import SESSION_NAME

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.design.views")]


@pytest.fixture
def answers(referrer) -> dict[str, str]:
    return {
        "once": tokens.new(referrer),
        "name": "Owls & wrens",
        "made_on_day": "24",
        "made_on_month": "13",
        "made_on_year": "2026",
        "password": "not to be kept",
    }


def test_answers_sent_signed_out_come_back_after_sign_in(client, referrer, answers):
    """R13: put back into the same form, with a notice, and not yet sent."""
    sent = client.post("/guarded/", answers, headers={"referer": "http://testserver/guarded/"})
    assert sent["Location"] == "/accounts/login/?next=/guarded/"
    assert "Owls" not in client.session[SESSION_NAME]  # encrypted
    client.force_login(referrer)
    page = client.get("/guarded/").content.decode()
    assert 'value="Owls &amp; wrens"' in page
    assert 'value="13"' in page
    assert "not to be kept" not in page
    assert "You were signed out before your answers arrived" in page
    assert not Group.objects.filter(name__startswith="Owls").exists()
    assert "Owls" not in client.get("/guarded/").content.decode()  # once only


def test_answers_are_not_given_to_somebody_else(client, outsider, answers):
    """R9, R13: whoever signs in next on a shared computer sees nothing of them."""
    client.post("/guarded/", answers)
    client.force_login(outsider)
    page = client.get("/guarded/").content.decode()
    assert "Owls" not in page
    assert "signed out" not in page
    assert SESSION_NAME not in client.session


def test_a_referer_elsewhere_is_not_followed(client, answers):
    sent = client.post("/guarded/?a=1", answers, headers={"referer": "https://evil.example.org/x"})
    assert sent["Location"] == "/accounts/login/?next=/guarded/%3Fa%3D1"


def test_forged_or_huge_answers_are_not_kept(client, answers):
    client.post("/guarded/", {**answers, "once": "forged"})
    assert SESSION_NAME not in client.session
    client.post("/guarded/", {**answers, "name": "x" * 600_000})
    assert SESSION_NAME not in client.session


def test_pages_behind_sign_in_are_never_stored(client, referrer):
    client.force_login(referrer)
    assert "no-store" in client.get("/guarded/")["Cache-Control"]
