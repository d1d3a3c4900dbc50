"""Files sent on the referrer's page: all at once by the plain form, one by one by its script."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from consultations import actions
from consultations.models import CaseDocument, DocumentRequest
from design import tokens
from mail.models import Message
from tests.factories import consultations as cases

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}


@pytest.fixture
def line(referrer, council, coordinator, funder) -> DocumentRequest:
    return cases.first_required(cases.funded(referrer, council, coordinator, funder))


def page_of(line: DocumentRequest, name: str = "document") -> str:
    return reverse(f"consultations:{name}", args=[line.consultation.reference, line.number])


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_each_file_of_a_script_is_kept_once_however_often_it_is_sent(line, referrer):
    """R10, R13: trying a file again, because the answer got lost, never doubles it."""
    client, first = signed_in(referrer), uuid4()

    for token, last in ((first, {}), (first, {}), (uuid4(), {"last": "1"})):
        sent = {"token": token, "documents": cases.text_file(), **last}
        answer = client.post(page_of(line), sent, headers=JSON)
        assert (answer.status_code, answer.json()) == (200, {"problems": []})

    assert line.files.count() == 2
    page = client.get(page_of(line)).content.decode()
    assert page.count("Your files are sent.") == 1


def test_a_file_that_others_still_follow_is_not_called_done_on_another_page(line, referrer):
    client = signed_in(referrer)

    client.post(page_of(line), {"token": uuid4(), "documents": cases.text_file()}, headers=JSON)

    assert "Your files are sent." not in client.get("/consultations/").content.decode()


def test_a_file_that_passed_is_received_before_the_job_says_so(line, referrer):
    page = signed_in(referrer)

    page.post(page_of(line), {"token": uuid4(), "documents": cases.text_file()})
    line.files.update(status="clean")

    said = page.get(page_of(line)).content.decode()
    assert "Received" in said
    assert "Please send it by" not in said


def test_a_script_is_told_in_words_what_is_wrong_with_a_file(line, referrer):
    """R13: the sentence names the file and what to do."""
    answer = signed_in(referrer).post(
        page_of(line), {"token": uuid4(), "documents": cases.text_file("fake.pdf")}, headers=JSON
    )

    assert answer.status_code == 422
    assert "fake.pdf" in answer.json()["problems"][0]
    nothing = signed_in(referrer).post(page_of(line), {"token": uuid4()}, headers=JSON)
    assert nothing.json()["problems"] == ["Choose a file to send"]


def test_a_settled_line_tells_a_script_so(line, referrer, coordinator):
    actions.waive_document(line, reason="Seen.", by=coordinator)

    answer = signed_in(referrer).post(
        page_of(line), {"token": uuid4(), "documents": cases.text_file()}, headers=JSON
    )

    assert answer.status_code == 422
    assert "takes no more files: it is waived" in answer.json()["problems"][0]


def test_the_file_sent_after_an_error_is_not_taken_for_one_kept_before(line, referrer):
    """R13: the page that says what did not work carries a token of its own."""
    client, token = signed_in(referrer), uuid4()
    page = client.post(
        page_of(line),
        {"token": token, "documents": [cases.text_file("good.txt"), cases.text_file("bad.pdf")]},
    )
    assert page.status_code == 422
    next_token = page.context["form"]["token"].value()

    client.post(page_of(line), {"token": next_token, "documents": [cases.text_file("better.txt")]})

    assert [f.original_name for f in line.files.all()] == ["good.txt", "better.txt"]


def test_signed_out_a_script_gets_the_sign_in_page_and_nothing_is_kept(line):
    """R13: which its page tells, and the file can be sent again."""
    answer = Client().post(page_of(line), {"token": uuid4(), "documents": cases.text_file()}, headers=JSON)

    assert (answer.status_code, CaseDocument.objects.count()) == (302, 0)


def test_the_page_works_without_its_script_and_the_script_without_inline_code(line, referrer):
    page = signed_in(referrer).get(page_of(line)).content.decode()

    assert 'enctype="multipart/form-data"' in page
    assert '<script src="/static/consultations/uploads.js" defer></script>' in page
    assert "multiple" in page


def test_the_referrer_says_that_a_document_is_not_held(line, referrer, colleague, outsider, finance):
    """R9: the owner alone; R13: nothing typed is lost."""
    url = page_of(line, "decline_document")
    for other in (colleague, outsider, finance):
        assert signed_in(other).get(url).status_code == 404
    assert Client().get(url).status_code == 302
    client = signed_in(referrer)
    assert client.get(url).status_code == 200

    page = client.post(url, {tokens.FIELD: tokens.new(referrer), "answer": "", "words": "At Northshire."})
    assert page.status_code == 422
    assert "At Northshire." in page.content.decode()
    answers = {"answer": "not_held", "words": "At Northshire."}
    done = client.post(url, {tokens.FIELD: tokens.new(referrer), **answers}, follow=True)

    line.refresh_from_db()
    assert line.status == "not_held"
    assert "At Northshire." in done.content.decode()
    assert client.get(url).status_code == 302


def test_a_file_found_after_all_takes_the_place_of_not_held(line, referrer):
    actions.decline_document(line, status="not_held", words="Lost.", by=referrer)
    document = actions.receive_document(line, cases.text_file(), by=referrer)
    CaseDocument.objects.filter(pk=document.pk).update(status="clean")

    actions.document_scanned(CaseDocument.objects.get(pk=document.pk))

    line.refresh_from_db()
    assert (line.status, line.holder_words) == ("received", "")


def test_nothing_of_a_document_leaves_by_email(line, referrer, coordinator):
    """R8: no file, no file name, no reason and nobody's words in any mail about documents."""
    actions.decline_document(line, status="refused", words="SECRET words", by=referrer)
    actions.ask_again(line, due_on=None, by=coordinator)
    document = actions.receive_document(line, cases.text_file("SECRET name.txt", "SECRET file"), by=referrer)
    CaseDocument.objects.filter(pk=document.pk).update(status="clean")
    actions.document_scanned(CaseDocument.objects.get(pk=document.pk))
    actions.return_document(DocumentRequest.objects.get(pk=line.pk), reason="SECRET reason", by=coordinator)

    mails = Message.objects.filter(about=line.consultation.reference)
    assert mails.filter(template="consultations/document_returned").exists()
    for mail in mails:
        assert "SECRET" not in mail.subject + mail.text + mail.html
        assert mail.calendar is None
