"""Opening, saving and sending a referral."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from changes.refusals import Refused, Stale
from consultations import actions
from consultations.models import Consultation, NetworkMember
from consultations.sections import SECTIONS
from mail.models import Message
from tests.factories import consultations as cases

pytestmark = pytest.mark.django_db
Status = Consultation.Status


def test_begin_opens_a_draft_for_the_referrer(referrer, council):
    case = actions.begin(council, by=referrer)

    assert (case.status, case.contact.user, case.organisation) == (Status.DRAFT, referrer, council)
    assert case.reference.startswith("C-")


def test_refer_needs_every_step(referrer, council):
    case = actions.begin(council, by=referrer)

    with pytest.raises(Refused) as refusal:
        actions.refer(case, by=referrer)

    assert refusal.value.messages == [f"Finish “{section.title}”." for section in SECTIONS]


def test_refer_sends_to_triage_and_confirms(referrer, council):
    case = cases.submitted(referrer, council)

    assert case.status == Status.SUBMITTED
    templates = set(Message.objects.filter(about=case.reference).values_list("template", flat=True))
    assert templates == {"consultations/referral_received", "consultations/referral_to_triage"}


@pytest.mark.parametrize("status", [s for s in Status if s not in {Status.DRAFT, Status.QUESTIONED}])
def test_a_sent_referral_takes_no_more_answers(referrer, council, status):
    """R7"""
    case = cases.draft(referrer, council)
    Consultation.objects.filter(pk=case.pk).update(status=status)
    case = cases.fresh(case)

    with pytest.raises(Stale):
        actions.save_step(case, {"tried": "Something else."}, by=referrer)
    with pytest.raises(Stale):
        actions.refer(case, by=referrer)
    with pytest.raises(Stale):
        actions.remove_from_network(case.network.get(), by=referrer)

    assert cases.fresh(case).referral.tried == "A safety plan at school."


def test_refer_is_atomic(referrer, council):
    """R10"""
    case = cases.draft(referrer, council)
    with pytest.raises(RuntimeError), transaction.atomic():
        actions.refer(case, by=referrer)
        raise RuntimeError

    assert cases.fresh(case).status == Status.DRAFT
    assert not Message.objects.filter(about=case.reference).exists()


def test_the_same_person_joins_the_network_once(referrer, council):
    case = cases.draft(referrer, council)

    again = NetworkMember(name="S. Brook", agency="Police", email="SAM.BROOK@example.org")
    with pytest.raises(Refused, match="on the list already"):
        actions.add_to_network(case, again, by=referrer)


@pytest.mark.parametrize("status", [Status.DRAFT, Status.SUBMITTED, Status.QUESTIONED, Status.ACCEPTED])
def test_withdraw_ends_an_open_case(referrer, council, status):
    case = cases.draft(referrer, council)
    Consultation.objects.filter(pk=case.pk).update(status=status)

    actions.withdraw(cases.fresh(case), reason="The family moved away.", by=referrer)

    assert cases.fresh(case).status == Status.WITHDRAWN


@pytest.mark.parametrize("status", Consultation.ENDED)
def test_withdraw_refuses_an_ended_case(referrer, council, status):
    """R7"""
    case = cases.draft(referrer, council)
    Consultation.objects.filter(pk=case.pk).update(status=status)

    with pytest.raises(Stale):
        actions.withdraw(cases.fresh(case), reason="Again.", by=referrer)


@pytest.mark.parametrize(
    "column", ["behaviours", "initials", "own_reference", "safety_of_others", "questions"]
)
def test_what_is_said_of_the_young_person_is_encrypted_at_rest(referrer, council, column):
    case = cases.draft(referrer, council)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM consultations_referral WHERE consultation_id = %s", [case.pk])
        (kept,) = cursor.fetchone()

    assert cases.ANSWERS[column] not in kept


def test_no_mail_carries_a_detail_of_the_case(referrer, council, coordinator, funder):
    """R8: mails, their subjects and addresses carry references, never what the referral says."""
    case = cases.booked(referrer, council, coordinator, funder)

    said = "".join(
        m.subject + m.text + m.html + bytes(m.calendar or b"").decode() for m in Message.objects.all()
    )
    assert case.reference in said
    for name in ("initials", "own_reference", "behaviours", "tried", "questions", "safety_of_others"):
        assert str(cases.ANSWERS[name]) not in said
