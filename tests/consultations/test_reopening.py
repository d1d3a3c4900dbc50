"""A closed case is taken up again, so that its report can be corrected by a new version."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone
from wagtail.models import ModelLogEntry

from changes.refusals import Refused, Stale
from consultations import actions, tasks
from consultations.models import Closure, Consultation, Recommendations
from consultations.models.retention import documents_until
from consultations.staff.phases import standing_of, with_standing
from consultations.stages import stage_of
from tests.consultations.conftest import said, send, url
from tests.factories import consultations as cases
from vault.actions import destroy

pytestmark = pytest.mark.django_db
Status = Consultation.Status
WHY = "A date in the report is wrong."


@pytest.fixture
def closed(a_case, coordinator) -> Consultation:
    case = a_case("invoiced")
    cases.pay(case)
    actions.close(cases.fresh(case), by=coordinator)
    return cases.fresh(case)


def where(case: Consultation) -> tuple[str, str]:
    """Its stage on its page and on the staff list, which agree."""
    listed = standing_of(with_standing(Consultation.objects.all()).get(pk=case.pk))
    return stage_of(cases.fresh(case)).name, listed.stage


def test_reopening_keeps_why_and_who(closed, coordinator):
    actions.reopen(closed, reason=WHY, by=coordinator)

    entry = ModelLogEntry.objects.get(action="consultation.reopened")
    case = cases.fresh(closed)
    assert (entry.user, entry.data["reason"]) == (coordinator, WHY)
    assert (case.status, case.closed_at, case.ended_at) == (Status.ACCEPTED, None, None)


def test_the_report_is_corrected_by_a_second_version_and_the_case_closed_again(
    closed, coordinator, consultant, lead
):
    """R4: the first version is as it was issued, byte by byte."""
    first = closed.issued_report
    before = (first.sha256, first.snapshot, first.issued_at)
    actions.reopen(closed, reason=WHY, by=coordinator)
    assert where(closed) == ("Ready to close", "Ready to close")

    second = actions.reissue(first, reason=WHY, by=consultant)
    assert where(closed) == ("Writing", "Writing")
    actions.send_for_review(second, by=consultant)
    assert where(closed) == ("In review", "In review")
    actions.sign_off(second, by=lead)
    assert where(closed) == ("Signed off", "Signed off")
    with pytest.raises(Refused, match="not issued"):
        actions.close(cases.fresh(closed), by=coordinator)
    actions.issue_recommendations(second, by=lead)
    actions.close(cases.fresh(closed), outcome=Closure.Outcome.ELSEWHERE, by=coordinator)

    first = Recommendations.objects.get(pk=first.pk)
    assert (first.sha256, first.snapshot, first.issued_at) == before
    assert (second.version, second.replaces_id, second.reissue_reason) == (2, first.pk, WHY)
    assert Closure.objects.get().outcome == "elsewhere"
    assert closed.feedback_links.count() == 2


def test_nothing_is_destroyed_while_it_is_open_and_the_days_run_from_its_next_closure(
    closed, coordinator, referrer
):
    line = closed.document_requests.filter(is_required=False).first()
    actions.reopen(closed, reason=WHY, by=coordinator)
    actions.receive_document(line, cases.text_file(), by=referrer)
    assert documents_until(cases.fresh(closed)) is None

    with time_machine.travel(timezone.now() + timedelta(days=400)):
        assert tasks.destroy_records() == 0
        actions.close(cases.fresh(closed), by=coordinator)
        until = documents_until(cases.fresh(closed))
        assert until is not None
        assert until > timezone.localdate() + timedelta(days=150)


@pytest.mark.parametrize("status", [s for s in Status if s != Status.CLOSED])
def test_only_a_closed_case_is_reopened(closed, coordinator, status):
    """R7"""
    Consultation.objects.filter(pk=closed.pk).update(status=status)

    with pytest.raises(Stale):
        actions.reopen(cases.fresh(closed), reason=WHY, by=coordinator)

    assert cases.fresh(closed).status == status


def test_two_who_reopen_do_it_once(closed, coordinator, lead):
    """R7"""
    other = cases.fresh(closed)
    actions.reopen(closed, reason=WHY, by=coordinator)

    with pytest.raises(Stale):
        actions.reopen(other, reason="The same.", by=lead)


def test_accepting_a_referral_never_reopens_a_case(closed, coordinator):
    """R7: the transition is there, and is reopening's alone."""
    with pytest.raises(Stale, match="not accepted again"):
        actions.accept_referral(closed, by=coordinator)

    assert cases.fresh(closed).status == Status.CLOSED


def test_reopening_needs_a_reason_and_a_report(closed, coordinator):
    with pytest.raises(Refused, match="why it is taken up again"):
        actions.reopen(closed, reason=" ", by=coordinator)
    destroy(closed.issued_report, by=None, reason="Its day came.")
    with pytest.raises(Refused, match="nothing left to correct"):
        actions.reopen(cases.fresh(closed), reason=WHY, by=coordinator)


def test_reopening_is_atomic(closed, coordinator):
    """R10"""
    with pytest.raises(RuntimeError), transaction.atomic():
        actions.reopen(closed, reason=WHY, by=coordinator)
        raise RuntimeError

    assert cases.fresh(closed).status == Status.CLOSED
    assert not ModelLogEntry.objects.filter(action="consultation.reopened").exists()


def test_the_closed_case_says_why_no_version_can_be_begun_and_how(closed, staff, coordinator, consultant):
    page = staff(consultant).get(url("inspect", closed))
    off = page.context["acts"]["reissue"]
    assert off.why_off == (
        "The case is closed. To correct the report, a coordinator or a clinical lead reopens it first.",
    )
    assert off.why_off[0] in page.content.decode()
    assert "reopen" not in page.context["acts"]

    client = staff(coordinator)
    assert "Write why it is taken up again" in send(client, "reopen", closed).content.decode()
    done = send(client, "reopen", closed, reason=WHY)

    assert any("open again" in message for message in said(client, done))
    assert WHY in client.get(url("inspect", closed)).content.decode()
    assert staff(consultant).get(url("inspect", closed)).context["acts"]["reissue"].why_off == ()


@pytest.mark.parametrize("who", ["consultant", "finance", "outsider", "referrer"])
def test_others_do_not_reopen(closed, staff, request, who):
    """R9"""
    client: Any = staff(request.getfixturevalue(who))

    assert send(client, "reopen", closed, reason=WHY).status_code in {302, 404}
    assert cases.fresh(closed).status == Status.CLOSED
