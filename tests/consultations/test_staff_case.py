"""The case page: who may open it, what it shows in each state, and how much it asks of the database."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import ModelLogEntry

from consultations import actions
from consultations.models import Consultation
from tests.consultations.conftest import STATES, said, send, url
from tests.factories import consultations as cases

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("state", STATES)
def test_case_page_shows_every_state_to_each_role(a_case, staff, coordinator, consultant, lead, state):
    case = a_case(state)

    for person in (coordinator, consultant, lead):
        page = staff(person).get(url("inspect", case), follow=True)
        assert page.status_code == 200
        assert case.reference in page.content.decode()


@pytest.mark.parametrize("name", ["inspect", "open"])
def test_finance_and_editor_find_no_case(a_case, staff, finance, editor, name):
    """R9"""
    case = a_case("accepted")
    for person in (finance, editor):
        assert staff(person).get(url(name, case)).status_code == 404


def test_case_is_not_there_for_referrer_outsider_and_stranger(a_case, staff, referrer, outsider, client):
    """R9: people without a staff role do not get into the admin at all."""
    case = a_case("accepted")
    assert client.get(url("inspect", case)).status_code == 302
    for person in (referrer, outsider):
        page = staff(person).get(url("inspect", case))
        assert page.status_code in {302, 403, 404}
        assert "Elmshire" not in page.content.decode()


def test_a_draft_is_its_referrers_alone(staff, coordinator, referrer, council):
    """R9: nobody of the staff sees a referral that was not sent, nor one withdrawn before."""
    draft = cases.draft(referrer, council)
    assert staff(coordinator).get(url("inspect", draft)).status_code == 404
    actions.withdraw(draft, reason="Not needed.", by=referrer)
    assert staff(coordinator).get(url("inspect", draft)).status_code == 404


def test_consultant_off_the_case_gives_a_reason_first(a_case, staff, consultant):
    """R9: break-glass, kept with who and why, good for the session's next hour."""
    case = a_case("accepted")
    Consultation.objects.filter(pk=case.pk).update(lead_consultant=None)
    client = staff(consultant)

    first = client.get(url("inspect", case))
    assert first.url.startswith(url("open", case))
    asked = client.get(first.url)
    assert "Why do you need to open it?" in asked.content.decode()
    assert "Touching another pupil" not in asked.content.decode()
    empty = client.post(first.url, {"reason": ""})
    assert (empty.status_code, "Write why you need" in empty.content.decode()) == (422, True)
    assert ModelLogEntry.objects.filter(action="consultation.opened").count() == 0

    opened = client.post(first.url, {"reason": "Covering for a colleague."})

    assert opened.url == url("inspect", case)
    entry = ModelLogEntry.objects.get(action="consultation.opened")
    assert (entry.user, entry.data["reason"]) == (consultant, "Covering for a colleague.")
    assert client.get(opened.url).status_code == 200
    client.get(opened.url)
    assert ModelLogEntry.objects.filter(action="consultation.opened").count() == 1


def test_reason_holds_for_an_hour_only(a_case, staff, consultant):
    """R9"""
    case = a_case("accepted")
    Consultation.objects.filter(pk=case.pk).update(lead_consultant=None)
    client = staff(consultant)
    client.post(url("open", case), {"reason": "Covering."})
    session = client.session
    session["cases_opened"] = {str(case.pk): 1.0}
    session.save()

    assert client.get(url("inspect", case)).url.startswith(url("open", case))


def test_reason_for_one_case_opens_no_other(a_case, staff, consultant, referrer, council, coordinator):
    """R9"""
    case, other = a_case("submitted"), cases.accepted(referrer, council, coordinator)
    client = staff(consultant)
    client.post(url("open", case), {"reason": "Covering."})

    assert client.get(url("inspect", case)).status_code == 200
    assert client.get(url("inspect", other)).status_code == 302


def test_opening_by_a_lead_who_is_not_on_the_case_is_logged_without_asking(a_case, staff, lead):
    """R9: a clinical lead opens freely, and the log says so once an hour."""
    case = a_case("accepted")
    client = staff(lead)
    client.get(url("inspect", case))
    client.get(url("inspect", case))

    assert [e.user for e in ModelLogEntry.objects.filter(action="consultation.opened")] == [lead]


def test_consultant_on_the_case_opens_it(a_case, staff, consultant):
    case = a_case("funded")
    page = staff(consultant).get(url("inspect", case)).content.decode()
    assert "Touching another pupil" in page
    assert not ModelLogEntry.objects.filter(action="consultation.opened").exists()


def test_an_act_that_is_off_says_why_beside_it(a_case, staff, coordinator):
    """R1: everything that is missing is told at once, at the button."""
    page = staff(coordinator).get(url("inspect", a_case("accepted"))).content.decode()
    why = page.partition('id="why-issue"')[2].partition("</div>")[0]
    assert 'disabled aria-describedby="why-issue"' in page
    assert "Funding is not agreed yet" in why
    assert "The meeting has not been held yet." in why


def test_page_offers_only_what_the_role_allows(a_case, staff, consultant, coordinator):
    case = a_case("accepted")
    assert url("quote", case) not in staff(consultant).get(url("inspect", case)).content.decode()
    assert url("quote", case) in staff(coordinator).get(url("inspect", case)).content.decode()


def test_an_opened_case_is_told_with_its_reason_on_the_page(a_case, staff, consultant, coordinator):
    case = a_case("submitted")
    staff(consultant).post(url("open", case), {"reason": "Covering for a colleague."})

    page = staff(coordinator).get(url("inspect", case)).content.decode()
    assert "Covering for a colleague." in page


def test_case_page_asks_the_same_of_the_database_whatever_it_holds(a_case, staff, coordinator):
    small, big = a_case("booked"), a_case("booked")
    for number in range(100, 140):
        big.document_requests.create(number=number, title=f"Letter {number}", is_required=False)
        big.network.create(name=f"Person {number}", agency="Agency", email=f"p{number}@example.org")
    client = staff(coordinator)
    client.get(url("inspect", small))

    counts = []
    for case in (small, big):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(url("inspect", case))
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert counts[0] <= 60


def test_what_was_typed_outlives_the_hour_of_a_reason(a_case, staff, consultant):
    """R13: a POST that first has to give a reason loses nothing."""
    case = a_case("documented")
    request = case.document_requests.exclude(status="waived").first()
    Consultation.objects.filter(pk=case.pk).update(lead_consultant=None)
    client = staff(consultant)

    sent = send(client, "waive_document", case, request.number, reason="The school closed in 2019.")
    assert sent.url.startswith(url("open", case))
    opened = client.post(sent.url, {"reason": "Covering."})

    page = client.get(opened.url).content.decode()
    assert "The school closed in 2019." in page
    request.refresh_from_db()
    assert request.status == "requested"


def test_an_act_of_the_past_leads_back_to_the_case_with_why(a_case, staff, coordinator):
    case = a_case("accepted")
    client = staff(coordinator)
    back = client.get(url("decline", case))
    assert back.url == url("inspect", case)
    assert said(client, back) == [f"{case.reference} has moved on, so there is nothing to do here."]


def test_the_turn_is_told_to_whoever_has_it(a_case, staff, coordinator, consultant, lead):
    """Others may take the step too; to them it says whom it waits for."""
    case = a_case("booked")

    words = {
        person: staff(person).get(url("inspect", case)).content.decode().split("fp-turn__whose")[1][:40]
        for person in (coordinator, consultant, lead)
    }

    assert "Your turn" in words[consultant]
    assert "Waiting for the consultant" in words[coordinator]
    assert "Waiting for the consultant" in words[lead]


def test_no_document_is_overdue_once_the_report_is_issued(a_case, staff, coordinator):
    long_ago = timezone.localdate() - timedelta(days=30)
    shown = {}
    for state in ("documented", "issued"):
        case = a_case(state)
        case.document_requests.filter(is_required=False).update(due_on=long_ago)
        shown[state] = ">Overdue<" in staff(coordinator).get(url("inspect", case)).content.decode()

    assert shown == {"documented": True, "issued": False}
