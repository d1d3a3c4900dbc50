"""A case stands still and goes on, and its clock with it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import transaction
from wagtail.models import ModelLogEntry

from changes.refusals import Refused
from consultations import actions
from consultations.clock import Clocks
from consultations.models import Consultation, ConsultationSettings, Pause
from consultations.stages import stage_of
from mail.models import Message
from tests.consultations.conftest import said, send, url
from tests.factories import consultations as cases

pytestmark = pytest.mark.django_db
Status = Consultation.Status
NOBODY: dict[str, object] = {"social_worker_allocated": "no", "social_worker_name": ""}
SOMEBODY: dict[str, object] = {"social_worker_allocated": "yes", "social_worker_name": "Nia Pell"}


def at(day: int, hour: int = 10) -> time_machine.travel:
    """A day of November 2026, a month without bank holidays: the 2nd is a Monday."""
    return time_machine.travel(datetime(2026, 11, day, hour, tzinfo=UTC), tick=False)


@pytest.fixture
def accepted(referrer, council, coordinator):
    return cases.accepted(referrer, council, coordinator)


def left(case, referrer) -> Consultation:
    actions.amend(case, NOBODY, section="social-worker", reason="She left.", by=referrer)
    return cases.fresh(case)


def test_the_case_pauses_when_the_social_worker_leaves_and_goes_on_with_a_new_one(accepted, referrer):
    """R2: continuing eligibility; each pause is on the timeline with its reason."""
    case = left(accepted, referrer)
    assert case.pause
    assert case.pause.why == Pause.Why.SOCIAL_WORKER
    stage = stage_of(case)
    assert (stage.name, stage.act) == ("Paused", "social_worker")
    assert "Tell us who the new one is" in stage.for_contact

    actions.amend(case, SOMEBODY, section="social-worker", reason="Started today.", by=referrer)

    assert cases.fresh(case).pause is None
    told = list(ModelLogEntry.objects.filter(action__startswith="pause.").order_by("pk"))
    assert [entry.action for entry in told] == ["pause.standing", "pause.over"]
    assert "a new one has to be named" in told[0].data["reason"]


def test_a_paused_case_books_and_issues_nothing(accepted, referrer):
    """R1, R3"""
    case = left(accepted, referrer)
    for missing in (case.missing_for_issue(), case.missing_for_meeting()):
        assert missing[0].startswith("The case is paused. No social worker")


def test_it_does_not_go_on_without_a_social_worker(accepted, referrer, coordinator, staff):
    """R2"""
    case = left(accepted, referrer)
    with pytest.raises(Refused, match="Name the new one"):
        actions.go_on(case, by=coordinator)

    client = staff(coordinator)
    page = client.get(url("inspect", case)).content.decode()
    assert "Name the new one" in page.partition('id="why-go_on"')[2][:200]
    assert "Name the new one" in said(client, send(client, "go_on", case))[0]


def test_a_pause_needs_an_accepted_case_and_stands_alone(accepted, coordinator):
    actions.pause(accepted, why=Pause.Why.POLICE, by=coordinator)
    with pytest.raises(Refused, match="paused already"):
        actions.pause(accepted, why=Pause.Why.REFERRER, by=coordinator)
    actions.go_on(accepted, by=coordinator)
    with pytest.raises(Refused, match="not paused"):
        actions.go_on(accepted, by=coordinator)


@pytest.mark.parametrize("status", [s for s in Status if s != Status.ACCEPTED])
def test_nothing_but_an_accepted_case_is_paused(accepted, coordinator, status):
    """R7"""
    Consultation.objects.filter(pk=accepted.pk).update(status=status)
    with pytest.raises(Refused, match="Only a case that is accepted"):
        actions.pause(accepted, why=Pause.Why.POLICE, by=coordinator)
    assert not Pause.objects.exists()


def test_pausing_is_atomic(accepted, coordinator):
    """R10"""
    with pytest.raises(RuntimeError), transaction.atomic():
        actions.pause(accepted, why=Pause.Why.POLICE, by=coordinator)
        raise RuntimeError
    assert not Pause.objects.exists()
    assert not Message.objects.filter(template="consultations/paused").exists()


def test_mail_about_a_pause_says_no_more_than_the_choice(accepted, coordinator):
    """R8"""
    actions.pause(accepted, why=Pause.Why.OTHER, note="Review on the 3rd.", by=coordinator)
    mail = Message.objects.get(template="consultations/paused")
    assert accepted.reference in mail.subject
    assert "Review on the 3rd." not in mail.text + mail.html


def test_the_clock_starts_with_complete_paperwork_and_a_pause_moves_it(
    referrer, council, coordinator, funder
):
    """Thirty working days from the settling of the last required document; a pause of three adds three."""
    with at(2):
        case = cases.funded(referrer, council, coordinator, funder)
        assert Clocks.load().of(case) is None
        ConsultationSettings.objects.update_or_create(defaults={"target_days": 10})
        required = list(case.document_requests.filter(is_required=True))
        for line in required[:-1]:
            actions.waive_document(line, reason="Seen.", by=coordinator)
        assert cases.fresh(case).promised_on is None
        actions.waive_document(required[-1], reason="Seen.", by=coordinator)
        case = cases.fresh(case)
        assert case.promised_on == date(2026, 11, 16)
        clock = Clocks.load().of(case)
        assert clock
        assert (clock.words, clock.left) == (
            "Recommendations by Monday 16 November 2026",
            "10 working days left",
        )
    with at(4):
        actions.pause(case, why=Pause.Why.REFERRER, by=coordinator)
        stopped = Clocks.load().of(cases.fresh(case))
        assert stopped
        assert (stopped.due_on, stopped.is_late) == (None, False)
    with at(9):  # Monday: Thursday, Friday and today have gone by
        actions.go_on(case, by=coordinator)
        assert cases.fresh(case).promised_on == date(2026, 11, 19)
    with at(20):
        late = Clocks.load().of(cases.fresh(case))
        assert late
        assert (late.is_late, late.left) == (True, "1 working day late")
        assert list(Consultation.objects.filter(Clocks.load().late())) == [case]


def test_the_clock_of_triage_counts_working_days(referrer, council, coordinator):
    with at(5):  # a Thursday
        case = cases.submitted(referrer, council)
        clock = Clocks.load().of(case)
        assert clock
        assert clock.words == "Our answer by Tuesday 10 November 2026"
    with at(10):
        assert not Consultation.objects.filter(Clocks.load().late()).exists()
    with at(11):
        assert Consultation.objects.filter(Clocks.load().late()).exists()
        actions.ask_for_more(case, question="Who?", by=coordinator)
        asked = Clocks.load().of(cases.fresh(case))
        assert asked
        assert (asked.due_on, asked.is_theirs) == (date(2026, 11, 25), True)
        assert not Consultation.objects.filter(Clocks.load().late()).exists()


def test_the_referrer_sees_the_promise(referrer, council, coordinator, funder, client):
    case = cases.documented(referrer, council, coordinator, funder)
    client.force_login(referrer)
    page = client.get(f"/consultations/{case.reference}/").content.decode()
    assert "Recommendations by" in page


def test_staff_pause_name_and_go_on(a_case, staff, coordinator):
    case = a_case("funded")
    client = staff(coordinator)
    assert send(client, "pause", case, why="other").status_code == 422
    send(client, "pause", case, why="other", note="Court on the 3rd.")
    assert "Court on the 3rd." in client.get(url("inspect", case)).content.decode()
    send(client, "go_on", case)
    assert cases.fresh(case).pause is None

    send(client, "social_worker_left", case, reason="Her manager rang.")
    assert cases.fresh(case).pause
    assert send(client, "social_worker", case).status_code == 422
    send(
        client, "social_worker", case, social_worker_name="Nia Pell", social_worker_email="nia@example.gov.uk",
        reason="Her manager rang.",
    )  # fmt: skip
    fresh = cases.fresh(case)
    assert (fresh.pause, fresh.referral.social_worker_name) == (None, "Nia Pell")


@pytest.mark.parametrize("name", ["pause", "go_on", "social_worker", "social_worker_left"])
@pytest.mark.parametrize("who", ["consultant", "finance", "editor", "referrer"])
def test_pauses_are_for_coordinators_and_leads(a_case, staff, request, name, who):
    """R9"""
    case = a_case("accepted")
    assert send(staff(request.getfixturevalue(who)), name, case).status_code == 404
