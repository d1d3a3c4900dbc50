"""Who gets in, by which door, and who never does."""

from __future__ import annotations

import threading

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import connection
from wagtail.models import ModelLogEntry

from accounts.models import User
from changes.refusals import Refused, Stale
from organisations import actions
from organisations.models import Contact, Domain, JoinRequest, Membership, Organisation
from tests.people import person


def proved(user: User) -> User:
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@pytest.fixture
def newcomer(db) -> User:
    return proved(person("newcomer@example.gov.uk", "New Comer"))


@pytest.fixture
def domain(council, coordinator) -> Domain:
    return actions.add_domain(council, "example.gov.uk", by=coordinator)


@pytest.fixture
def manager(council) -> Membership:
    user = person("manager@example.gov.uk", "Mary Managing")
    return Membership.objects.create(organisation=council, user=user, role=Membership.Role.MANAGER)


def logged(organisation) -> list[str]:
    return list(
        ModelLogEntry.objects.for_instance(organisation).order_by("pk").values_list("action", flat=True)
    )


def test_join_by_a_verified_domain(newcomer, council, domain):
    membership = actions.join(newcomer, council)
    assert membership.role == Membership.Role.MEMBER
    assert list(Organisation.objects.of(newcomer)) == [council]
    assert logged(council)[-1] == "organisation.joined"


def test_join_twice_is_joining_once(newcomer, council, domain):
    assert actions.join(newcomer, council) == actions.join(newcomer, council)
    assert logged(council).count("organisation.joined") == 1


def test_join_refuses_a_stranger(council, domain):
    """R9: an address elsewhere lets nobody in."""
    stranger = proved(person("somebody@example.org", "Some Body"))
    with pytest.raises(Refused, match="does not show"):
        actions.join(stranger, council)
    assert not council.memberships.exists()


def test_join_refuses_an_address_not_proved(council, domain):
    """R9: typing an address is not having it."""
    user = person("impostor@example.gov.uk", "Im Postor")
    EmailAddress.objects.create(user=user, email=user.email, verified=False, primary=True)
    with pytest.raises(Refused):
        actions.join(user, council)


def test_join_refuses_a_domain_not_verified(newcomer, council):
    Domain.objects.create(organisation=council, name="example.gov.uk")
    with pytest.raises(Refused):
        actions.join(newcomer, council)


@pytest.mark.parametrize(
    "address", ["x@sub.example.gov.uk", "x@example.gov.uk.evil.org", "x@notexample.gov.uk"]
)
def test_join_refuses_a_domain_that_only_looks_alike(council, domain, address):
    with pytest.raises(Refused):
        actions.join(proved(person(address, "Al Ike")), council)
    assert Organisation.for_email(address) is None


def test_for_email_whatever_the_case(council, domain):
    assert Organisation.for_email("Someone@EXAMPLE.GOV.UK") == council


def test_register_makes_its_person_manager_and_vouches_for_nothing(newcomer):
    organisation = actions.register(newcomer, name=" Newshire ", kind="charity")
    assert organisation.name == "Newshire"
    assert organisation.memberships.get().role == Membership.Role.MANAGER
    assert organisation.domains.get().verified_at is None
    assert Organisation.for_email("colleague@example.gov.uk") is None


@pytest.mark.parametrize("name", ["Elmshire Council", "elmshire council", " ELMSHIRE COUNCIL "])
def test_register_never_takes_over_an_organisation(newcomer, council, name):
    """R9: naming an organisation that is here already does not let one in."""
    with pytest.raises(Refused, match="is here already"):
        actions.register(newcomer, name=name, kind="charity")
    assert not council.memberships.exists()


def test_register_with_public_mail_claims_no_domain(db):
    organisation = actions.register(proved(person("some@gmail.com", "So Me")), name="Small", kind="other")
    assert not organisation.domains.exists()


def test_register_is_all_or_nothing(newcomer, monkeypatch):
    monkeypatch.setattr(actions, "PUBLIC_MAIL", None)  # `in None` fails after the organisation was made
    with pytest.raises(TypeError):
        actions.register(newcomer, name="Half", kind="other")
    assert not Organisation.objects.filter(name="Half").exists()


def test_add_member_by_staff(outsider, council, coordinator):
    actions.add_member(outsider, council, by=coordinator, role=Membership.Role.FINANCE)
    assert council.memberships.get().role == Membership.Role.FINANCE
    entry = ModelLogEntry.objects.for_instance(council).get(action="organisation.joined")
    assert entry.user == coordinator


def test_ask_to_join_waits_for_staff(newcomer, council):
    request = actions.ask_to_join(newcomer, council)
    assert request == actions.ask_to_join(newcomer, council)
    assert request.status == JoinRequest.Status.WAITING
    assert not council.memberships.exists()


def test_ask_to_join_refuses_a_member(referrer, council):
    with pytest.raises(Refused, match="already"):
        actions.ask_to_join(referrer, council)


def test_approve_request_makes_a_member(newcomer, council, coordinator):
    request = actions.ask_to_join(newcomer, council)
    actions.approve_request(request, by=coordinator)
    assert council.memberships.get().user == newcomer


def test_decline_request_lets_nobody_in(newcomer, council, coordinator):
    request = actions.ask_to_join(newcomer, council)
    actions.decline_request(request, by=coordinator, reason="Not known to them")
    assert not council.memberships.exists()
    assert actions.ask_to_join(newcomer, council) != request  # they may ask again


@pytest.mark.parametrize("first", ["approve_request", "decline_request"])
@pytest.mark.parametrize("second", ["approve_request", "decline_request"])
def test_answer_twice_is_refused(newcomer, council, coordinator, first, second):
    """R7: a request answered stays answered."""
    request = actions.ask_to_join(newcomer, council)
    stale = JoinRequest.objects.get(pk=request.pk)
    getattr(actions, first)(request, by=coordinator)
    before = council.memberships.count()
    with pytest.raises(Stale):
        getattr(actions, second)(stale, by=coordinator)
    assert council.memberships.count() == before


def test_change_role(referrer, council, manager):
    mine = council.memberships.get(user=referrer)
    actions.change_role(mine, Membership.Role.BOOKER, by=manager.user)
    mine.refresh_from_db()
    assert mine.role == Membership.Role.BOOKER
    assert logged(council)[-1] == "organisation.role_changed"


def test_change_role_refuses_to_leave_no_manager(referrer, council, manager):
    with pytest.raises(Refused, match="only manager"):
        actions.change_role(manager, Membership.Role.MEMBER, by=manager.user)
    manager.refresh_from_db()
    assert manager.role == Membership.Role.MANAGER


def test_leave(referrer, council, manager):
    actions.leave(council.memberships.get(user=referrer), by=referrer)
    assert not Organisation.objects.of(referrer).exists()
    assert logged(council)[-1] == "organisation.left"


def test_leave_refuses_the_only_manager_of_others(referrer, council, manager):
    with pytest.raises(Refused, match="only manager"):
        actions.leave(manager, by=manager.user)
    assert council.memberships.count() == 2


def test_leave_lets_the_last_person_go(council, manager):
    actions.leave(manager, by=manager.user)
    assert not council.memberships.exists()


def test_add_domain_vouches_for_it(council, coordinator):
    domain = actions.add_domain(council, " Example.GOV.uk ", by=coordinator)
    assert (domain.name, domain.verified_by) == ("example.gov.uk", coordinator)
    assert logged(council) == ["organisation.domain_verified"]


@pytest.mark.parametrize("name", ["gmail.com", "Outlook.com", "not a domain", "a@b.org", "", "uk", "x" * 300])
def test_add_domain_refuses_what_proves_nothing(council, coordinator, name):
    with pytest.raises(ValidationError):
        actions.add_domain(council, name, by=coordinator)
    assert not council.domains.exists()


def test_add_domain_refuses_another_organisations(council, coordinator, domain):
    other = Organisation.objects.create(name="Oakshire Council")
    with pytest.raises(Refused, match="belongs to Elmshire Council"):
        actions.add_domain(other, "example.gov.uk", by=coordinator)


def test_verify_domain_twice_keeps_who_was_first(council, coordinator, lead, domain):
    actions.verify_domain(domain, by=lead)
    assert domain.verified_by == coordinator


def test_remove_domain_closes_the_door_behind_members(newcomer, council, domain, coordinator):
    actions.join(newcomer, council)
    actions.remove_domain(domain, by=coordinator)
    assert council.memberships.count() == 1
    assert Organisation.for_email("next@example.gov.uk") is None


def test_contact_for_is_the_one_we_know(funder, council):
    user = person("FUNDER@example.gov.uk", "Morgan Field")
    contact = actions.contact_for(user, council)
    assert contact == funder
    assert contact.user == user


def test_contact_for_makes_one_once(colleague, council):
    assert actions.contact_for(colleague, council) == actions.contact_for(colleague, council)
    assert Contact.objects.get(user=colleague).name == "Ash Winter"


@pytest.mark.django_db(transaction=True)
def test_contact_for_from_eight_places_is_one(postgres):
    council = Organisation.objects.create(name="Elmshire Council")
    user = person("someone@example.gov.uk", "Some One")
    barrier, found, failed = threading.Barrier(8), [], []

    def run():
        barrier.wait()
        try:
            found.append(actions.contact_for(user, council).pk)
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(found) == 8
    assert len(set(found)) == 1


@pytest.mark.django_db(transaction=True)
def test_two_managers_leaving_at_once_leave_one(postgres):
    council = Organisation.objects.create(name="Elmshire Council")
    people = [person(f"m{n}@example.gov.uk", f"Manager {n}") for n in range(8)]
    members = [Membership.objects.create(organisation=council, user=p, role="manager") for p in people]
    Membership.objects.create(organisation=council, user=person("x@example.gov.uk", "Not Manager"))
    barrier, refused = threading.Barrier(8), []

    def run(membership):
        barrier.wait()
        try:
            actions.leave(membership, by=membership.user)
        except Refused as refusal:
            refused.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(m,)) for m in members]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert council.memberships.filter(role="manager").count() == 1


def test_somebody_noted_is_one_contact_however_often_named(council):
    first = actions.note_contact(council, name="Morgan Feild", email="m.field@example.gov.uk")
    again = actions.note_contact(council, name=" Morgan Field ", email="M.Field@example.gov.uk")
    assert first == again
    assert again.name == "Morgan Field"


def test_the_name_of_an_account_is_not_corrected_by_us(council, referrer):
    theirs = Contact.objects.get(user=referrer)
    noted = actions.note_contact(council, name="Somebody Else", email=theirs.email)
    assert (noted, noted.name) == (theirs, theirs.name)
