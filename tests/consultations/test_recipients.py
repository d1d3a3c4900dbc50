"""Who may read the issued report, when they did, and whether a copy is as we issued it."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.urls import reverse
from wagtail.models import ModelLogEntry

from changes.refusals import Refused, Stale
from consultations import actions
from consultations.models import Recipient
from consultations.receipts import receipts_of
from consultations.verification import is_issued
from mail.models import Message
from tests.consultations.conftest import said, send, url
from tests.factories import consultations as cases
from vault.reading import content

pytestmark = pytest.mark.django_db
VERIFY = "/consultations/verify/"


@pytest.fixture
def issued(a_case) -> Any:
    return a_case("issued")


@pytest.fixture
def sam(outsider) -> Any:
    """The police officer of the network, who has proved the mailbox that the case names."""
    outsider.email = "sam.brook@example.org"
    outsider.save()
    EmailAddress.objects.create(user=outsider, email=outsider.email, verified=True)
    return outsider


def paths(case: Any) -> list[str]:
    names = ("consultations:recommendations", "consultations:recommendations_pdf")
    return [reverse(n, args=[case.reference, *v]) for n in names for v in ((), (1,))]


def test_a_named_person_reads_until_taken_off_and_every_reading_is_logged(issued, client, sam, lead):
    """R9"""
    client.force_login(sam)
    assert [client.get(path).status_code for path in paths(issued)] == [404] * 4
    recipient = actions.name_recipient(issued, name="Sam Brook", email="Sam.Brook@example.org", by=lead)
    for path in paths(issued):
        answer = client.get(path)
        assert answer.status_code == 200
        b"".join(answer)
    assert client.get(f"/consultations/{issued.reference}/").status_code == 404  # the report, not the case
    assert issued.reference in client.get("/consultations/").content.decode()
    receipt = receipts_of(issued)[1]
    assert (receipt.name, receipt.times, receipt.is_standing) == ("Sam Brook", 4, True)

    actions.revoke_recipient(recipient, by=lead)

    assert [client.get(path).status_code for path in paths(issued)] == [404] * 4
    assert receipts_of(issued)[1].times == 4
    with pytest.raises(Stale):
        actions.revoke_recipient(recipient, by=lead)


def test_an_address_that_is_not_proved_opens_nothing(issued, client, sam, lead, colleague):
    """R9: whoever types somebody else's address into an account reads nothing; nor does a colleague."""
    actions.name_recipient(issued, name="Sam Brook", email=sam.email, by=lead)
    EmailAddress.objects.update(verified=False)
    for person in (sam, colleague):
        client.force_login(person)
        assert [client.get(path).status_code for path in paths(issued)] == [404] * 4
    client.logout()
    assert [client.get(path).status_code for path in paths(issued)] == [302] * 4
    assert not ModelLogEntry.objects.filter(action="recommendations.read").exists()


def test_each_named_person_gets_one_mail_with_the_reference_alone(a_case, lead):
    """R8, R10: those named before are told at issue, those named after at once."""
    case = a_case("signed_off")
    actions.name_recipient(case, name="Sam Brook", email="sam.brook@example.org", by=lead)
    assert not Message.objects.filter(template="consultations/recommendations_shared").exists()
    actions.issue_recommendations(case.report, by=lead)
    actions.name_recipient(cases.fresh(case), name="Jo Reed", email="jo@example.org", by=lead)
    mails = Message.objects.filter(template="consultations/recommendations_shared")
    assert [m.to for m in mails.order_by("pk")] == ["sam.brook@example.org", "jo@example.org"]
    for mail in mails:
        assert case.reference in mail.subject
        assert "safety plan" not in mail.text + mail.html
        assert "J.B." not in mail.text + mail.html


def test_nobody_is_named_twice(issued, lead, referrer):
    actions.name_recipient(issued, name="Sam", email="sam.brook@example.org", by=lead)
    with pytest.raises(Refused, match="named already"):
        actions.name_recipient(issued, name="Sam", email="SAM.brook@example.org", by=lead)
    with pytest.raises(Refused, match="made the referral"):
        actions.name_recipient(issued, name="Rowan", email=referrer.email, by=lead)


@pytest.mark.parametrize("state", ["declined", "withdrawn"])
def test_nobody_is_named_on_a_case_without_a_report(a_case, lead, state):
    """R7"""
    with pytest.raises(Refused):
        actions.name_recipient(a_case(state), name="Sam", email="sam.brook@example.org", by=lead)


def test_staff_name_and_take_off_on_one_page(issued, staff, coordinator, finance):
    """R9"""
    client = staff(coordinator)
    assert "sam.brook%40example.org" in client.get(url("recipients", issued)).content.decode()
    assert send(client, "recipients", issued, email="").status_code == 422
    done = send(client, "recipients", issued, name="Sam Brook", email="sam.brook@example.org")
    assert said(client, done) == ["Named. They are being told."]
    page = client.get(url("recipients", issued)).content.decode()
    recipient = Recipient.objects.get()
    assert url("revoke", issued, recipient.pk) in page
    send(client, "revoke", issued, recipient.pk)
    assert "Taken off" in client.get(url("recipients", issued)).content.decode()
    assert staff(finance).get(url("recipients", issued)).status_code == 404


def test_receipts_take_the_same_queries_for_many(issued, lead, django_assert_num_queries):
    for count in (1, 30):
        for at in range(count):
            email = f"reader{count}-{at}@example.org"
            Recipient.objects.create(consultation=issued, name="R", email=email, named_by=lead)
        with django_assert_num_queries(6):  # of them three find the case, its contact and its versions
            receipts_of(cases.fresh(issued))


def test_a_copy_is_known_by_its_code_or_its_hash(issued):
    """R4: what the PDF prints, and the file's own SHA-256 as anybody would work it out."""
    report = issued.issued_report
    code = report.snapshot["code"]
    file_hash = hashlib.sha256(content(report)).hexdigest()
    assert report.sha256 == file_hash
    assert is_issued(issued.reference.lower(), code.lower().replace("-", " "))
    assert is_issued(f" {issued.reference} ", file_hash.upper())
    for wrong in ("", "-", code[:-1], code + "A", "0" * 64, file_hash[:32]):
        assert not is_issued(issued.reference, wrong)
    assert not is_issued("C-26-0000", code)


def test_the_page_says_yes_or_no_and_nothing_else(issued, a_case, client):
    """R8, R9: an unknown reference, a case without a report and a wrong code answer alike."""
    cache.clear()
    open_case = a_case("accepted")
    code = issued.issued_report.snapshot["code"]
    assert client.get(VERIFY).status_code == 200
    yes = client.post(VERIFY, {"reference": issued.reference, "mark": code})
    assert "This matches a version" in yes.content.decode()
    for hidden in ("Connie", "Elmshire", "version 1", "Rowan"):
        assert hidden not in yes.content.decode()
    answers = set()
    for reference in (issued.reference, open_case.reference, "C-26-XXXX"):
        page = client.post(VERIFY, {"reference": reference, "mark": "AAAA-AAAA-AAAA"}).content.decode()
        assert "It does not match" in page
        answers.add(page.split("<main")[1].split("<form")[0])
    assert len(answers) == 1
    assert client.post(VERIFY, {"reference": "", "mark": ""}).status_code == 422


def test_too_many_tries_have_to_wait(client):
    cache.clear()
    last = [client.post(VERIFY, {"reference": "C-26-7K4M", "mark": "x"}).status_code for _ in range(21)]
    assert last == [200] * 20 + [429]
    cache.clear()


def test_whom_the_referrer_would_let_read_it_is_said_where_readers_are_named(issued, staff, coordinator):
    words = "The referrer says that they may read it"
    client = staff(coordinator)
    assert words not in client.get(url("recipients", issued)).content.decode()

    issued.network.update(may_see="report")

    assert words in client.get(url("recipients", issued)).content.decode()
