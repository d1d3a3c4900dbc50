"""Documents when everything comes at once (R10)."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from changes.refusals import Refused
from consultations import actions, emails
from consultations.models import AgencyLink, CaseDocument, DocumentRequest, Redaction
from mail.models import Message
from tests import files as make
from tests.consultations.test_agency import make as make_link
from tests.consultations.test_agency import opened
from tests.factories import consultations as cases
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def case(postgres, referrer, council, coordinator, funder):
    return cases.funded(referrer, council, coordinator, funder)


def test_eight_times_the_same_file_is_kept_once(case, referrer):
    """R10, R13: and without the token eight times, which is the negative control."""
    line = cases.first_required(case)
    for token, kept in ((uuid4(), 1), (None, 8)):
        CaseDocument.objects.all().delete()
        said = at_once(
            lambda _, token=token: actions.receive_document(  # type: ignore[misc]
                DocumentRequest.objects.get(pk=line.pk), cases.text_file(), by=referrer, upload_token=token
            )
        )
        assert all(isinstance(one, CaseDocument) for one in said)
        assert len({one.pk for one in said if isinstance(one, CaseDocument)}) == kept
        assert CaseDocument.objects.count() == kept


def test_eight_jobs_remind_once_and_the_link_that_was_mailed_opens(case, coordinator):
    """R10"""
    lines = list(case.document_requests.filter(is_required=True))
    link = make_link(case, lines[:1], coordinator)
    day = lines[0].due_on + timedelta(days=20)

    at_once(lambda _: actions.remind_of_documents(day))

    for template in ("agency_overdue", "documents_overdue", "documents_late", "documents_late_to_office"):
        assert Message.objects.filter(template=f"consultations/{template}").count() == 1
    assert opened().get(link.get_absolute_url()).status_code == 200


def test_without_a_key_eight_jobs_remind_eight_times(case, coordinator):
    """The negative control."""
    link = make_link(case, list(case.document_requests.all()[:1]), coordinator)

    at_once(
        lambda _: emails.to_agency("agency_overdue", AgencyLink.objects.get(), "t", due_on=link.created_at)
    )

    assert Message.objects.filter(template="consultations/agency_overdue").count() == 8


def test_eight_ask_for_a_redaction_and_one_answer_counts(case, referrer, coordinator):
    """R7, R10"""
    document = actions.receive_document(cases.first_required(case), cases.text_file(), by=referrer)

    said = at_once(
        lambda _: actions.ask_for_redaction(
            CaseDocument.objects.get(pk=document.pk), reason="Page 2.", by=referrer
        )
    )
    assert sum(isinstance(one, Redaction) for one in said) == 1
    assert sum(isinstance(one, Refused) for one in said) == 7
    pk = Redaction.objects.get().pk
    said = at_once(
        lambda _: actions.redact(
            Redaction.objects.get(pk=pk), make.upload("a.pdf", make.pdf()), destroy=False, by=coordinator
        )
    )
    assert sum(isinstance(one, CaseDocument) for one in said) == 1
    assert CaseDocument.objects.count() == 2
