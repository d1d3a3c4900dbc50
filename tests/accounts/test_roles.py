"""The table of roles is what the groups hold, and R9's two outsiders hold nothing of a case."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from wagtail.models import GroupPagePermission

from accounts import roles


def held(group: Group) -> set[str]:
    pairs = group.permissions.values_list("content_type__app_label", "codename")
    return {f"{app}.{codename}" for app, codename in pairs}


def test_five_roles_and_no_other_groups(db):
    assert set(Group.objects.values_list("name", flat=True)) == set(roles.ROLES)


@pytest.mark.parametrize("name", roles.ROLES)
def test_role_holds_what_the_table_says(db, name):
    unknown = roles.unknown_permissions()
    assert held(Group.objects.get(name=name)) == roles.ROLES[name] - unknown


def test_no_permission_in_the_table_is_misspelt(db):
    """A room that has models declares every permission that the table gives of it."""
    built = {app.label for app in apps.get_app_configs() if list(app.get_models())}
    assert {name for name in roles.unknown_permissions() if name.split(".")[0] in built} == set()


def test_sync_again_changes_nothing(db, django_assert_max_num_queries):
    before = {g.name: held(g) for g in Group.objects.all()}
    pages = GroupPagePermission.objects.count()
    roles.sync()
    assert {g.name: held(g) for g in Group.objects.all()} == before
    assert GroupPagePermission.objects.count() == pages


def test_sync_takes_away_what_the_table_does_not_say(db):
    group = Group.objects.get(name=roles.EDITOR)
    group.permissions.add(Permission.objects.get(codename="delete_organisation"))
    roles.sync()
    assert "organisations.delete_organisation" not in held(group)


@pytest.mark.parametrize("name", [roles.EDITOR, roles.FINANCE_OFFICER])
def test_finance_and_editor_hold_nothing_of_a_case(db, name):
    """R9: neither the table nor the group gives them a permission on consultations or on the mail list."""
    rooms = {"consultations", "mail", "vault"}
    assert {p for p in roles.ROLES[name] if p.split(".")[0] in rooms} == set()
    assert {p for p in held(Group.objects.get(name=name)) if p.split(".")[0] in rooms} == set()


def test_only_the_clinical_lead_signs_off():
    having = {name for name, held in roles.ROLES.items() if "consultations.sign_off_recommendations" in held}
    assert having == {roles.CLINICAL_LEAD}


def test_nobody_but_a_superuser_keeps_accounts():
    assert {
        p for held in roles.ROLES.values() for p in held if p.split(".")[0] in {"accounts", "auth"}
    } == set()


def test_editor_may_publish_pages(db, editor):
    from wagtail.models import Page

    home = Page.objects.filter(depth=2).first()
    assert home.permissions_for_user(editor).can_publish()


def test_consultant_may_not_publish_pages(db, consultant):
    from wagtail.models import Page

    assert not Page.objects.filter(depth=2).first().permissions_for_user(consultant).can_publish()
