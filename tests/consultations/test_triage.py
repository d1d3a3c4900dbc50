"""Accepting, questioning and declining a referral."""

from __future__ import annotations

import pytest
from django.db import transaction
from wagtail.models import ModelLogEntry

from changes.refusals import Refused, Stale
from consultations import actions
from consultations.models import Consultation
from mail.models import Message
from tests.factories import consultations as cases

pytestmark = pytest.mark.django_db
Status = Consultation.Status


@pytest.fixture
def submitted(referrer, council):
    return cases.submitted(referrer, council)


def test_accept_referral_moves_logs_and_mails(submitted, coordinator):
    actions.accept_referral(submitted, by=coordinator)

    case = cases.fresh(submitted)
    assert case.status == Status.ACCEPTED
    assert case.accepted_at is not None
    entry = ModelLogEntry.objects.get(action="consultation.accepted")
    assert entry.user == coordinator
    mail = Message.objects.filter(about=case.reference).latest("pk")
    assert (mail.to, mail.subject) == ("referrer@example.gov.uk", f"We have accepted {case.reference}")


@pytest.mark.parametrize(
    ("lacking", "told"),
    [
        (
            {"social_worker_allocated": "no"},
            "A social worker has to be allocated for as long as the work lasts.",
        ),
        ({"safety_of_young_person": " "}, "Tell us what keeps the young person safe now."),
        ({"safety_of_others": ""}, "Tell us what is in place to prevent harm to others."),
    ],
)
def test_accept_referral_refuses_without_a_safeguard(referrer, council, coordinator, lacking, told):
    """R2: no acceptance without an allocated social worker and both safeguarding answers."""
    case = cases.submitted(referrer, council)
    for name, value in lacking.items():
        setattr(case.referral, name, value)
    case.referral.save()

    with pytest.raises(Refused) as refusal:
        actions.accept_referral(case, by=coordinator)

    assert any(message.startswith(told) for message in refusal.value.messages)
    assert cases.fresh(case).status == Status.SUBMITTED


def test_accept_referral_tells_every_block_at_once(referrer, council, coordinator):
    """R2"""
    case = cases.submitted(referrer, council)
    for name in ("social_worker_allocated", "safety_of_young_person", "safety_of_others"):
        setattr(case.referral, name, "")
    case.referral.save()

    with pytest.raises(Refused) as refusal:
        actions.accept_referral(case, by=coordinator)

    assert len(refusal.value.messages) == 3


def test_clinical_lead_overrides_with_a_reason_that_is_logged_and_shown(submitted, lead):
    """R2: an override needs a clinical lead and a reason, and stays visible."""
    submitted.referral.safety_of_others = ""
    submitted.referral.save()

    actions.accept_referral(submitted, by=lead, override_reason="The plan is agreed and comes on Monday.")

    assert cases.fresh(submitted).override_reason == "The plan is agreed and comes on Monday."
    entry = ModelLogEntry.objects.get(action="consultation.accepted")
    assert entry.data["reason"] == "The plan is agreed and comes on Monday."


def test_a_coordinator_may_not_override(submitted, coordinator):
    """R2"""
    submitted.referral.safety_of_others = ""
    submitted.referral.save()

    with pytest.raises(Refused, match="Only a clinical lead"):
        actions.accept_referral(submitted, by=coordinator, override_reason="It will be fine.")

    assert cases.fresh(submitted).status == Status.SUBMITTED


def test_an_override_without_need_leaves_no_trace(submitted, lead):
    actions.accept_referral(submitted, by=lead, override_reason="Not needed.")

    assert cases.fresh(submitted).override_reason == ""


@pytest.mark.parametrize("status", [s for s in Status if s != Status.SUBMITTED])
def test_accept_referral_refuses_any_other_status(submitted, coordinator, status):
    """R7"""
    Consultation.objects.filter(pk=submitted.pk).update(status=status)
    case = cases.fresh(submitted)

    with pytest.raises(Stale):
        actions.accept_referral(case, by=coordinator)

    assert cases.fresh(case).status == status


def test_a_second_coordinator_with_an_old_page_is_told(submitted, coordinator):
    """R7: a stale action changes nothing and says so."""
    seen_before = cases.fresh(submitted)
    actions.decline_referral(submitted, reason="Over 21.", alternative="Adult services.", by=coordinator)

    with pytest.raises(Stale, match="has changed since you opened the page"):
        actions.accept_referral(seen_before, by=coordinator)

    assert cases.fresh(submitted).status == Status.DECLINED


def test_accept_referral_is_atomic(submitted, coordinator):
    """R10: a rollback takes the status, the log and the mail with it."""
    before = Message.objects.count()
    with pytest.raises(RuntimeError), transaction.atomic():
        actions.accept_referral(submitted, by=coordinator)
        raise RuntimeError

    assert cases.fresh(submitted).status == Status.SUBMITTED
    assert not ModelLogEntry.objects.filter(action="consultation.accepted").exists()
    assert Message.objects.count() == before


def test_ask_for_more_keeps_the_question_off_the_mail(submitted, coordinator):
    """R8"""
    actions.ask_for_more(submitted, question="Is J.B. at school now?", by=coordinator)

    case = cases.fresh(submitted)
    assert (case.status, case.referral.asked) == (Status.QUESTIONED, "Is J.B. at school now?")
    mail = Message.objects.filter(about=case.reference).latest("pk")
    assert "J.B." not in mail.text + mail.html + mail.subject


def test_the_referrer_answers_and_sends_again(submitted, coordinator, referrer):
    actions.ask_for_more(submitted, question="Is he at school?", by=coordinator)

    with pytest.raises(Refused, match="Answer our question first"):
        actions.refer(cases.fresh(submitted), by=referrer)
    actions.save_step(submitted, {"answer": "Yes, part time."}, by=referrer)
    actions.refer(cases.fresh(submitted), by=referrer)

    assert cases.fresh(submitted).status == Status.SUBMITTED


@pytest.mark.parametrize(
    ("reason", "alternative", "count"), [("", "", 2), ("Over 21.", " ", 1), ("", "Adult services.", 1)]
)
def test_decline_needs_a_reason_and_an_alternative(submitted, coordinator, reason, alternative, count):
    with pytest.raises(Refused) as refusal:
        actions.decline_referral(submitted, reason=reason, alternative=alternative, by=coordinator)

    assert len(refusal.value.messages) == count
    assert cases.fresh(submitted).status == Status.SUBMITTED


def test_allocate_names_a_clinician_once(submitted, coordinator, consultant):
    actions.allocate(submitted, consultant=consultant, by=coordinator)
    actions.allocate(submitted, consultant=consultant, by=coordinator)

    assert cases.fresh(submitted).lead_consultant == consultant
    assert ModelLogEntry.objects.filter(action="consultation.allocated").count() == 1


def test_allocate_refuses_somebody_who_is_no_clinician(submitted, coordinator, finance):
    with pytest.raises(Refused, match="not a clinician"):
        actions.allocate(submitted, consultant=finance, by=coordinator)
