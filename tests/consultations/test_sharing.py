"""A colleague let in and out; a phone enquiry taken down and taken up."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.db import transaction
from django.test import Client
from django.urls import reverse
from wagtail.models import ModelLogEntry

from changes.refusals import Refused, Stale
from consultations import actions
from consultations.models import Colleague, Consultation
from design import tokens
from mail.models import Message
from organisations.models import Contact, Membership
from tests.factories import consultations as cases

pytestmark = pytest.mark.django_db
PAGES = ["case", "referral", "network", "check", "colleagues"]


@pytest.fixture
def draft(referrer, council):
    return cases.draft(referrer, council)


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def post(client: Client, url: str, user, **data: object):
    return client.post(url, {tokens.FIELD: tokens.new(user), **data}, follow=True)


def test_a_colleague_who_is_let_in_sees_the_case_as_the_referrer_does(draft, referrer, colleague):
    """R9: a 404 before, each page after, a 404 again once they are let out; both are logged."""
    client = signed_in(colleague)
    urls = [reverse(f"consultations:{page}", args=[draft.reference]) for page in PAGES]
    assert {client.get(url).status_code for url in urls} == {404}

    added = post(signed_in(referrer), urls[-1], referrer, email=colleague.email)

    assert "now sees this consultation" in added.content.decode()
    assert {client.get(url).status_code for url in urls} == {200}
    assert draft.reference in client.get("/consultations/").content.decode()
    assert ModelLogEntry.objects.get(action="consultation.shared").user == referrer

    post(signed_in(referrer), f"{urls[-1]}{Colleague.objects.get().pk}/out/", referrer)

    assert {client.get(url).status_code for url in urls} == {404}
    assert ModelLogEntry.objects.filter(action="consultation.unshared").count() == 1


def test_a_colleague_is_told_with_the_reference_alone(draft, referrer, colleague):
    """R8"""
    actions.let_in(draft, email=colleague.email, by=referrer)

    mail = Message.objects.get(template="consultations/let_in")
    assert (mail.to, draft.reference in mail.subject) == (colleague.email, True)
    assert str(cases.ANSWERS["initials"]) not in mail.text + mail.html


def test_who_leaves_the_organisation_is_off_its_cases(draft, referrer, colleague):
    """R9"""
    actions.let_in(draft, email=colleague.email, by=referrer)

    Membership.objects.filter(user=colleague).delete()

    assert not Consultation.objects.visible_to(colleague).exists()


def test_a_colleague_reads_what_the_referrer_sent(referrer, colleague, council, coordinator, funder):
    """R9: what they sent each other's way, while both are on the case."""
    case = cases.funded(referrer, council, coordinator, funder)
    document = actions.receive_document(cases.first_required(case), cases.text_file(), by=referrer)
    assert not document.may_be_read_by(colleague)
    row = actions.let_in(case, email=colleague.email, by=referrer)
    document = type(document).objects.get(pk=document.pk)
    assert document.may_be_read_by(colleague)
    actions.let_out(row, by=referrer)
    assert not type(document).objects.get(pk=document.pk).may_be_read_by(colleague)


@pytest.mark.parametrize("who", ["outsider", "nobody", "referrer"])
def test_only_a_colleague_of_the_same_organisation_is_let_in(draft, referrer, outsider, who):
    """R9"""
    email = {"outsider": outsider.email, "referrer": referrer.email}.get(who, "nobody@example.gov.uk")

    page = post(
        signed_in(referrer),
        reverse("consultations:colleagues", args=[draft.reference]),
        referrer,
        email=email,
    )

    assert not Colleague.objects.exists()
    said = page.content.decode()
    assert f'value="{email}"' in said  # R13: what was typed stays in its box
    assert 'id="id_email_error"' in said


def test_only_the_referrer_lets_others_in(draft, referrer, colleague, outsider):
    """R9: a colleague who was let in lets nobody in, nor out; an outsider finds nothing."""
    own = actions.let_in(draft, email=colleague.email, by=referrer)
    url = reverse("consultations:colleagues", args=[draft.reference])

    with pytest.raises(Refused, match="Only Rowan Hale"):
        actions.let_in(draft, email=outsider.email, by=colleague)
    with pytest.raises(Refused, match="Only Rowan Hale"):
        actions.let_out(own, by=outsider)
    assert post(signed_in(outsider), url, outsider, email=outsider.email).status_code == 404
    assert post(signed_in(outsider), f"{url}{own.pk}/out/", outsider).status_code == 404
    assert Client().get(url).status_code == 302
    actions.let_out(own, by=colleague)
    assert not Colleague.objects.exists()


@pytest.mark.parametrize("status", Consultation.ENDED)
def test_nobody_is_let_into_what_has_ended(draft, referrer, colleague, status):
    """R7"""
    Consultation.objects.filter(pk=draft.pk).update(status=status)

    with pytest.raises(Refused, match="has ended"):
        actions.let_in(draft, email=colleague.email, by=referrer)


def test_letting_in_is_atomic(draft, referrer, colleague):
    """R10"""
    with pytest.raises(RuntimeError), transaction.atomic():
        actions.let_in(draft, email=colleague.email, by=referrer)
        raise RuntimeError

    assert not Colleague.objects.exists()
    assert not Message.objects.filter(template="consultations/let_in").exists()


# --- A phone enquiry

ENQUIRY = "/admin/consultations/enquiry/"


@pytest.fixture
def caller(council):
    """Somebody who rang and has since made an account with the mailbox they gave."""
    from tests.people import person

    user = person("caller@example.gov.uk", "Cal Lerr")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@pytest.fixture
def enquiry(council, coordinator):
    return actions.take_enquiry(
        council, name="Cal Lerr", email="caller@example.gov.uk", answers={"age": 12}, by=coordinator
    )


def test_a_coordinator_takes_down_an_enquiry(staff, coordinator, council):
    """R8: the mail has the reference and the link, nothing that was said."""
    client = staff(coordinator)

    page = post(
        client, ENQUIRY, coordinator, organisation=council.pk, name="Cal Lerr", email="caller@example.gov.uk",
        behaviours="Something at a club.", age="12", gender="boy", social_worker_allocated="no",
    )  # fmt: skip

    case = Consultation.objects.get()
    assert f"{case.reference} is on its way to caller@example.gov.uk" in page.content.decode()
    assert (case.referral.behaviours, case.referral.age) == ("Something at a club.", 12)
    mail = Message.objects.get()
    assert f"/consultations/{case.reference}/complete/" in mail.text
    assert "club" not in mail.text + mail.html + mail.subject
    assert client.get(f"/admin/consultations/{case.pk}/").status_code == 404


def test_an_enquiry_keeps_what_was_typed_and_says_what_is_missing(staff, coordinator):
    """R13"""
    page = post(staff(coordinator), ENQUIRY, coordinator, behaviours="Something at a club.", age="200")

    assert page.status_code == 422
    text = page.content.decode()
    assert "Something at a club." in text
    assert "Enter the caller’s name" in text
    assert "up to 21" in text


@pytest.mark.parametrize("who", ["consultant", "finance", "editor", "referrer"])
def test_enquiries_are_taken_down_by_coordinators_and_leads(staff, request, enquiry, who):
    """R9"""
    user = request.getfixturevalue(who)
    client = staff(user)
    assert client.get(ENQUIRY).status_code == 404
    assert post(client, f"{ENQUIRY}{enquiry.pk}/again/", user).status_code == 404
    assert Client().get(ENQUIRY).status_code == 302


def test_the_caller_takes_the_enquiry_up(enquiry, caller, referrer, outsider):
    """R9: whoever has proved the mailbox, and nobody else."""
    url = reverse("consultations:complete", args=[enquiry.reference])
    assert Client().get(url).status_code == 302
    for other in (referrer, outsider):
        assert signed_in(other).get(url).status_code == 404
        assert post(signed_in(other), url, other).status_code == 404
    client = signed_in(caller)
    assert "Complete the referral" in client.get(url).content.decode()

    page = post(client, url, caller)

    assert page.redirect_chain[-1][0] == reverse("consultations:referral", args=[enquiry.reference])
    assert Contact.objects.get(email=caller.email).user == caller
    assert client.get(url).status_code == 302


def test_an_address_that_is_not_proved_opens_nothing(enquiry, caller):
    """R9"""
    EmailAddress.objects.update(verified=False)

    assert (
        signed_in(caller).get(reverse("consultations:complete", args=[enquiry.reference])).status_code == 404
    )
    with pytest.raises(Refused, match="for somebody else"):
        actions.take_up(enquiry, by=caller)


def test_the_link_is_sent_again_until_it_was_taken_up(staff, coordinator, enquiry, caller):
    """R7"""
    post(staff(coordinator), f"{ENQUIRY}{enquiry.pk}/again/", coordinator)
    assert Message.objects.filter(template="consultations/enquiry_taken").count() == 2

    actions.take_up(enquiry, by=caller)

    with pytest.raises(Stale):
        actions.send_enquiry_again(enquiry, by=coordinator)
    assert post(staff(coordinator), f"{ENQUIRY}{enquiry.pk}/again/", coordinator).status_code == 404
