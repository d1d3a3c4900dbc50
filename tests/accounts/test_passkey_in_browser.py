"""A passkey from making it to signing in with it alone, in a real browser with a virtual authenticator."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.models import Authenticator

from accounts import actions

PASSWORD = "three words and a stile"
KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def page(chromium, live_server):
    """A passkey belongs to a host name, and an address of numbers is none."""
    context = chromium.new_context(base_url=live_server.url.replace("127.0.0.1", "localhost"))
    yield context.new_page()
    context.close()


@pytest.mark.journey
@pytest.mark.django_db(transaction=True)
def test_passkey_opens_the_desk_without_a_password(page, settings):
    settings.STAFF_SECOND_FACTOR = True
    user = actions.add_person(
        "coordinator@example.nhs.uk", "Cory Dale", roles=("coordinator",), password=PASSWORD
    )
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda said: troubles.append(said.text) if "Content Security" in said.text else None)
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})

    page.goto("/accounts/login/?next=/admin/")
    page.fill("#id_login", user.email)
    page.fill("#id_password", PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Add a passkey").click()
    page.fill("#id_password", PASSWORD)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Add this passkey").click()
    page.wait_for_url("**/recovery-codes/")
    assert Authenticator.objects.get(user=user, type="webauthn").wrap().is_passwordless

    page.get_by_role("button", name="Sign out").click()
    page.goto("/accounts/login/?next=/admin/")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(re.compile(r"^http://[^/]+/admin/$"))
    page.locator("main#main").wait_for()
    assert troubles == []


@pytest.mark.journey
@pytest.mark.django_db(transaction=True)
def test_passkey_that_is_refused_says_so(page):
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": {**KEY, "isUserVerified": False}})
    page.goto("/accounts/login/")
    problem = page.locator("[data-passkey-problem]")
    assert not problem.is_visible()
    page.get_by_role("button", name="Use a passkey").click()
    problem.wait_for(state="visible", timeout=15_000)
