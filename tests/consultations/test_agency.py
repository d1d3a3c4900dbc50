"""An agency's upload link: no account, its own list, nothing else."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from changes.refusals import Refused
from consultations import actions
from consultations.models import AgencyLink, CaseDocument, DocumentRequest
from design import tokens
from mail.models import Message
from tests.consultations.conftest import said, send, url
from tests.factories import consultations as cases

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(a_case):
    return a_case("funded")


@pytest.fixture
def lines(case) -> list[DocumentRequest]:
    """Three lines; the link is for the first two."""
    return list(case.document_requests.all()[:3])


@pytest.fixture
def link(case, lines, coordinator) -> AgencyLink:
    return make(case, lines[:2], coordinator)


def make(case, lines, by, email: str = "sam.brook@example.org") -> AgencyLink:
    return actions.make_agency_link(
        case, name="Sam Brook", agency="Elmshire Police", email=email, lines=lines, by=by
    )


def mailed_path() -> str:
    """The address of the button in the newest mail to an agency."""
    mail = Message.objects.filter(template__startswith="consultations/agency").latest("pk")
    found = re.search(r"https?://[^/]+(/consultations/agency/open/[^/\s]+/)", mail.text)
    assert found
    return found[1]


def opened(client: Client | None = None) -> Client:
    """A browser that has followed the newest link and given the code from the mailbox."""
    client = client or Client()
    path = mailed_path()
    client.post(path, {"send": "1"})
    mail = Message.objects.filter(template="accounts/link_code").latest("pk")
    code = re.search(r"\b(\d{6})\b", mail.text)
    assert code
    assert client.post(path, {"code": code[1]}).status_code == 302
    return client


def pages(link: AgencyLink, number: int) -> list[str]:
    return [
        reverse("consultations:agency", args=[link.pk]),
        reverse("consultations:agency_document", args=[link.pk, number]),
        reverse("consultations:agency_decline", args=[link.pk, number]),
    ]


def said_by(answer: Any) -> str:
    """A page without its tokens, which differ each time."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"|[\w-]+\.\w+:[\w-]+', "", answer.content.decode())


def sent(client: Client, link: AgencyLink, line: DocumentRequest, **more: Any) -> Any:
    page = reverse("consultations:agency_document", args=[link.pk, line.number])
    return client.post(page, {"token": uuid4(), "documents": cases.text_file(), **more})


# --- Made, sent anew, ended -----------------------------------------------------------------------


def test_make_agency_link_mails_the_reference_alone(case, lines, link):
    """R8: no name of a document, no organisation of the case."""
    mail = Message.objects.get(template="consultations/agency_asked")

    assert (mail.to, mail.about, mail.sensitive) == ("sam.brook@example.org", case.reference, True)
    for word in (*(line.title for line in lines), case.organisation.name, "EL-2041"):
        assert word not in mail.subject + mail.text
    entry = ModelLogEntry.objects.get(action="consultation.link_made")
    assert "sam.brook" not in str(entry.data)


def test_make_agency_link_refuses_no_lines_closed_lines_and_closed_cases(a_case, case, lines, coordinator):
    with pytest.raises(Refused, match="at least one"):
        make(case, [], coordinator)
    required = cases.first_required(case)
    actions.waive_document(required, reason="Seen.", by=coordinator)
    with pytest.raises(Refused, match="takes no files"):
        make(case, [required], coordinator)
    actions.withdraw(case, reason="They asked.", by=coordinator)
    with pytest.raises(Refused, match="accepted consultation"):
        make(case, lines[1:], coordinator)


def test_another_link_for_the_same_mailbox_ends_the_one_before(case, lines, link, coordinator):
    make(case, lines, coordinator, email="Sam.Brook@example.org")

    link.refresh_from_db()
    assert not link.is_open


def test_extend_agency_link_takes_the_place_of_the_mailed_one(link, coordinator):
    first = mailed_path()
    with time_machine.travel(timezone.now() + timedelta(days=40)):
        assert Client().get(first).status_code == 404
        actions.extend_agency_link(link, by=coordinator)
        assert Client().get(mailed_path()).status_code == 200
        assert Client().get(first).status_code == 404


def test_revoke_agency_link_twice_is_one_entry_and_is_for_good(link, coordinator):
    """R7"""
    actions.revoke_agency_link(link, by=coordinator)
    actions.revoke_agency_link(link, by=coordinator)

    assert ModelLogEntry.objects.filter(action="consultation.link_ended").count() == 1
    with pytest.raises(Refused, match="was ended"):
        actions.extend_agency_link(link, by=coordinator)


# --- What its holder sees -------------------------------------------------------------------------


def test_the_agency_sees_its_own_list_and_nothing_else_of_the_case(case, lines, link):
    """R8, R9: the reference and its lines; titles of pages say the reference alone."""
    client = opened()
    page = client.get(reverse("consultations:agency", args=[link.pk])).content.decode()

    assert lines[0].title in page
    assert lines[2].title not in page
    assert "Rowan Hale" not in page
    assert f"<title>Documents for {case.reference}" in page
    one = client.get(pages(link, lines[0].number)[1]).content.decode()
    assert f"<title>Document {lines[0].number} for {case.reference}" in one
    assert client.get(pages(link, lines[2].number)[1]).status_code == 404


def test_the_agency_sends_a_file_and_reads_nothing(case, lines, link, referrer, consultant):
    """R9: it sees its own file by name, not those of others; nobody but staff reads it."""
    actions.receive_document(lines[0], cases.text_file("of the referrer.txt"), by=referrer)
    client = opened()

    assert sent(client, link, lines[0]).status_code == 302
    page = client.get(pages(link, lines[0].number)[1]).content.decode()
    assert "chronology.txt" in page
    assert "of the referrer.txt" not in page
    document = CaseDocument.objects.get(sent_by_link=link)
    assert (document.uploaded_by, document.uploaded_name) == (None, "Sam Brook, Elmshire Police")
    CaseDocument.objects.update(status="clean")
    download = reverse("consultations:download", args=[case.reference, lines[0].number, document.pk])
    assert client.get(download).status_code == 302
    owner = Client()
    owner.force_login(referrer)
    assert owner.get(download).status_code == 404
    other = owner.get(reverse("consultations:document", args=[case.reference, lines[0].number]))
    assert "chronology.txt" not in other.content.decode()
    assert document.may_be_read_by(consultant)


def test_a_file_of_the_agency_counts_as_received_and_is_told_by_name(lines, link):
    document = actions.receive_document(lines[0], cases.text_file(), by=link)
    CaseDocument.objects.filter(pk=document.pk).update(status="clean")

    actions.document_scanned(CaseDocument.objects.get(pk=document.pk))

    lines[0].refresh_from_db()
    assert lines[0].status == "received"
    entry = ModelLogEntry.objects.get(action="documentrequest.received")
    assert entry.data["by"] == "Sam Brook, Elmshire Police"


def test_a_script_of_the_agency_sends_one_by_one_and_never_doubles(lines, link):
    """R10, R13"""
    client, token = opened(), uuid4()
    page = pages(link, lines[0].number)[1]
    for _ in range(2):
        answer = client.post(
            page, {"token": token, "documents": cases.text_file()}, headers={"Accept": "application/json"}
        )
        assert answer.json() == {"problems": []}

    assert link.files.count() == 1


def test_the_agency_says_that_it_cannot_share(lines, link):
    client = opened()
    url_ = pages(link, lines[1].number)[2]
    answers = {"answer": "refused", "words": "The investigation goes on."}

    client.post(url_, {tokens.FIELD: tokens.new(None), **answers})

    lines[1].refresh_from_db()
    assert (lines[1].status, lines[1].holder_name) == ("refused", "Sam Brook, Elmshire Police")


def test_a_returned_file_is_told_to_the_agency_that_sent_it_with_a_link_that_works(lines, link, coordinator):
    """R8, R10"""
    document = actions.receive_document(lines[0], cases.text_file(), by=link)
    CaseDocument.objects.filter(pk=document.pk).update(status="clean")
    actions.document_scanned(CaseDocument.objects.get(pk=document.pk))
    line = DocumentRequest.objects.get(pk=lines[0].pk)

    actions.return_document(line, reason="Page 3 is missing.", by=coordinator)

    mail = Message.objects.get(template="consultations/agency_returned")
    assert "Page 3" not in mail.text + mail.html
    assert not Message.objects.filter(template="consultations/document_returned").exists()
    page = opened().get(pages(link, line.number)[1]).content.decode()
    assert "Page 3 is missing." in page


def test_an_infected_file_is_told_to_the_agency_once_or_to_the_referrer_when_its_link_is_closed(
    lines, link, coordinator
):
    """R10"""
    for number, template in enumerate(("agency_refused", "document_refused")):
        document = actions.receive_document(lines[0], cases.text_file(f"{number}.txt"), by=link)
        CaseDocument.objects.filter(pk=document.pk).update(status="infected")
        for _ in range(2):
            actions.document_scanned(CaseDocument.objects.get(pk=document.pk))
        assert Message.objects.filter(template=f"consultations/{template}").count() == 1
        actions.revoke_agency_link(link, by=coordinator)


def test_the_list_asks_the_same_of_the_database_for_one_line_and_for_fifty(case, link, coordinator):
    client, counts = opened(), []
    page = link.get_absolute_url()
    client.get(page)
    for more in (0, 49):
        for number in range(more):
            line = actions.add_document(case, title=f"Letter {number}", by=coordinator)
            link.lines.add(line)
            actions.receive_document(line, cases.text_file(), by=link)
        with CaptureQueriesContext(connection) as asked:
            client.get(page)
        counts.append(len(asked))
    assert counts[0] == counts[1]


# --- Closed to everybody else ---------------------------------------------------------------------


@pytest.mark.parametrize("who", [None, "referrer", "colleague", "outsider", "finance", "coordinator"])
def test_the_pages_of_a_link_are_open_to_its_mailbox_alone(lines, link, request, who):
    """R9: whoever else asks gets the same 404, whether the link exists or not."""
    client = Client()
    if who:
        client.force_login(request.getfixturevalue(who))
    for page in pages(link, lines[0].number):
        answer = client.get(page)
        assert (answer.status_code, answer["Cache-Control"].count("no-store")) == (404, 1)
        nobody = client.get(page.replace(f"/{link.pk}/", "/987654/", 1))
        assert (nobody.status_code, said_by(nobody)) == (404, said_by(answer))
    assert sent(client, link, lines[0]).status_code == 404
    assert not CaseDocument.objects.exists()


@pytest.mark.parametrize("how", ["revoked", "expired", "withdrawn", "two hours"])
def test_a_link_that_is_over_opens_nothing_more(case, lines, link, coordinator, how):
    """R9: also in the browser that had shown the code."""
    client = opened()
    path, later = mailed_path(), timezone.now()
    if how == "revoked":
        actions.revoke_agency_link(link, by=coordinator)
    elif how == "withdrawn":
        actions.withdraw(case, reason="They asked.", by=coordinator)
    elif how == "expired":
        AgencyLink.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    else:
        later += timedelta(hours=2, minutes=1)
    with time_machine.travel(later):
        for page in pages(link, lines[0].number):
            assert client.get(page).status_code == 404
        assert sent(client, link, lines[0]).status_code == 404
        if how in {"revoked", "expired"}:
            assert client.get(path).status_code == 404
    assert not CaseDocument.objects.exists()


def test_one_link_opens_no_other(a_case, lines, link, coordinator):
    """R9"""
    client = opened()
    other_case = a_case("funded")
    other = make(other_case, list(other_case.document_requests.all()[:1]), coordinator, "jo@example.org")

    assert client.get(reverse("consultations:agency", args=[other.pk])).status_code == 404


# --- The staff side -------------------------------------------------------------------------------


def test_staff_ask_a_member_of_the_network(case, lines, staff, coordinator):
    client = staff(coordinator)
    member = case.network.get()

    done = send(client, "ask_agency", case, member=member.pk, lines=[lines[0].number, lines[1].number])

    assert said(client, done) == [f"The link is on its way to {member.email}."]
    link = AgencyLink.objects.get()
    assert [line.pk for line in link.lines.all()] == [lines[0].pk, lines[1].pk]
    actions.receive_document(lines[0], cases.text_file(), by=link)
    page = client.get(url("inspect", case)).content.decode()
    assert "1 file sent." in page


def test_staff_ask_somebody_else_and_are_told_what_is_missing(case, lines, staff, coordinator):
    """R13"""
    client = staff(coordinator)
    page = send(client, "ask_agency", case, member="else", full_name="Kit Moss", lines=[lines[0].number])
    assert page.status_code == 422
    assert "Enter their work email" in page.content.decode()
    assert "Kit Moss" in page.content.decode()
    answers = {"member": "else", "full_name": "Kit Moss", "agency": "School", "email": "kit@example.org"}
    send(client, "ask_agency", case, **answers, lines=[lines[0].number])
    assert str(AgencyLink.objects.get()) == "Kit Moss, School"


def test_staff_send_a_link_again_and_end_it(case, link, staff, coordinator):
    client = staff(coordinator)
    send(client, "send_link", case, link.pk)
    assert Message.objects.filter(template="consultations/agency_asked").count() == 2
    send(client, "end_link", case, link.pk)
    link.refresh_from_db()
    assert not link.is_open
    assert (
        said(client, send(client, "send_link", case, link.pk))[-1] == "This link was ended. Make a new one."
    )


@pytest.mark.parametrize(
    ("name", "is_page"), [("ask_agency", True), ("send_link", False), ("end_link", False)]
)
def test_links_are_made_by_staff_who_review_documents(
    a_case, case, link, staff, consultant, finance, editor, coordinator, name, is_page
):
    """R9: not by finance or the editor, nor on another case's address, nor off the case without a reason."""
    args = [] if is_page else [link.pk]
    client = staff(coordinator)
    if not is_page:
        assert send(client, name, a_case("accepted"), link.pk).status_code == 404
        assert client.get(url(name, case, *args)).status_code == 405
    for who in (finance, editor):
        assert send(staff(who), name, case, *args).status_code == 404
    type(case).objects.filter(pk=case.pk).update(lead_consultant=None)
    assert send(staff(consultant), name, case, *args).url.startswith(url("open", case))
    link.refresh_from_db()
    assert link.is_open
