"""The list of cases: who sees it, in which order, how it is searched, and what it asks of the database."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from bench.many import grow
from changes.refusals import Refused, Stale
from consultations import actions
from consultations.models import Consultation, SavedView
from consultations.staff.phases import Phase, in_phases, standing_of, with_standing
from consultations.stages import stage_of
from design import tokens
from tests.consultations.conftest import STATES, send
from tests.factories import consultations as cases

pytestmark = pytest.mark.django_db
LIST = "/admin/consultations/"


def once(user: User) -> str:
    return tokens.new(user)


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
    assert counts[0] <= 15


def test_list_and_case_ask_no_more_of_the_database_among_a_thousand_cases(a_case, staff, coordinator):
    pages = [LIST, reverse("consultation:inspect", args=[a_case("issued").pk])]
    client = staff(coordinator)
    counts: list[list[int]] = []
    for total in (1, 1000):
        grow(total)
        counts.append([])
        for page in pages:
            client.get(page)
            with CaptureQueriesContext(connection) as asked:
                assert client.get(page).status_code == 200
            counts[-1].append(len(asked))
    assert counts[0] == counts[1]
    assert Consultation.objects.count() == 1000


@pytest.mark.parametrize("state", STATES)
def test_the_database_says_of_each_state_what_its_stage_says(a_case, state):
    """Lists and filters ask the database what `stage_of` reads from one case: both have to say the same."""
    case = a_case(state)
    stage = stage_of(Consultation.objects.for_stages().get(pk=case.pk))

    standing = standing_of(with_standing(Consultation.objects.all()).get(pk=case.pk))

    assert (standing.stage, standing.whose) == (stage.name, stage.whose)


@pytest.mark.parametrize(("why", "whose"), [("police", "coordinator"), ("referrer", "referrer")])
def test_a_paused_case_is_in_the_phase_of_that_name(a_case, coordinator, why, whose):
    case = a_case("funded")
    actions.pause(case, why=why, by=coordinator)
    stage = stage_of(Consultation.objects.for_stages().get(pk=case.pk))
    every = with_standing(Consultation.objects.all())
    assert [phase for phase in Phase if in_phases(every, [phase]).exists()] == [Phase.PAUSED]
    assert (standing_of(every.get()).whose, stage.whose) == (whose, whose)


def test_filters_by_stage_age_and_overdue(a_case, staff, coordinator):
    waiting, led = a_case("submitted"), a_case("documented")
    client = staff(coordinator)
    assert references(client.get(LIST, {"phase": "triage"})) == [waiting.reference]
    assert references(client.get(LIST, {"phase": ["meeting", "triage"]})) == [
        waiting.reference,
        led.reference,
    ]
    assert references(client.get(LIST, {"late": "yes"})) == []
    long_ago = timezone.now() - timedelta(days=30)
    Consultation.objects.filter(pk=waiting.pk).update(submitted_at=long_ago)
    assert references(client.get(LIST, {"open_for": "28"})) == [waiting.reference]
    assert references(client.get(LIST, {"late": "yes"})) == [waiting.reference]
    assert "Late" in client.get(LIST).content.decode()
    assert references(client.get(LIST, {"open_for": "84"})) == []


@pytest.mark.parametrize("said", ["sam.brook@example", "Nia Pell", "Connie"])
def test_search_finds_whoever_is_on_a_case(a_case, staff, coordinator, said):
    """By the network, the social worker and the consultant: a person is not always the referrer."""
    case, other = a_case("accepted"), a_case("submitted")
    case.referral.social_worker_name = "Nia Pell"
    case.referral.save()
    other.network.all().delete()
    assert references(staff(coordinator).get(LIST, {"q": said})) == [case.reference]


def test_a_view_is_saved_named_found_again_and_deleted(a_case, staff, coordinator, lead):
    """R9: each person's own."""
    case = a_case("submitted")
    client = staff(coordinator)
    listed = client.get(LIST, {"phase": "triage", "p": "1"}).content.decode()
    assert "?phase=triage" in listed
    save = reverse("consultation:save_view")
    assert client.post(f"{save}?phase=triage", {"once": once(coordinator), "name": ""}).status_code == 422

    done = client.post(f"{save}?phase=triage&p=2", {"once": once(coordinator), "name": "To decide"})

    view = SavedView.objects.get()
    assert (view.user, view.name, view.query) == (coordinator, "To decide", "phase=triage")
    assert done.url == f"{LIST}?phase=triage"
    assert "To decide" in client.get(LIST).content.decode()
    assert references(client.get(f"{LIST}?{view.query}")) == [case.reference]
    client.post(f"{save}?late=yes", {"once": once(coordinator), "name": "to decide"})
    assert [v.query for v in SavedView.objects.all()] == ["late=yes"]
    client.get(LIST)  # which says that it was saved

    delete = reverse("consultation:delete_view", args=[view.pk])
    assert "o decide" not in staff(lead).get(LIST).content.decode()
    assert staff(lead).post(delete, {"once": once(lead)}).status_code == 404
    assert staff(coordinator).post(delete, {"once": once(coordinator)}).status_code == 302
    assert not SavedView.objects.exists()


def test_there_is_an_end_to_saved_views(coordinator):
    for number in range(30):
        actions.save_view(name=f"View {number}", query="late=yes", by=coordinator)
    with pytest.raises(Refused, match="Delete one first"):
        actions.save_view(name="One more", query="", by=coordinator)


@pytest.mark.parametrize("who", ["finance", "editor", "referrer"])
def test_views_are_for_staff_who_read_cases(staff, request, who):
    """R9"""
    user = request.getfixturevalue(who)
    assert staff(user).get(reverse("consultation:save_view")).status_code == 404
    assert (
        staff(user).post(reverse("consultation:save_view"), {"once": once(user), "name": "x"}).status_code
        == 404
    )


# --- The triage queue

QUEUE = "/admin/consultations/triage/"


def test_the_queue_is_urgent_first_then_oldest_with_the_criteria_in_words(
    staff, coordinator, referrer, council, a_case
):
    """R2: met or unmet, for each."""
    a_case("accepted")
    old, new, urgent = [cases.submitted(referrer, council) for _ in range(3)]
    Consultation.objects.filter(pk=old.pk).update(submitted_at=timezone.now() - timedelta(days=9))
    urgent.referral.safety_of_others = ""
    urgent.referral.save()
    actions.mark_urgent(urgent, urgent=True, by=coordinator)

    page = staff(coordinator).get(QUEUE)

    assert references(page) == [urgent.reference, old.reference, new.reference]
    rows = page.content.decode().partition("<tbody>")[2].split("<tr")[1:]
    assert [row.count("Not met") for row in rows] == [1, 0, 0]
    assert "Urgent" in rows[0]
    assert "Late" in rows[1]


def test_a_coordinator_marks_a_referral_urgent_and_back(a_case, staff, coordinator):
    case = a_case("submitted")
    client = staff(coordinator)
    send(client, "urgent", case)
    assert cases.fresh(case).is_urgent
    send(client, "urgent", case)
    assert not cases.fresh(case).is_urgent


@pytest.mark.parametrize("status", [s for s in Consultation.Status if s not in {"submitted", "questioned"}])
def test_nothing_that_was_decided_is_marked_urgent(a_case, coordinator, status):
    """R7"""
    case = a_case("submitted")
    Consultation.objects.filter(pk=case.pk).update(status=status)
    with pytest.raises(Stale):
        actions.mark_urgent(case, urgent=True, by=coordinator)


def test_the_queue_is_for_those_who_triage(staff, client, coordinator, lead, consultant, finance, referrer):
    """R9"""
    assert client.get(QUEUE).status_code == 302
    for person, status in (
        (coordinator, 200),
        (lead, 200),
        (consultant, 404),
        (finance, 404),
        (referrer, 404),
    ):
        assert staff(person).get(QUEUE).status_code == status


def test_queue_asks_the_same_of_the_database_at_1_and_at_50(a_case, staff, coordinator, referrer, council):
    a_case("questioned")
    client = staff(coordinator)
    client.get(QUEUE)
    counts = []
    for more in (0, 49):
        for _ in range(more):
            cases.submitted(referrer, council)
        with CaptureQueriesContext(connection) as asked:
            page = client.get(QUEUE)
        counts.append(len(asked))
    assert len(references(page)) == 50
    assert counts[0] == counts[1]
