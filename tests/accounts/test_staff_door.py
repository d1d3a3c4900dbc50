"""The staff side: one door, by one's own account, with a second factor."""

from __future__ import annotations

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client
from django.urls import reverse

from accounts import actions

PASSWORD = "three words and a stile"
DESK = "/admin/"


@pytest.fixture
def staff(db, settings):
    settings.STAFF_SECOND_FACTOR = True
    return actions.add_person(
        "coordinator@example.nhs.uk", "Cory Dale", roles=("coordinator",), password=PASSWORD
    )


def sign_in(client: Client, user) -> None:
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})


@pytest.mark.parametrize(
    "path", ["login/", "password_reset/", "password_reset/done/", "password_reset/confirm/x/y/"]
)
def test_wagtails_own_sign_in_is_closed(client, db, path):
    answer = client.get(f"/admin/{path}?next=/admin/")
    assert answer.status_code in {302, 404}
    if answer.status_code == 302:
        assert answer.url == "/accounts/login/?next=/admin/"


def test_wagtails_own_sign_in_takes_no_password(client, staff):
    client.post("/admin/login/", {"username": staff.email, "password": PASSWORD})
    assert "_auth_user_id" not in client.session


def test_djangos_admin_is_not_there(client, staff, settings):
    settings.STAFF_SECOND_FACTOR = False
    client.force_login(staff)
    assert client.get("/django-admin/").status_code == 404
    assert client.get("/admin/auth/user/").status_code == 404


def test_account_page_of_the_desk_changes_no_password_and_no_address(client, staff, settings):
    settings.STAFF_SECOND_FACTOR = False
    client.force_login(staff)
    page = client.get("/admin/account/").content.decode()
    assert 'type="password"' not in page
    assert 'name="name_email-email"' not in page
    client.post("/admin/account/", {"name_email-email": "evil@example.org", "password-new_password1": "x"})
    staff.refresh_from_db()
    assert staff.email == "coordinator@example.nhs.uk"
    assert staff.check_password(PASSWORD)


def test_stranger_is_sent_to_the_front_door(client, db):
    answer = client.get(DESK)
    assert answer.status_code == 302
    assert answer.url.startswith("/accounts/login/")


@pytest.mark.parametrize("path", [DESK, "/admin/pages/", "/admin/reports/site-history/", "/admin/nonsense/"])
def test_desk_is_not_there_for_a_referrer(client, referrer, path):
    """R9"""
    client.force_login(referrer)
    assert client.get(path).status_code == 404


def test_staff_without_a_second_factor_are_asked_to_set_one_up(client, staff):
    sign_in(client, staff)
    answer = client.get("/admin/reports/site-history/")
    assert answer.url == "/accounts/second-factor/?next=%2Fadmin%2Freports%2Fsite-history%2F"
    page = client.get(answer.url).content.decode()
    assert reverse("mfa_activate_totp") in page
    assert reverse("mfa_add_webauthn") in page


def test_staff_who_signed_in_without_it_are_asked_to_show_it(client, staff):
    sign_in(client, staff)
    TOTP.activate(staff, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    codes = RecoveryCodes.activate(staff).get_unused_codes()
    answer = client.get(DESK)
    assert answer.url == f"{reverse('mfa_reauthenticate')}?next=%2Fadmin%2F"
    answer = client.post(answer.url, {"code": codes[0], "next": DESK})
    assert answer.url == DESK
    assert client.get(DESK).status_code == 200


def test_staff_who_signed_in_with_it_are_let_in(client, staff):
    TOTP.activate(staff, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    codes = RecoveryCodes.activate(staff).get_unused_codes()
    sign_in(client, staff)
    client.post(reverse("mfa_authenticate"), {"code": codes[0]})
    assert client.get(DESK).status_code == 200


def test_second_factor_of_another_session_does_not_count(client, staff):
    TOTP.activate(staff, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    codes = RecoveryCodes.activate(staff).get_unused_codes()
    sign_in(client, staff)
    client.post(reverse("mfa_authenticate"), {"code": codes[0]})
    other = Client()
    other.force_login(staff)
    assert other.get(DESK).status_code == 302


def test_recovery_codes_alone_are_no_second_factor(client, staff):
    RecoveryCodes.activate(staff)
    sign_in(client, staff)
    assert client.get(DESK).url.startswith("/accounts/second-factor/")


def test_post_without_it_does_nothing(client, staff):
    sign_in(client, staff)
    answer = client.post("/admin/organisation/new/", {"name": "Sneaky", "kind": "other", "address": ""})
    assert answer.status_code == 302
    from organisations.models import Organisation

    assert not Organisation.objects.filter(name="Sneaky").exists()


def test_signing_out_from_the_desk_leads_to_the_front_door(client, staff, settings):
    settings.STAFF_SECOND_FACTOR = False
    client.force_login(staff)
    answer = client.post("/admin/logout/")
    assert answer.url == reverse("account_logout")
    client.post(answer.url)
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "path", [DESK, "/admin/organisation/", "/admin/organisation/new/", "/admin/account/"]
)
def test_relaxed_second_factor_is_said_on_each_page(client, staff, settings, path):
    settings.STAFF_SECOND_FACTOR = False
    client.force_login(staff)
    assert "No second factor is asked of staff here." in client.get(path).content.decode()


def test_nothing_is_said_where_it_is_asked(client, staff):
    TOTP.activate(staff, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    codes = RecoveryCodes.activate(staff).get_unused_codes()
    sign_in(client, staff)
    client.post(reverse("mfa_authenticate"), {"code": codes[0]})
    assert "No second factor is asked" not in client.get(DESK).content.decode()


@pytest.mark.parametrize("role", ["coordinator", "consultant", "clinical lead", "finance officer", "editor"])
def test_every_role_opens_the_desk(client, db, settings, role):
    settings.STAFF_SECOND_FACTOR = False
    client.force_login(actions.add_person("staff@example.nhs.uk", "Sta Ff", roles=(role,)))
    assert client.get(DESK).status_code == 200


def test_superuser_keeps_accounts_without_passwords(client, db, settings):
    settings.STAFF_SECOND_FACTOR = False
    from accounts.models import User

    boss = User.objects.create_superuser("boss@example.nhs.uk", PASSWORD)
    client.force_login(boss)
    page = client.get("/admin/users/new/")
    assert page.status_code == 200
    assert 'type="password"' not in page.content.decode()
