"""The recommendations: who writes, who signs off, when they may be issued."""

from __future__ import annotations

import io

import pytest
from django.db import IntegrityError, transaction
from pypdf import PdfReader

from changes.refusals import Refused, Stale
from consultations import actions
from consultations.models import Consultation, Recommendations
from mail.models import Message
from tests.factories import consultations as cases
from vault.models import Frozen
from vault.reading import content

pytestmark = pytest.mark.django_db
Status = Recommendations.Status


@pytest.fixture
def world(referrer, council, coordinator, funder):
    return (referrer, council, coordinator, funder)


@pytest.fixture
def written(world, consultant):
    return cases.written(*world, consultant)  # type: ignore[call-arg]


@pytest.fixture
def signed_off(world, consultant, lead):
    return cases.signed_off(*world, consultant, lead)  # type: ignore[call-arg]


def test_issue_freezes_the_report_and_tells_the_referrer(signed_off, lead):
    """R1, R4: everything is in place, so it is issued, frozen with its PDF and hash."""
    actions.issue_recommendations(signed_off, by=lead)

    report = Recommendations.objects.get(pk=signed_off.pk)
    assert (report.status, report.is_frozen) == (Status.ISSUED, True)
    pdf = PdfReader(io.BytesIO(content(report)))
    words = "".join(page.extract_text() for page in pdf.pages)
    assert report.consultation.reference in words
    assert "Review the safety plan." in words
    assert "The behaviour follows loss and isolation." in words
    assert report.formulation == "The behaviour follows loss and isolation."
    assert "DRAFT" not in words
    assert pdf.root_object["/MarkInfo"]["/Marked"]  # type: ignore[index]
    mail = Message.objects.filter(about=report.consultation.reference).latest("pk")
    assert mail.subject == f"Read the recommendations for {report.consultation.reference}"
    assert "safety plan" not in mail.text


def test_issue_tells_everything_that_is_missing_at_once(referrer, council, coordinator, consultant, lead):
    """R1: funding, documents, meeting and sign-off are all told, and nothing happens."""
    case = cases.accepted(referrer, council, coordinator)
    report = actions.begin_recommendations(case, by=consultant)

    with pytest.raises(Refused) as refusal:
        actions.issue_recommendations(report, by=lead)

    assert refusal.value.messages == [
        "Funding is not agreed yet: the funder has not accepted a quote.",
        "The documents checklist has not gone out yet.",
        "The meeting has not been held yet.",
        "A clinician other than the author has not signed the recommendations off yet.",
    ]
    assert Recommendations.objects.get(pk=report.pk).status == Status.DRAFT


def test_issue_names_the_required_documents_still_open(signed_off, coordinator, lead):
    """R1: each required document is accepted or waived."""
    request = cases.first_required(signed_off.consultation)
    type(request).objects.filter(pk=request.pk).update(status="returned")

    with pytest.raises(Refused, match=request.title):
        actions.issue_recommendations(signed_off, by=lead)


def test_nobody_signs_off_their_own_draft(world, lead):
    """R1: not even a clinical lead who wrote it."""
    report = cases.written(*world, lead)  # type: ignore[call-arg]
    actions.send_for_review(report, by=lead)

    with pytest.raises(Refused, match="You wrote this report"):
        actions.sign_off(report, by=lead)
    with pytest.raises(IntegrityError), transaction.atomic():
        Recommendations.objects.filter(pk=report.pk).update(signed_off_by=lead)


def test_only_a_clinical_lead_signs_off(written, consultant, coordinator):
    actions.send_for_review(written, by=consultant)

    with pytest.raises(Refused, match="Only a clinical lead"):
        actions.sign_off(written, by=coordinator)


def test_an_issued_report_never_changes(signed_off, consultant, lead):
    """R4"""
    actions.issue_recommendations(signed_off, by=lead)
    report = Recommendations.objects.get(pk=signed_off.pk)

    report.formulation = "Something else."
    with pytest.raises(Frozen):
        report.save()
    with pytest.raises(Stale):
        actions.write(report, words={"formulation": "x"}, items=[], by=consultant)
    with pytest.raises(Stale):
        actions.issue_recommendations(report, by=lead)
    with pytest.raises(Stale):
        actions.ask_for_changes(report, note="Change it.", by=lead)


@pytest.mark.parametrize("status", [Status.DRAFT, Status.SIGNED_OFF, Status.ISSUED])
def test_sign_off_refuses_any_status_but_review(written, lead, status):
    """R7"""
    Recommendations.objects.filter(pk=written.pk).update(status=status)
    report = Recommendations.objects.get(pk=written.pk)

    with pytest.raises(Stale):
        actions.sign_off(report, by=lead)


def test_asking_for_changes_undoes_the_sign_off(signed_off, lead):
    actions.ask_for_changes(signed_off, note="Name the school's lead.", by=lead)

    report = Recommendations.objects.get(pk=signed_off.pk)
    assert (report.status, report.signed_off_by, report.review_note) == (
        Status.DRAFT,
        None,
        "Name the school's lead.",
    )


def test_send_for_review_tells_what_is_not_written(world, consultant):
    case = cases.met(*world)
    report = actions.begin_recommendations(case, by=consultant)

    with pytest.raises(Refused) as refusal:
        actions.send_for_review(report, by=consultant)

    assert refusal.value.messages == [
        "Write “what we read”.",
        "Write “our understanding”.",
        "Say whether assessment or intervention would suit.",
        "Add at least one recommendation.",
    ]


def test_only_the_author_writes(written, lead):
    with pytest.raises(Refused, match="Only Connie Marsh writes"):
        actions.write(written, words={"formulation": "x"}, items=[], by=lead)


def test_issue_is_atomic(signed_off, lead):
    """R10"""
    with pytest.raises(RuntimeError), transaction.atomic():
        actions.issue_recommendations(signed_off, by=lead)
        raise RuntimeError

    report = Recommendations.objects.get(pk=signed_off.pk)
    assert (report.status, report.is_frozen) == (Status.SIGNED_OFF, False)


def test_narratives_are_encrypted_at_rest(written):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT formulation FROM consultations_recommendations WHERE id = %s", [written.pk])
        (kept,) = cursor.fetchone()
    assert "isolation" not in kept
    assert Recommendations.objects.get(pk=written.pk).formulation.endswith("isolation.")


def test_close_tells_what_is_missing(world, coordinator):
    case = cases.met(*world)

    with pytest.raises(Refused) as refusal:
        actions.close(case, by=coordinator)

    assert refusal.value.messages == [
        "The recommendations have not been issued yet.",
        "The invoice has not been issued yet.",
    ]
    assert cases.fresh(case).status == Consultation.Status.ACCEPTED
