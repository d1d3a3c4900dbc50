"""A person's organisation: joining, seeing, keeping the list."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse
from django.utils.html import escape

from accounts.actions import add_person
from mail.models import Message
from organisations import actions
from organisations.models import JoinRequest, Membership, Organisation
from tests.accounts.conftest import once_of
from tests.people import person

MINE, JOIN = "/accounts/organisation/", "/accounts/organisation/join/"


@pytest.fixture
def newcomer(db):
    return add_person("newcomer@example.gov.uk", "New Comer")


@pytest.fixture
def manager(council):
    user = person("manager@example.gov.uk", "Mary Managing")
    Membership.objects.create(organisation=council, user=user, role="manager")
    return user


def send(client, page: str, to: str | None = None, **data):
    """POST as the page's own form would."""
    return client.post(to or page, {**once_of(client.get(page).content.decode()), **data})


def test_join_by_domain(client, newcomer, council, coordinator):
    actions.add_domain(council, "example.gov.uk", by=coordinator)
    client.force_login(newcomer)
    answer = send(client, JOIN, reverse("organisations:join_ours"), next="/consultations/refer/")
    assert answer.url == "/consultations/refer/"
    assert council.memberships.get().user == newcomer


def test_join_ours_without_a_verified_domain_is_not_there(client, newcomer, council):
    """R9"""
    client.force_login(newcomer)
    assert send(client, JOIN, reverse("organisations:join_ours")).status_code == 404
    assert not council.memberships.exists()


def test_join_ours_with_an_address_not_proved_is_refused(client, council, coordinator):
    """R9"""
    actions.add_domain(council, "example.gov.uk", by=coordinator)
    user = person("impostor@example.gov.uk", "Im Postor")
    EmailAddress.objects.create(user=user, email=user.email, verified=False)
    client.force_login(user)
    send(client, JOIN, reverse("organisations:join_ours"))
    assert not council.memberships.exists()


def test_join_names_a_new_organisation(client, newcomer):
    client.force_login(newcomer)
    answer = send(client, JOIN, name="Newshire  Trust", kind="nhs_trust")
    assert answer.url == "/accounts/"
    organisation = Organisation.objects.get()
    assert (organisation.name, organisation.kind) == ("Newshire Trust", "nhs_trust")
    assert organisation.memberships.get().role == "manager"


def test_join_with_the_name_of_an_organisation_asks_staff(client, newcomer, council):
    """R9: naming it does not open it."""
    client.force_login(newcomer)
    page = send(client, JOIN, name="elmshire council", kind="charity")
    assert not council.memberships.exists()
    assert JoinRequest.objects.get().user == newcomer
    assert "We check that you work there" in client.get(page.url).content.decode()


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"name": "", "kind": "charity"}, "Enter the name of your organisation"),
        ({"name": "New"}, "Choose what kind of organisation it is"),
        ({"name": "New", "kind": "empire"}, "Choose"),
        ({"name": "x" * 201, "kind": "charity"}, "200 characters or fewer"),
    ],
)
def test_join_says_what_to_do(client, newcomer, data, told):
    client.force_login(newcomer)
    answer = send(client, JOIN, **data)
    assert answer.status_code == 200
    assert told in answer.content.decode()
    assert not Organisation.objects.exists()


@pytest.mark.parametrize(
    "evil", ["https://evil.example.com/", "//evil.example.com", "javascript:alert(1)", "NaN"]
)
def test_join_goes_on_within_the_site_alone(client, newcomer, evil):
    client.force_login(newcomer)
    assert evil not in client.get(JOIN, {"next": evil}).content.decode()
    assert send(client, JOIN, name="New", kind="charity", next=evil).url == "/accounts/"


def test_join_twice_by_double_click_makes_one(client, newcomer):
    """R13"""
    client.force_login(newcomer)
    data = {**once_of(client.get(JOIN).content.decode()), "name": "New", "kind": "charity"}
    answers = {client.post(JOIN, data).url for _ in range(2)}
    assert answers == {"/accounts/"}
    assert Organisation.objects.count() == 1
    assert not JoinRequest.objects.exists()


@pytest.mark.parametrize("url", [MINE, JOIN])
def test_page_asks_a_stranger_to_sign_in(client, db, url):
    assert client.get(url).url == f"/accounts/login/?next={url}"


def test_mine_shows_colleagues(client, referrer, colleague):
    client.force_login(referrer)
    text = client.get(MINE).content.decode()
    assert "Ash Winter" in text
    assert "Elmshire Council" in text


def test_mine_shows_an_outsider_nothing_of_others(client, referrer, outsider):
    """R9"""
    client.force_login(outsider)
    text = client.get(MINE).content.decode()
    assert "Elmshire" not in text
    assert "Rowan" not in text


@pytest.mark.parametrize("many", [1, 50])
def test_mine_takes_the_same_queries_however_many(
    client, referrer, council, many, django_assert_max_num_queries
):
    for n in range(many):
        Membership.objects.create(organisation=council, user=person(f"p{n}@example.gov.uk", f"Person {n}"))
    client.force_login(referrer)
    client.get(MINE)
    with django_assert_max_num_queries(10):
        client.get(MINE)


def test_manager_changes_a_role(client, manager, referrer):
    client.force_login(manager)
    page = reverse("organisations:place", args=[referrer.memberships.get().pk])
    assert send(client, page, role="booker").url == MINE
    assert referrer.memberships.get().role == "booker"


def test_manager_removes_somebody(client, manager, referrer):
    client.force_login(manager)
    pk = referrer.memberships.get().pk
    send(client, reverse("organisations:place", args=[pk]), reverse("organisations:leave", args=[pk]))
    assert not referrer.memberships.exists()


def test_only_manager_cannot_leave_others_behind(client, manager, referrer):
    client.force_login(manager)
    pk = manager.memberships.get().pk
    send(client, reverse("organisations:place", args=[pk]), reverse("organisations:leave", args=[pk]))
    assert manager.memberships.exists()
    assert escape("only manager") in client.get(MINE).content.decode()


def test_member_leaves_but_changes_no_role(client, referrer, manager):
    client.force_login(referrer)
    pk = referrer.memberships.get().pk
    page = reverse("organisations:place", args=[pk])
    assert 'name="role"' not in client.get(page).content.decode()
    assert send(client, page, role="manager").status_code == 404
    assert referrer.memberships.get().role == "member"
    send(client, page, reverse("organisations:leave", args=[pk]))
    assert not referrer.memberships.exists()


@pytest.mark.parametrize("who", ["colleague", "outsider", "coordinator"])
@pytest.mark.parametrize("name", ["place", "leave"])
def test_nobody_else_touches_a_membership(client, request, referrer, manager, who, name):
    """R9"""
    client.force_login(request.getfixturevalue(who))
    url = reverse(f"organisations:{name}", args=[referrer.memberships.get().pk])
    once = once_of(client.get(JOIN).content.decode())
    assert client.post(url, {**once, "role": "manager"}).status_code == 404
    assert client.get(url).status_code in {404, 405}
    assert referrer.memberships.get().role == "member"


def test_manager_elsewhere_is_nobody_here(client, outsider, referrer):
    """R9"""
    outsider.memberships.update(role="manager")
    client.force_login(outsider)
    url = reverse("organisations:place", args=[referrer.memberships.get().pk])
    assert client.get(url).status_code == 404


class TestStaff:
    """The same from the desk."""

    @pytest.fixture(autouse=True)
    def _relaxed(self, settings):
        settings.STAFF_SECOND_FACTOR = False

    @pytest.fixture
    def desk(self, client, coordinator):
        client.force_login(coordinator)
        return client

    def page(self, council) -> str:
        return reverse("organisation:inspect", args=[council.pk])

    @pytest.mark.parametrize("name", ["organisation", "contact", "joinrequest"])
    def test_list_answers_and_searches(self, desk, referrer, funder, newcomer, council, name):
        actions.ask_to_join(newcomer, council)
        page = desk.get(reverse(f"{name}:index"), {"q": "elmshire"})
        assert page.status_code == 200
        assert "Elmshire Council" in page.content.decode()
        assert (
            "Elmshire Council"
            not in desk.get(reverse(f"{name}:index_results"), {"q": "zzz"}).content.decode()
        )

    def test_organisation_page_shows_everything(self, desk, referrer, funder, council):
        text = desk.get(self.page(council)).content.decode()
        for expected in ("Rowan Hale", "Morgan Field", "Add and verify this domain"):
            assert expected in text

    def test_organisation_is_made_and_its_history_told(self, desk):
        desk.post(reverse("organisation:add"), {"name": "Oakshire", "kind": "court", "address": ""})
        made = Organisation.objects.get(name="Oakshire")
        assert desk.get(reverse("organisation:history", args=[made.pk])).status_code == 200

    def test_domain_is_added_verified_and_removed(self, desk, council):
        send(
            desk,
            self.page(council),
            reverse("organisation_acts:add_domain", args=[council.pk]),
            name="Example.gov.uk",
        )
        domain = council.domains.get()
        assert domain.verified_at
        send(desk, self.page(council), reverse("organisation_acts:remove_domain", args=[domain.pk]))
        assert not council.domains.exists()

    def test_public_mail_is_refused_in_words(self, desk, council):
        send(
            desk,
            self.page(council),
            reverse("organisation_acts:add_domain", args=[council.pk]),
            name="gmail.com",
        )
        assert not council.domains.exists()
        assert "Anybody can have an address there" in desk.get(self.page(council)).content.decode()

    def test_domain_that_was_claimed_is_verified(self, desk, newcomer):
        organisation = actions.register(newcomer, name="New", kind="other")
        domain = organisation.domains.get()
        send(desk, self.page(organisation), reverse("organisation_acts:verify_domain", args=[domain.pk]))
        assert Organisation.for_email("x@example.gov.uk") == organisation

    def test_person_is_added_changed_and_removed(self, desk, council, newcomer):
        add = reverse("organisation_acts:add_member", args=[council.pk])
        send(desk, self.page(council), add, email="nobody@example.org", role="member")
        assert not council.memberships.exists()
        send(desk, self.page(council), add, email="NEWCOMER@example.gov.uk", role="member")
        pk = council.memberships.get().pk
        send(desk, self.page(council), reverse("organisation_acts:change_role", args=[pk]), role="finance")
        assert council.memberships.get().role == "finance"
        send(desk, self.page(council), reverse("organisation_acts:remove_member", args=[pk]))
        assert not council.memberships.exists()

    @pytest.mark.parametrize(("answer", "letter"), [("approve", "joined"), ("decline", "not_joined")])
    def test_request_is_answered_once_and_told(self, desk, council, newcomer, answer, letter):
        """R7, R10"""
        asked = actions.ask_to_join(newcomer, council)
        page = reverse("joinrequest:inspect", args=[asked.pk])
        url = reverse(f"organisation_acts:{answer}_request", args=[asked.pk])
        once = once_of(desk.get(page).content.decode())
        other = once_of(desk.get(page).content.decode())
        for token in (once, once, other):
            desk.post(url, token)
        assert [m.template for m in Message.objects.all()] == [f"organisations/{letter}"]
        assert council.memberships.exists() == (answer == "approve")

    @pytest.mark.parametrize("who", ["referrer", "consultant", "finance", "editor"])
    def test_acts_are_not_there_for_others(self, client, request, council, who):
        """R9"""
        client.force_login(request.getfixturevalue(who))
        once = once_of(client.get(JOIN).content.decode())
        url = reverse("organisation_acts:add_domain", args=[council.pk])
        assert client.post(url, {**once, "name": "evil.example.org"}).status_code == 404
        assert not council.domains.exists()

    def test_acts_answer_post_alone(self, desk, council):
        assert desk.get(reverse("organisation_acts:add_domain", args=[council.pk])).status_code == 405
