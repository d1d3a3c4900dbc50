"""The list of cases: who sees it, in which order, how it is searched, and what it asks of the database."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from consultations import actions
from consultations.models import Consultation
from tests.factories import consultations as cases

pytestmark = pytest.mark.django_db
LIST = "/admin/consultations/"


def references(page) -> list[str]:
    return [case.reference for case in page.context["object_list"]]


def test_address_is_kept():
    assert reverse("consultation:index") == LIST


def test_list_is_for_staff_who_read_cases(
    staff, client, coordinator, consultant, lead, finance, editor, referrer
):
    """R9"""
    assert client.get(LIST).status_code == 302
    for person, status in ((coordinator, 200), (consultant, 200), (lead, 200), (finance, 404), (editor, 404)):
        assert staff(person).get(LIST).status_code == status
    assert staff(referrer).get(LIST).status_code == 404


def test_menu_shows_consultations_to_those_alone(staff, coordinator, finance):
    assert LIST in staff(coordinator).get("/admin/").content.decode()
    assert LIST not in staff(finance).get("/admin/").content.decode()


def test_oldest_promise_comes_first_and_what_has_ended_last(staff, coordinator, referrer, council):
    first, second, over, draft = [cases.draft(referrer, council) for _ in range(4)]
    for days, case in ((1, second), (9, first), (20, over)):
        actions.refer(case, by=referrer)
        Consultation.objects.filter(pk=case.pk).update(submitted_at=timezone.now() - timedelta(days=days))
    actions.decline_referral(cases.fresh(over), reason="No.", alternative="Adults.", by=coordinator)

    page = staff(coordinator).get(LIST)

    assert references(page) == [first.reference, second.reference, over.reference]
    assert draft.reference not in page.content.decode()
    assert "9 days" in page.content.decode()
    assert "Coordinator" in page.content.decode()


@pytest.mark.parametrize("said", ["{case.reference}", "elmshire", "rowan", "referrer@example.gov.uk"])
def test_a_phone_call_is_answered_in_one_search(staff, coordinator, referrer, council, said):
    case = cases.submitted(referrer, council)
    page = staff(coordinator).get(LIST, {"q": said.format(case=case)})
    assert references(page) == [case.reference]
    assert references(staff(coordinator).get(LIST, {"q": "nobody"})) == []


def test_filters_by_status_lead_and_organisation(a_case, staff, coordinator, consultant, council):
    waiting, led = a_case("submitted"), a_case("accepted")
    client = staff(coordinator)
    assert references(client.get(LIST, {"status": "submitted"})) == [waiting.reference]
    assert references(client.get(LIST, {"lead_consultant": consultant.pk})) == [led.reference]
    assert len(references(client.get(LIST, {"organisation": council.pk}))) == 2
    assert "Draft" not in str(client.get(LIST).context["filters"].form["status"])


def test_list_asks_the_same_of_the_database_at_1_and_at_50(a_case, staff, coordinator, referrer, council):
    a_case("issued")
    client = staff(coordinator)
    client.get(LIST)
    counts = []
    for more in (0, 49):
        for _ in range(more):
            cases.accepted(referrer, council, coordinator)
        with CaptureQueriesContext(connection) as asked:
            page = client.get(LIST)
        counts.append(len(asked))
    assert len(references(page)) == 50
    assert counts[0] == counts[1]
