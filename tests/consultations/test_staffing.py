"""Who is on a case, who must not be, and what happens when somebody else opens it."""

from __future__ import annotations

import pytest
from wagtail.models import ModelLogEntry

from changes.refusals import Refused
from consultations import actions
from consultations.models import Conflict, Consultation
from mail.models import Message
from tests.consultations.conftest import said, send, url
from tests.factories import consultations as cases
from tests.people import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def second(db):
    return person("second@example.nhs.uk", "Sec Ond", "consultant")


def test_lead_and_second_are_named_together(a_case, staff, lead, consultant, second):
    case = a_case("submitted")
    client = staff(lead)

    done = send(client, "allocate", case, consultant=consultant.pk, second=second.pk)

    assert said(client, done) == [f"Connie Marsh leads {case.reference}, with Sec Ond."]
    case = cases.fresh(case)
    assert (case.lead_consultant, case.second_consultant) == (consultant, second)
    assert staff(second).get(url("inspect", case)).status_code == 200
    assert not ModelLogEntry.objects.filter(action="consultation.opened", user=second).exists()


def test_nobody_is_lead_and_second(a_case, lead, consultant):
    with pytest.raises(Refused, match="both the lead and the second"):
        actions.allocate(a_case("submitted"), consultant=consultant, second=consultant, by=lead)


@pytest.mark.parametrize("status", Consultation.ENDED)
def test_nobody_is_put_on_an_ended_case(a_case, lead, consultant, status):
    """R7"""
    case = a_case("submitted")
    Consultation.objects.filter(pk=case.pk).update(status=status)
    with pytest.raises(Refused, match="has ended"):
        actions.allocate(case, consultant=consultant, by=lead)
    with pytest.raises(Refused, match="has ended"):
        actions.declare_conflict(case, reason="I know them.", by=consultant)


def test_a_clinician_with_a_conflict_is_off_the_case_and_cannot_open_it(
    a_case, staff, consultant, lead, coordinator
):
    """R9: a 404 for them, also past a reason given before; others see that it was declared, the lead why."""
    case = a_case("accepted")
    client = staff(consultant)
    assert client.get(url("conflict", case)).status_code == 200

    done = send(client, "conflict", case, reason="I know the family.")

    assert done.url == "/admin/consultations/"
    case = cases.fresh(case)
    assert (case.lead_consultant, Conflict.objects.get().user) == (None, consultant)
    for name in ("inspect", "open", "conflict", "begin"):
        assert client.get(url(name, case)).status_code == 404
    assert said(client, done) == [f"Declared. You are off {case.reference} and can no longer open it."]
    assert case.reference not in client.get("/admin/consultations/").content.decode()
    assert case.reference not in client.get("/admin/").content.decode()
    page = staff(lead).get(url("inspect", case)).content.decode()
    assert "I know the family." in page
    entry = ModelLogEntry.objects.get(action="consultation.conflict_declared")
    assert entry.data == {}
    mail = Message.objects.get(template="consultations/conflict_declared")
    assert (case.reference in mail.subject, "family" in mail.text) == (True, False)


def test_allocating_refuses_whoever_declared_a_conflict(a_case, staff, lead, consultant, second):
    case = a_case("accepted")
    actions.declare_conflict(case, reason="I know them.", by=second)

    with pytest.raises(Refused, match="Sec Ond has declared a conflict"):
        actions.allocate(case, consultant=consultant, second=second, by=lead)
    client = staff(lead)
    assert "Sec Ond" not in client.get(url("allocate", case)).content.decode()
    assert send(client, "allocate", case, consultant=second.pk).status_code == 422


def test_a_conflict_is_a_clinicians_with_a_reason_and_once(a_case, staff, coordinator, consultant):
    """R7, R9"""
    case = a_case("accepted")
    with pytest.raises(Refused, match="Only a clinician"):
        actions.declare_conflict(case, reason="I know them.", by=coordinator)
    assert send(staff(coordinator), "conflict", case, reason="I know them.").status_code == 404
    assert send(staff(consultant), "conflict", case, reason=" ").status_code == 422
    for _ in range(2):
        actions.declare_conflict(case, reason="I know them.", by=consultant)
    assert Conflict.objects.count() == 1
    assert Message.objects.filter(template="consultations/conflict_declared").count() == 1


def test_break_glass_tells_the_lead_consultant(a_case, staff, consultant, second):
    """R8, R9: who opened which case; why is read on the case."""
    case = a_case("accepted")

    staff(second).post(url("open", case), {"reason": "Covering while J.B. is away."})

    mail = Message.objects.get(template="consultations/opened")
    assert (mail.to, case.reference in mail.subject) == (consultant.email, True)
    assert "Sec Ond" in mail.text
    assert "J.B." not in mail.text + mail.html


def test_break_glass_tells_the_clinical_leads_while_nobody_leads(a_case, staff, lead, second):
    """R9"""
    staff(second).post(url("open", a_case("submitted")), {"reason": "Covering."})

    assert [m.to for m in Message.objects.filter(template="consultations/opened")] == [lead.email]


def test_a_clinical_lead_who_opens_a_case_alarms_nobody(a_case, staff, lead):
    staff(lead).get(url("inspect", a_case("accepted")))

    assert not Message.objects.filter(template="consultations/opened").exists()
