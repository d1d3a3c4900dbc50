"""The documents checklist, from going out to accepted."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import transaction

from changes.refusals import Refused, Stale
from consultations import actions, tasks
from consultations.models import CaseDocument, DocumentRequest
from mail.models import Message
from tests.factories import consultations as cases

pytestmark = pytest.mark.django_db
Status = DocumentRequest.Status


@pytest.fixture
def funded(referrer, council, coordinator, funder):
    return cases.funded(referrer, council, coordinator, funder)


@pytest.fixture
def request_(funded):
    return cases.first_required(funded)


def scanned(document: CaseDocument, status: str = "clean") -> CaseDocument:
    """As the virus check leaves it, with the follow-up that the queue would run."""
    document.move_to(status, by=None)
    tasks.document_scanned(document._meta.label_lower, document.pk)
    return document


def received(request: DocumentRequest, referrer) -> DocumentRequest:
    scanned(actions.receive_document(request, cases.text_file(), by=referrer))
    return DocumentRequest.objects.get(pk=request.pk)


def test_the_checklist_goes_out_once_funding_is_agreed(referrer, council, coordinator, funder):
    case = cases.quoted(referrer, council, coordinator, funder)
    with pytest.raises(Refused, match="Funding is not agreed yet"):
        actions.request_documents(case, by=coordinator)

    case = cases.funded(referrer, council, coordinator, funder)

    assert case.document_requests.filter(is_required=True).count() == 4
    assert (
        Message.objects.filter(about=case.reference, template="consultations/documents_requested").count()
        == 1
    )


def test_the_checklist_follow_up_is_safe_to_run_twice(funded):
    """R10"""
    before = funded.document_requests.count()

    tasks.quote_accepted(funded.order_id)
    tasks.quote_accepted(funded.order_id)

    assert funded.document_requests.count() == before
    assert Message.objects.filter(template="consultations/documents_requested").count() == 1


def test_a_file_counts_as_received_only_after_the_virus_check(request_, referrer):
    document = actions.receive_document(request_, cases.text_file(), by=referrer)
    assert DocumentRequest.objects.get(pk=request_.pk).status == Status.REQUESTED

    scanned(document)

    assert DocumentRequest.objects.get(pk=request_.pk).status == Status.RECEIVED


def test_an_infected_file_is_refused_and_told(request_, referrer):
    document = actions.receive_document(request_, cases.text_file(), by=referrer)

    scanned(document, "infected")
    tasks.document_scanned(document._meta.label_lower, document.pk)

    assert DocumentRequest.objects.get(pk=request_.pk).status == Status.REQUESTED
    assert Message.objects.filter(template="consultations/document_refused").count() == 1
    assert not CaseDocument.objects.get(pk=document.pk).is_readable


def test_the_same_upload_twice_is_kept_once(request_, referrer):
    """R10, R13"""
    token = uuid4()
    actions.receive_document(request_, cases.text_file(), by=referrer, upload_token=token)
    actions.receive_document(request_, cases.text_file(), by=referrer, upload_token=token)

    assert request_.files.count() == 1


def test_return_and_replace(request_, referrer, coordinator):
    request = received(request_, referrer)
    actions.return_document(request, reason="Page 3 is missing.", by=coordinator)

    request = DocumentRequest.objects.get(pk=request.pk)
    assert (request.status, request.reason) == (Status.RETURNED, "Page 3 is missing.")
    mail = Message.objects.get(template="consultations/document_returned")
    assert "Page 3" not in mail.text + mail.html

    assert received(request, referrer).status == Status.RECEIVED


@pytest.mark.parametrize("status", [Status.REQUESTED, Status.RETURNED, Status.ACCEPTED, Status.WAIVED])
def test_accept_refuses_any_status_but_received(request_, coordinator, status):
    """R7"""
    DocumentRequest.objects.filter(pk=request_.pk).update(status=status)
    request = DocumentRequest.objects.get(pk=request_.pk)

    with pytest.raises(Stale):
        actions.accept_document(request, by=coordinator)


@pytest.mark.parametrize("status", [Status.RECEIVED, Status.ACCEPTED, Status.WAIVED])
def test_waive_refuses_what_is_here_or_settled(request_, coordinator, status):
    """R7"""
    DocumentRequest.objects.filter(pk=request_.pk).update(status=status)
    request = DocumentRequest.objects.get(pk=request_.pk)

    with pytest.raises(Stale):
        actions.waive_document(request, reason="Not held.", by=coordinator)


@pytest.mark.parametrize("act", [actions.return_document, actions.waive_document])
def test_a_reason_is_required(request_, coordinator, act):
    with pytest.raises(Refused, match="Write why"):
        act(request_, reason="  ", by=coordinator)


def test_a_settled_line_takes_no_more_files(request_, referrer, coordinator):
    actions.waive_document(request_, reason="Not held.", by=coordinator)

    with pytest.raises(Refused, match="takes no more files"):
        actions.receive_document(request_, cases.text_file(), by=referrer)


def test_return_is_atomic(request_, referrer, coordinator):
    request = received(request_, referrer)
    before = Message.objects.count()
    with pytest.raises(RuntimeError), transaction.atomic():
        actions.return_document(request, reason="Page 3 is missing.", by=coordinator)
        raise RuntimeError

    assert DocumentRequest.objects.get(pk=request.pk).status == Status.RECEIVED
    assert Message.objects.count() == before


def test_the_download_name_carries_the_reference_alone(request_, referrer):
    """R8: whatever the sender called the file."""
    document = actions.receive_document(request_, cases.text_file("Jamie Brown chronology.txt"), by=referrer)

    reference = request_.consultation.reference
    assert document.download_name == f"{reference}-{request_.number}-{document.pk}.txt"
