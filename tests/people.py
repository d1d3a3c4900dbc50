"""The personas every view is tried as: one fixture each, signed in by `client.force_login`."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group

from accounts.models import User
from organisations.models import Contact, Membership, Organisation


def person(email: str, name: str, *roles: str) -> User:
    first, last = name.split(" ", 1)
    user = User.objects.create_user(email, None, first_name=first, last_name=last, is_staff=bool(roles))
    user.groups.set(Group.objects.filter(name__in=roles))
    return user


@pytest.fixture
def council(db) -> Organisation:
    return Organisation.objects.create(name="Elmshire Council", kind=Organisation.Kind.LOCAL_AUTHORITY)


@pytest.fixture
def referrer(council) -> User:
    """The owner: a social worker at the council."""
    user = person("referrer@example.gov.uk", "Rowan Hale")
    Membership.objects.create(organisation=council, user=user)
    Contact.objects.create(name="Rowan Hale", email=user.email, organisation=council, user=user)
    return user


@pytest.fixture
def colleague(council) -> User:
    """Same organisation, not on the case."""
    user = person("colleague@example.gov.uk", "Ash Winter")
    Membership.objects.create(organisation=council, user=user)
    return user


@pytest.fixture
def outsider(db) -> User:
    user = person("outsider@example.org", "Out Sider")
    other = Organisation.objects.create(name="Another Body")
    Membership.objects.create(organisation=other, user=user)
    return user


@pytest.fixture
def funder(council) -> Contact:
    """The budget holder: a contact without an account."""
    return Contact.objects.create(name="Morgan Field", email="funder@example.gov.uk", organisation=council)


@pytest.fixture
def coordinator(db) -> User:
    return person("coordinator@example.nhs.uk", "Cory Dale", "coordinator")


@pytest.fixture
def consultant(db) -> User:
    return person("consultant@example.nhs.uk", "Connie Marsh", "consultant")


@pytest.fixture
def lead(db) -> User:
    return person("lead@example.nhs.uk", "Lee Thorn", "clinical lead")


@pytest.fixture
def finance(db) -> User:
    return person("finance@example.nhs.uk", "Finn Penny", "finance officer")


@pytest.fixture
def editor(db) -> User:
    return person("editor@example.nhs.uk", "Edie Quill", "editor")
