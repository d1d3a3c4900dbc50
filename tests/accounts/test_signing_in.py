"""From a stranger to somebody signed in, over the real pages and the real outbox."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts import actions
from accounts.models import User
from accounts.passwords import DEMO_PASSWORD
from organisations.actions import add_domain
from organisations.models import Organisation
from tests.accounts.conftest import once_of

PASSWORD = "three words and a stile"
ADDRESS = "rowan.hale@example.gov.uk"


def app_code(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def sign_up(client: Client, email: str = ADDRESS, password: str = PASSWORD, **more):
    data = {"name": "Rowan  van der Hale", "email": email, "password1": password, **more}
    return client.post(reverse("account_signup"), data)


@pytest.fixture
def rowan(db) -> User:
    return actions.add_person(ADDRESS, "Rowan Hale", password=PASSWORD)


@pytest.fixture
def guarded(rowan) -> tuple[User, str]:
    """Somebody whose account has an authenticator app, and the app's secret."""
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    TOTP.activate(rowan, secret)
    return rowan, secret


def test_sign_up_to_signed_in(client, mailbox):
    answer = sign_up(client)
    assert answer.url == reverse("account_email_verification_sent")
    assert not signed_in(client)
    letter = mailbox.last()
    assert (letter.to, letter.sensitive) == (ADDRESS, True)
    assert mailbox.code() not in letter.subject
    answer = client.post(answer.url, {"code": mailbox.code()})
    assert answer.url == reverse("organisations:join")
    assert signed_in(client)
    user = User.objects.get()
    assert (user.first_name, user.last_name) == ("Rowan", "van der Hale")
    assert EmailAddress.objects.get(user=user).verified
    assert client.get(answer.url).status_code == 200


def test_sign_up_goes_on_to_where_it_was_asked_from(client, mailbox):
    answer = sign_up(client, next="/consultations/refer/")
    answer = client.post(reverse("account_email_verification_sent"), {"code": mailbox.code()})
    assert answer.url == "/accounts/organisation/join/?next=%2Fconsultations%2Frefer%2F"


def test_sign_up_without_a_password(client, mailbox):
    sign_up(client, password="")
    client.post(reverse("account_email_verification_sent"), {"code": mailbox.code()})
    assert signed_in(client)
    assert not User.objects.get().has_usable_password()


def test_sign_up_and_join_by_a_verified_domain(client, mailbox, council, coordinator):
    add_domain(council, "example.gov.uk", by=coordinator)
    sign_up(client)
    answer = client.post(reverse("account_email_verification_sent"), {"code": mailbox.code()})
    page = client.get(answer.url).content.decode()
    assert "Join Elmshire Council" in page
    assert not council.memberships.exists()


def test_sign_up_is_in_no_organisation_before_the_code(client, mailbox, council, coordinator):
    """R9: an address that somebody only typed opens nothing."""
    add_domain(council, "example.gov.uk", by=coordinator)
    sign_up(client)
    client.get(reverse("organisations:join"))
    assert not Organisation.objects.of(User.objects.get(email=ADDRESS)).exists()


def test_sign_up_with_a_known_address_tells_the_mailbox_alone(client, mailbox, rowan):
    """Nobody learns from the page who has an account."""
    taken = sign_up(client)
    free = sign_up(Client(), email="new@example.gov.uk")
    assert (taken.status_code, taken.url) == (free.status_code, free.url)
    letters = {letter.to: letter.template for letter in mailbox.letters()}
    assert letters == {
        ADDRESS: "accounts/account_already_exists",
        "new@example.gov.uk": "accounts/email_confirmation_signup",
    }


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("name", "", "Enter your full name"),
        ("email", "", "Enter your work email address, like name@example.gov.uk"),
        ("email", "rowan", "Enter an email address in the correct format"),
        ("password1", "short", "12 characters"),
        ("password1", DEMO_PASSWORD, "Choose another password"),
    ],
)
def test_sign_up_says_what_to_do(client, db, field, value, told):
    data = {"name": "Rowan Hale", "email": ADDRESS, "password1": PASSWORD, field: value}
    page = client.post(reverse("account_signup"), data)
    assert page.status_code == 200
    assert told in page.content.decode()
    assert "There is a problem" in page.content.decode()
    assert not User.objects.exists()


def test_sign_up_with_the_wrong_code_keeps_the_door_shut(client, mailbox):
    sign_up(client)
    for _ in range(4):
        client.post(reverse("account_email_verification_sent"), {"code": "0000-0000"})
    client.post(reverse("account_email_verification_sent"), {"code": mailbox.code()})
    assert not signed_in(client)


def test_sign_in_by_password(client, rowan):
    answer = client.post(reverse("account_login"), {"login": ADDRESS.upper(), "password": PASSWORD})
    assert answer.url == "/accounts/"
    assert signed_in(client)


@pytest.mark.parametrize(
    ("login", "password"), [(ADDRESS, "wrong wrong wrong"), ("nobody@example.org", PASSWORD)]
)
def test_sign_in_says_the_same_whoever_it_is(client, rowan, login, password):
    page = client.post(reverse("account_login"), {"login": login, "password": password}).content.decode()
    assert "No account here has both" in page
    assert not signed_in(client)


def test_sign_in_by_password_stops_after_five_tries(client, rowan):
    for _ in range(5):
        client.post(reverse("account_login"), {"login": ADDRESS, "password": "wrong wrong wrong"})
    client.post(reverse("account_login"), {"login": ADDRESS, "password": PASSWORD})
    assert not signed_in(client)


def test_sign_in_by_code(client, rowan, mailbox):
    answer = client.post(reverse("account_request_login_code"), {"email": ADDRESS})
    assert answer.url == reverse("account_confirm_login_code")
    answer = client.post(answer.url, {"code": mailbox.code().replace("-", " ")})
    assert answer.url == "/accounts/"
    assert signed_in(client)


def test_sign_in_by_code_for_nobody_looks_the_same(client, mailbox, db):
    answer = client.post(reverse("account_request_login_code"), {"email": "nobody@example.org"})
    assert answer.url == reverse("account_confirm_login_code")
    assert mailbox.last().template == "accounts/unknown_account"


def test_sign_in_by_code_ends_after_three_wrong_ones(client, rowan, mailbox):
    client.post(reverse("account_request_login_code"), {"email": ADDRESS})
    for _ in range(3):
        client.post(reverse("account_confirm_login_code"), {"code": "0000-0000"})
    client.post(reverse("account_confirm_login_code"), {"code": mailbox.code()})
    assert not signed_in(client)


def test_a_new_password_by_code(client, rowan, mailbox):
    client.post(reverse("account_reset_password"), {"email": ADDRESS})
    client.post(reverse("account_confirm_password_reset_code"), {"code": mailbox.code()})
    another = "a gate beside a brook"
    data = {"password1": another, "password2": another}
    client.post(reverse("account_complete_password_reset"), data)
    assert mailbox.last().template == "accounts/password_reset"
    client.post(reverse("account_login"), {"login": ADDRESS, "password": another})
    assert signed_in(client)


def test_authenticator_app_from_setting_up_to_signing_in(
    client, rowan, mailbox, django_capture_on_commit_callbacks
):
    client.post(reverse("account_login"), {"login": ADDRESS, "password": PASSWORD})
    url = reverse("mfa_activate_totp")
    assert reverse("account_reauthenticate") in client.get(url).url
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = client.get(url)
    secret = page.context["form"].secret
    assert secret in page.content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(url, {"code": app_code(secret)})
    kept = Authenticator.objects.get(user=rowan, type="totp").data["secret"]
    assert secret not in kept
    assert mailbox.last().template in {"accounts/totp_activated", "accounts/recovery_codes_generated"}
    assert client.get(reverse("mfa_view_recovery_codes")).status_code == 200

    again = Client()
    answer: Any = again.post(reverse("account_login"), {"login": ADDRESS, "password": PASSWORD})
    assert answer.url == reverse("mfa_authenticate")
    assert not signed_in(again)
    again.post(answer.url, {"code": "000000"})
    assert not signed_in(again)
    codes = Authenticator.objects.get(user=rowan, type="recovery_codes").wrap().get_unused_codes()
    again.post(answer.url, {"code": codes[0]})
    assert signed_in(again)


def test_authenticator_app_is_asked_after_an_emailed_code_too(client, guarded, mailbox):
    _, secret = guarded
    client.post(reverse("account_request_login_code"), {"email": ADDRESS})
    answer = client.post(reverse("account_confirm_login_code"), {"code": mailbox.code()})
    assert answer.url == reverse("mfa_authenticate")
    assert not signed_in(client)
    client.post(answer.url, {"code": app_code(secret)})
    assert signed_in(client)


def test_recovery_code_opens_once(guarded):
    user, _ = guarded
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    code = RecoveryCodes.activate(user).get_unused_codes()[0]
    outcomes = []
    for _ in range(2):
        client = Client()
        client.post(reverse("account_login"), {"login": ADDRESS, "password": PASSWORD})
        client.post(reverse("mfa_authenticate"), {"code": code})
        outcomes.append(signed_in(client))
    assert outcomes == [True, False]


def test_sessions_page_signs_out_everywhere_else(client, rowan):
    other = Client()
    for one in (client, other):
        one.post(reverse("account_login"), {"login": ADDRESS, "password": PASSWORD})
        one.get(reverse("accounts:home"))
    assert "Sign out everywhere else" in client.get(reverse("usersessions_list")).content.decode()
    client.post(reverse("usersessions_list"))
    assert client.get(reverse("accounts:home")).status_code == 200
    assert other.get(reverse("accounts:home")).status_code == 302


def test_passkey_options_are_offered_and_junk_is_refused(client, db):
    options = client.get(reverse("mfa_login_webauthn"), headers={"accept": "application/json"}).json()
    assert options["request_options"]["publicKey"]["rpId"] == "testserver"
    for junk in ("", "{}", "[]", "null", "not json", '{"id": "x", "rawId": "x", "type": "public-key"}'):
        assert client.post(reverse("mfa_login_webauthn"), {"credential": junk}).status_code in {200, 302}
        assert not signed_in(client)


def test_demo_password_opens_nothing_on_a_live_service(client, db, settings):
    settings.DEMO = False
    actions.add_person("coordinator@example.nhs.uk", "Cory Dale", password=DEMO_PASSWORD)
    answer = client.post(
        reverse("account_login"), {"login": "coordinator@example.nhs.uk", "password": DEMO_PASSWORD}
    )
    assert answer.status_code == 200
    assert not signed_in(client)


def test_demo_password_opens_the_demonstration(client, db, settings):
    settings.DEMO = True
    actions.add_person("coordinator@example.nhs.uk", "Cory Dale", password=DEMO_PASSWORD)
    client.post(reverse("account_login"), {"login": "coordinator@example.nhs.uk", "password": DEMO_PASSWORD})
    assert signed_in(client)


def test_no_other_backend_lets_the_demo_password_in():
    assert settings.AUTHENTICATION_BACKENDS == ["accounts.backends.PasswordBackend"]


def test_add_person_again_changes_nothing(rowan):
    assert actions.add_person(ADDRESS.upper(), "Somebody Else", roles=("editor",)) == rowan
    rowan.refresh_from_db()
    assert (rowan.first_name, rowan.is_staff, rowan.groups.count()) == ("Rowan", False, 0)


def test_address_changes_once_the_new_one_is_confirmed(client, rowan, mailbox):
    client.post(reverse("account_login"), {"login": ADDRESS, "password": PASSWORD})
    client.post(reverse("account_email"), {"email": "rowan@new.example.gov.uk", "action_add": ""})
    rowan.refresh_from_db()
    assert rowan.email == ADDRESS
    client.post(reverse("account_email_verification_sent"), {"code": mailbox.code()})
    rowan.refresh_from_db()
    assert rowan.email == "rowan@new.example.gov.uk"


@pytest.mark.parametrize(
    "name",
    [
        "account_login",
        "account_signup",
        "account_reset_password",
        "account_request_login_code",
        "account_inactive",
        "account_email_verification_sent",
        "account_confirm_login_code",
    ],
)
def test_page_for_strangers_answers(client, db, name):
    assert client.get(reverse(name)).status_code in {200, 302}


@pytest.mark.parametrize(
    "name",
    [
        "accounts:home",
        "accounts:profile",
        "accounts:second_factor",
        "account_email",
        "account_change_password",
        "mfa_index",
        "mfa_list_webauthn",
        "usersessions_list",
        "account_logout",
    ],
)
def test_page_of_ones_own_account(client, rowan, name):
    url = reverse(name)
    anonymous = client.get(url)
    assert anonymous.status_code == 302
    client.force_login(rowan)
    page = client.get(url)
    assert page.status_code == 200
    assert 'class="nhsuk-' in page.content.decode()


def test_profile_changes_the_name(client, rowan):
    client.force_login(rowan)
    page = client.get(reverse("accounts:profile")).content.decode()
    answer = client.post(reverse("accounts:profile"), {"name": "Rowan Ash Hale", **once_of(page)})
    assert answer.status_code == 302
    rowan.refresh_from_db()
    assert rowan.get_full_name() == "Rowan Ash Hale"
