"""The network of a sent referral, put right by staff: the referrer's own acts, with who did it and why."""

from __future__ import annotations

import pytest

from consultations.models import Amendment, Consultation, NetworkMember
from consultations.staff.words import SAID, told
from consultations.views.answers import answers_of
from mail.models import Message
from meetings.models import Attendee
from tests.consultations.conftest import said, send, url
from tests.factories import consultations as cases

pytestmark = pytest.mark.django_db
KIM = {
    "name": "Kim Marsh",
    "agency": "Elmshire Health",
    "role": "Nurse",
    "email": "kim.marsh@example.nhs.uk",
    "phone": "01632 960112",
    "may_see": "meeting",
    "reason": "The referrer rang: she joined on Monday.",
}
ACTS = ["add_member", "change_member", "remove_member"]


@pytest.fixture
def booked(world) -> Consultation:
    return cases.booked(*world)


def args_of(name: str, case: Consultation) -> list[int]:
    return [] if name == "add_member" else [case.network.get(name="Sam Brook").pk]


def invited(case: Consultation) -> set[str]:
    there = Attendee.objects.filter(meeting=case.meeting, uninvited_at=None)
    return set(there.values_list("email", flat=True))


def test_who_is_named_is_invited_and_the_referrer_sees_who_named_them_and_why(
    booked, staff, coordinator, client, referrer
):
    """R11: the invite follows; the change is an amendment of the referral like any other."""
    desk = staff(coordinator)
    done = send(desk, "add_member", booked, **KIM)

    assert done.url == url("inspect", booked) + "#people"
    assert said(desk, done) == ["Kim Marsh is on the list. Whoever leads the case is being told."]
    assert "kim.marsh@example.nhs.uk" in invited(booked)
    kept = Amendment.objects.get()
    assert (kept.field, kept.old, kept.reason, kept.amended_by) == (
        "network",
        "",
        KIM["reason"],
        coordinator,
    )
    client.force_login(referrer)
    seen = client.get(f"/consultations/{booked.reference}/answers/").content.decode()
    assert KIM["reason"] in seen
    assert str(coordinator) in seen


def test_another_mailbox_takes_the_invite_and_who_is_taken_off_opens_nothing(booked, staff, coordinator):
    """R9, R11"""
    desk = staff(coordinator)
    sam = booked.network.get()
    moved = {**KIM, "name": "Sam Brook", "email": "s.brook@example.org", "reason": "A slip."}

    changed = send(desk, "change_member", booked, sam.pk, **moved)
    assert said(desk, changed) == ["Sam Brook: changed. Whoever leads the case is being told."]
    assert invited(booked) == {"referrer@example.gov.uk", "s.brook@example.org"}

    send(desk, "add_member", booked, **KIM)
    gone = send(desk, "remove_member", booked, sam.pk, reason="He moved on.")
    assert said(desk, gone)[-1] == "Sam Brook is no longer on the list. Whoever leads the case is being told."
    assert invited(booked) == {"referrer@example.gov.uk", "kim.marsh@example.nhs.uk"}


@pytest.mark.parametrize("name", ACTS)
def test_without_a_reason_nothing_changes_and_what_was_typed_is_kept(booked, staff, coordinator, name):
    """R13: told in the summary and by the field."""
    page = send(staff(coordinator), name, booked, *args_of(name, booked), **{**KIM, "reason": " "})

    assert page.status_code == 422
    html = page.content.decode()
    assert html.count("Write why") == 2
    if name != "remove_member":
        assert 'value="kim.marsh@example.nhs.uk"' in html
    assert not Amendment.objects.exists()


def test_what_the_rules_refuse_is_said_over_the_form(booked, staff, coordinator):
    """R7"""
    again = send(staff(coordinator), "add_member", booked, **{**KIM, "email": "SAM.BROOK@example.org"})
    assert again.status_code == 422
    assert "SAM.BROOK@example.org is on the list already." in again.content.decode()

    sam = booked.network.get()
    last = send(staff(coordinator), "remove_member", booked, sam.pk, reason="He moved on.")
    assert last.status_code == 422
    assert "Add somebody else first" in last.content.decode()
    assert booked.network.count() == 1


def test_the_page_says_why_the_last_one_cannot_be_taken_off(booked, staff, coordinator):
    def why_off() -> int:
        page = staff(coordinator).get(url("inspect", booked)).content.decode()
        return page.count("Add somebody else first")

    assert why_off() == 1
    send(staff(coordinator), "add_member", booked, **KIM)
    assert why_off() == 0


def test_while_the_referrer_answers_us_staff_name_whom_they_hear_of(a_case, staff, coordinator):
    """Told on the phone: kept with its reason, and nobody is mailed about a case that nobody leads."""
    case = a_case("questioned")
    desk = staff(coordinator)
    assert said(desk, send(desk, "add_member", case, **KIM)) == ["Kim Marsh is on the list."]
    assert Amendment.objects.get().reason == KIM["reason"]
    assert not Message.objects.filter(template="consultations/amended").exists()


@pytest.mark.parametrize("state", ["declined", "withdrawn"])
@pytest.mark.parametrize("name", ACTS)
def test_it_takes_no_changes_once_it_has_ended(a_case, staff, coordinator, state, name):
    """R7: the page sends back and says so, and a page that stood open changes nothing."""
    case = a_case(state)
    before = [one.said for one in case.network.all()]
    desk, args = staff(coordinator), args_of(name, case)

    assert said(desk, desk.get(url(name, case, *args))) == [
        f"{case.reference} has moved on, so there is nothing to do here."
    ]
    send(desk, name, case, *args, **KIM)

    assert [one.said for one in case.network.all()] == before
    assert "Name somebody else" not in desk.get(url("inspect", case)).content.decode()


@pytest.mark.parametrize("name", ACTS)
@pytest.mark.parametrize("who", ["consultant", "finance", "editor", "referrer", "outsider"])
def test_it_is_the_coordinators_and_leads_alone(booked, staff, request, who, name):
    """R9: nor does anybody reach the network of another case."""
    person = request.getfixturevalue(who)
    Consultation.objects.filter(pk=booked.pk).update(lead_consultant=request.getfixturevalue("consultant"))

    assert send(staff(person), name, booked, *args_of(name, booked), **KIM).status_code == 404
    assert "Name somebody else" not in staff(person).get(url("inspect", booked)).content.decode()


def test_somebody_of_another_case_is_not_there(booked, staff, coordinator, referrer, council):
    """R9"""
    other = cases.submitted(referrer, council)
    stranger = other.network.get()

    for name in ACTS[1:]:
        assert send(staff(coordinator), name, booked, stranger.pk, **KIM).status_code == 404
    assert NetworkMember.objects.filter(pk=stranger.pk, name="Sam Brook").exists()


def test_the_mail_about_it_names_nobody(booked, staff, coordinator):
    """R8"""
    send(staff(coordinator), "add_member", booked, **KIM)

    mail = Message.objects.get(template="consultations/amended")
    assert "Marsh" not in mail.subject + mail.text + mail.html


def test_answers_are_said_to_those_who_read_them(booked):
    """Every question and step that speaks to the referrer has words for staff, and none of ours is stale."""
    groups = told(answers_of(booked))
    words = [group["title"] for group in groups] + [row["key"] for group in groups for row in group["rows"]]

    assert [one for one in words if {"you", "your"} & set(one.lower().replace("?", "").split())] == []
    assert not set(SAID) & set(words)
