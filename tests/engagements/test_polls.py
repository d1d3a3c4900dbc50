"""The staff pages of a date poll, below a case and below a booking."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from changes.refusals import Refused
from consultations import actions
from consultations.models import Consultation
from mail.models import Message
from meetings.actions import poll as polls
from meetings.models import Hold, Leave, Meeting, Poll, Resource
from tests.factories import consultations as cases
from tests.factories import training as bookings
from tests.factories.meetings import meeting as booked
from tests.factories.meetings import people, slots, tomorrow, vote
from training import actions as training
from training import tasks as training_tasks

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _without_second_factor(settings):
    settings.STAFF_SECOND_FACTOR = False


@pytest.fixture
def case(referrer, council, coordinator, funder, consultant, lead) -> Consultation:
    made = cases.funded(referrer, council, coordinator, funder)
    actions.allocate(made, consultant=consultant, by=lead)
    return cases.fresh(made)


@pytest.fixture
def staff(client, coordinator):
    client.force_login(coordinator)
    return client


def offered(case: Consultation, coordinator, **given) -> Poll:
    lead = case.lead_consultant
    return actions.offer_dates(
        case,
        **{
            "slots": slots(),
            "closes_at": tomorrow(24 * 10),
            "people": people(),
            "resources": [Resource.objects.of(lead)] if lead else [],
            "by": coordinator,
            **given,
        },
    )


def url(name: str, case, *args: object, of: str = "consultation") -> str:
    return reverse(f"{of}:{name}", args=[case.pk, *args])


def post(client, address: str, page: str = "", **data):
    html = client.get(page or address).content.decode()
    token = re.findall(r'name="once" value="([^"]+)"', html)[0]
    return client.post(address, {"once": token, **data})


def typed(**changed) -> dict[str, Any]:
    day = timezone.localdate() + timedelta(days=20)
    return {
        "minutes": "60",
        "answers_by": f"{day - timedelta(days=7):%Y-%m-%d}",
        "day_1": f"{day:%Y-%m-%d}",
        "start_1": "10:00",
        "day_2": f"{day:%Y-%m-%d}",
        "start_2": "14:00",
        "place": "Room 2",
        "people": ["referrer@example.gov.uk", "sam.brook@example.org"],
        "needed": ["sam.brook@example.org"],
        "resources": [str(r.pk) for r in Resource.objects.all()],
        **changed,
    }


PAGES = ["poll", "poll_answer", "poll_choose", "poll_ask", "poll_close"]


def pages(case, poll: Poll, *, of: str = "consultation") -> list[str]:
    args = {"poll_answer": [poll.voters.all()[0].pk], "poll_choose": [poll.slots.all()[0].pk]}
    return [url(name, case, poll.pk, *args.get(name, []), of=of) for name in PAGES]


def test_while_people_are_asked_the_next_step_of_the_case_is_their_poll(staff, case, coordinator):
    for line in case.document_requests.filter(is_required=True):
        actions.waive_document(line, reason="Seen at the office.", by=coordinator)
    poll = offered(case, coordinator)
    html = staff.get(url("inspect", case)).content.decode()
    turn = html[html.index("fp-turn__sentence") : html.index("</section>")]
    assert f"Choose a date from the poll. {poll.answers}." in turn
    assert url("poll", case, poll.pk) in turn
    polls.close(poll, by=coordinator, reason="Nobody can.")
    assert "Choose a date from the poll" not in staff.get(url("inspect", case)).content.decode()


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("coordinator", True),
        ("lead", True),
        ("consultant", True),
        ("finance", False),
        ("editor", False),
        ("referrer", False),
        ("outsider", False),
        (None, False),
    ],
)
def test_a_case_s_poll_is_for_those_who_may_book(client, request, case, coordinator, who, sees):
    """R9: everybody else gets a 404, or is not let into the admin at all."""
    poll = offered(case, coordinator)
    if who:
        client.force_login(request.getfixturevalue(who))
    for page in [url("inspect", case), *pages(case, poll)]:
        assert (client.get(page).status_code == 200) == sees, page
    if who in ("finance", "editor"):
        assert client.get(pages(case, poll)[0]).status_code == 404


def test_a_consultant_off_the_case_says_why_first(client, case, coordinator, consultant):
    """R9"""
    poll = offered(case, coordinator)
    Consultation.objects.filter(pk=case.pk).update(lead_consultant=None)
    client.force_login(consultant)
    assert client.get(pages(case, poll)[0]).url.startswith(url("open", case))


def test_a_poll_is_found_under_its_own_case_alone(staff, case, coordinator):
    """R9"""
    poll = offered(case, coordinator)
    Poll.objects.filter(pk=poll.pk).update(about="C-26-AAAA")
    assert staff.get(url("poll", case, poll.pk)).status_code == 404


def test_dates_are_offered_from_the_case(staff, case):
    page = staff.get(url("inspect", case)).content.decode()
    assert url("poll_offer", case) in page
    Resource.objects.of(case.lead_consultant)
    response = post(staff, url("poll_offer", case), **typed())
    assert response.status_code == 302, response.content.decode()
    poll = Poll.objects.get()
    assert response.url == url("poll", case, poll.pk)
    assert [(v.email, v.is_required) for v in poll.voters.all()] == [
        ("referrer@example.gov.uk", False),
        ("sam.brook@example.org", True),
    ]
    assert all(slot.ends_at - slot.starts_at == timedelta(hours=1) for slot in poll.slots.all())
    assert Hold.objects.standing().count() == 2
    assert "is open already" in staff.get(url("inspect", case)).content.decode()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"day_1": "", "day_2": "", "start_1": "", "start_2": ""}, "Enter at least one date"),
        ({"start_2": ""}, "Enter the start of time 2"),
        ({"day_2": ""}, "Enter the date of time 2"),
        ({"start_2": "10:00"}, "offered twice"),
        ({"day_1": "2020-01-01"}, "Time 1 has passed"),
        ({"day_1": "9999-12-31"}, "within the next two years"),
        ({"day_1": "soon"}, "real date for time 1"),
        ({"answers_by": ""}, "Enter the day by which"),
        ({"answers_by": "2020-01-01"}, "This day has passed"),
        ({"answers_by": f"{timezone.localdate() + timedelta(days=30):%Y-%m-%d}"}, "before the first date"),
        ({"people": []}, "at least one person"),
        ({"place": ""}, "Enter a place or a video link"),
    ],
)
def test_what_cannot_be_offered_is_said_and_kept(staff, case, changed, said):
    """R13"""
    response = post(staff, url("poll_offer", case), **typed(joining="Ring twice", **changed))
    html = response.content.decode()
    assert response.status_code == 422
    assert said in html
    assert "Ring twice" in html
    assert Poll.objects.count() == 0


def test_the_table_says_in_words_who_can_come_and_proposes_one(staff, case, coordinator):
    poll = vote(offered(case, coordinator), "nyy", "yym", "")
    html = staff.get(url("poll", case, poll.pk)).content.decode()
    assert "The best date so far" in html
    assert "2 yes. Everybody needed can come." in html
    assert "Person 1 is needed and cannot come" in html
    for words in ("If need be", "No answer yet", "Choose this date", "2 of 3 have answered"):
        assert words in html


def queries(client, address: str) -> int:
    with CaptureQueriesContext(connection) as caught:
        assert client.get(address).status_code == 200
    return len(caught)


def test_the_table_asks_the_database_no_more_for_fifty_people(staff, case, coordinator):
    poll = offered(case, coordinator, people=people(1))
    vote(poll, "yyy")
    page = url("poll", case, poll.pk)
    staff.get(page)
    few = queries(staff, page)
    polls.ask(poll, people(50), by=coordinator)
    vote(poll, *["yyn"] * 50)
    assert queries(staff, page) == few


def test_choosing_books_through_the_case(staff, case, coordinator):
    poll = vote(offered(case, coordinator), "yyy", "yyy", "yyy")
    response = post(staff, url("poll_choose", case, poll.pk, poll.slots.all()[1].pk))
    assert response.status_code == 302
    meeting = cases.fresh(case).meeting
    assert meeting is not None
    assert meeting.starts_at == poll.slots.all()[1].starts_at
    assert [str(r) for r in meeting.resources] == ["Connie Marsh"]
    html = staff.get(response.url).content.decode()
    assert "The date is booked" in html
    assert "Open the meeting" in html
    assert "booked elsewhere" not in html  # by the very meeting that the poll led to


def test_against_leave_a_date_is_chosen_with_a_reason_alone(staff, case, coordinator):
    """The reason is asked for once it is needed, and kept in the meeting's history. Nothing is booked before (R3)."""
    poll = vote(offered(case, coordinator), "yyy", "yyy", "yyy")
    slot = poll.slots.all()[1]
    day = timezone.localdate(slot.starts_at)
    Leave.objects.create(resource=Resource.objects.of(case.lead_consultant), first_on=day, last_on=day)
    address = url("poll_choose", case, poll.pk, slot.pk)
    assert "Why it is booked" not in staff.get(address).content.decode()
    response = post(staff, address)
    html = response.content.decode()
    assert response.status_code == 422
    assert "Connie Marsh is marked" in html
    assert "Say why it is booked all the same" in html
    assert (Meeting.objects.count(), Poll.objects.get().status) == (0, Poll.Status.OPEN)
    assert Hold.objects.filter(released_at=None).count() == 3
    assert post(staff, address, despite="She comes in for it.").status_code == 302
    assert Meeting.objects.get().starts_at == slot.starts_at
    entry = ModelLogEntry.objects.get(action="meeting.despite")
    assert entry.data["reason"] == "She comes in for it."


def test_no_reason_chooses_a_date_on_which_somebody_is_booked(staff, case, coordinator):
    """R3."""
    poll = vote(offered(case, coordinator), "yyy", "yyy", "yyy")
    slot = poll.slots.all()[1]
    elsewhere = [Resource.objects.of(case.lead_consultant)]
    booked(resources=elsewhere, starts_at=slot.starts_at, about="", despite="It cannot wait.")
    response = post(staff, url("poll_choose", case, poll.pk, slot.pk), despite="She comes in for it.")
    assert response.status_code == 422
    assert "already booked then" in response.content.decode()
    assert Poll.objects.get().status == Poll.Status.OPEN


def test_times_that_were_found_fill_the_poll(staff, case):
    """From finding a time back to the form, with the times that were ticked: no two overlap, three a day at most."""
    offer = url("poll_offer", case)
    link = re.findall(r'href="([^"]*/find/[^"]*)"', staff.get(offer).content.decode())[0].replace(
        "&amp;", "&"
    )
    first = timezone.localdate() + timedelta(days=20)
    html = staff.get(f"{link}&minutes=90&first={first}&last={first + timedelta(days=9)}").content.decode()
    assert f'action="{offer}"' in html
    found = re.findall(r'name="slot" value="([^"]+)"', html)
    assert len(found) > 10
    days = [text[:10] for text in found]
    assert {days.count(day) for day in set(days[:-3])} == {3}
    assert [text[11:] for text in found[:3]] == ["09:00", "10:30", "12:00"]
    helen = Resource.objects.of(case.lead_consultant).pk
    ticked = "&".join(f"slot={text}" for text in [found[0], found[4], "nonsense"])
    page = staff.get(f"{offer}?minutes=90&resources={helen}&{ticked}").content.decode()
    for name, value in [
        ("day_1", found[0][:10]),
        ("start_1", found[0][11:]),
        ("day_2", found[4][:10]),
        ("start_2", found[4][11:]),
        ("minutes", "90"),
    ]:
        assert re.search(rf'name="{name}" value="{value}"', page), name
    assert "nonsense" not in page


def test_a_poll_may_run_before_funding_but_nothing_is_booked(staff, referrer, council, coordinator, funder):
    """R3"""
    case = cases.quoted(referrer, council, coordinator, funder)
    poll = vote(offered(case, coordinator), "yyy", "yyy", "yyy")
    assert "Funding is not agreed yet" in staff.get(url("poll", case, poll.pk)).content.decode()
    response = post(staff, url("poll_choose", case, poll.pk, poll.slots.all()[0].pk))
    assert response.status_code == 422
    assert "Funding is not agreed yet" in response.content.decode()
    poll.refresh_from_db()
    assert (poll.status, Meeting.objects.count()) == ("open", 0)


def test_staff_answer_ask_remind_renew_take_off_and_close(staff, case, coordinator):
    poll = offered(case, coordinator)
    page, (first, second, third) = url("poll", case, poll.pk), poll.voters.all()
    said = {f"slot_{slot.pk}": "yes" for slot in poll.slots.all()}
    assert post(staff, url("poll_answer", case, poll.pk, first.pk), **said).status_code == 302
    assert post(staff, url("poll_answer", case, poll.pk, second.pk)).status_code == 422
    assert (
        post(staff, url("poll_ask", case, poll.pk), name="Jo", email="Person2@example.org").status_code == 422
    )
    ask = post(staff, url("poll_ask", case, poll.pk), name="Jo", email="jo@example.org", needed="on")
    assert ask.status_code == 302
    post(staff, url("poll_remind", case, poll.pk), page)
    post(staff, url("poll_renew", case, poll.pk, second.pk), page)
    post(staff, url("poll_take_off", case, poll.pk, third.pk), page)
    assert [v.name for v in Poll.objects.get().asked] == ["Person 1", "Person 2", "Jo"]
    assert Message.objects.filter(template="meetings/poll_reminder").count() == 3
    assert post(staff, url("poll_close", case, poll.pk), reason="").status_code == 422
    assert post(staff, url("poll_close", case, poll.pk), reason="No date suits.").status_code == 302
    assert "No date suits." in staff.get(url("inspect", case)).content.decode()


@pytest.mark.parametrize("name", ["poll_remind", "poll_renew", "poll_take_off"])
def test_buttons_of_the_poll_act_by_post_alone(staff, case, coordinator, name):
    poll = offered(case, coordinator)
    args = [] if name == "poll_remind" else [poll.voters.all()[0].pk]
    assert staff.get(url(name, case, poll.pk, *args)).status_code == 405


def test_booking_without_the_poll_closes_it(case, coordinator):
    """Nothing stays held for a date that is found."""
    poll = offered(case, coordinator)
    start, end = slots(1, first=500)[0]
    actions.book_meeting(case, starts_at=start, ends_at=end, by=coordinator)
    poll.refresh_from_db()
    assert (poll.status, Hold.objects.standing().count()) == ("closed", 0)


def test_withdrawing_the_case_closes_its_poll(case, coordinator):
    poll = offered(case, coordinator)
    actions.withdraw(case, reason="They asked.", by=coordinator)
    poll.refresh_from_db()
    assert (poll.status, Hold.objects.standing().count()) == ("closed", 0)


@pytest.mark.parametrize("status", [s for s in Consultation.Status if s != Consultation.Status.ACCEPTED])
def test_only_an_accepted_case_offers_dates(case, coordinator, status):
    """R7"""
    Consultation.objects.filter(pk=case.pk).update(status=status)
    with pytest.raises(Refused, match="Accept the referral"):
        offered(case, coordinator)


def test_a_booking_offers_and_confirms_dates(staff, referrer, council, coordinator, consultant):
    booking = bookings.funded(referrer, council, coordinator)
    assert (
        url("poll_offer", booking, of="booking")
        in staff.get(url("inspect", booking, of="booking")).content.decode()
    )
    room = Resource.objects.create(kind="room", name="Room 2")
    given = typed(people=["referrer@example.gov.uk"], needed=[], resources=[str(room.pk)])
    response = post(staff, url("poll_offer", booking, of="booking"), **given)
    assert "Tick the trainer" in response.content.decode()
    trainer = Resource.objects.of(consultant)
    given["resources"] = [str(room.pk), str(trainer.pk)]
    assert post(staff, url("poll_offer", booking, of="booking"), **given).status_code == 302
    poll = Poll.objects.get()
    polls.ask(poll, people(1), by=coordinator)
    vote(poll, "yy", "yy")
    training_tasks.poll_waits(poll.pk)
    training_tasks.poll_waits(poll.pk)
    (told,) = Message.objects.filter(template="meetings/poll_complete")
    assert url("poll", booking, poll.pk, of="booking") in told.text
    for page in pages(booking, poll, of="booking"):
        assert staff.get(page).status_code == 200
    choose = url("poll_choose", booking, poll.pk, poll.slots.all()[0].pk, of="booking")
    assert post(staff, choose).status_code == 302
    meeting = bookings.fresh(booking).meeting
    assert {str(r) for r in meeting.resources} == {"Room 2", "Connie Marsh"}
    assert [(a.email, a.role) for a in meeting.invited] == [
        ("referrer@example.gov.uk", "Booker"),
        ("consultant@example.nhs.uk", "Trainer"),
        ("person1@example.org", "Delegate"),
    ]


@pytest.mark.parametrize("who", ["consultant", "finance", "editor", "outsider", None])
def test_a_booking_s_poll_is_for_those_who_confirm(
    client, request, referrer, council, coordinator, consultant, who
):
    """R9"""
    booking = bookings.accepted(referrer, council, coordinator)
    poll = training.offer_dates(
        booking,
        slots=slots(),
        closes_at=tomorrow(24),
        people=people(),
        resources=[Resource.objects.of(consultant)],
        by=coordinator,
    )
    if who:
        client.force_login(request.getfixturevalue(who))
    for page in pages(booking, poll, of="booking"):
        assert client.get(page).status_code != 200
