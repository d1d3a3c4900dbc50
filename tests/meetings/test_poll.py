"""Offering dates, answering, proposing one, and the ends of a poll: by the actions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from changes.refusals import Refused, Stale
from mail.models import Message
from meetings import actions, scores, tasks
from meetings.actions import poll as polls
from meetings.availability import agenda
from meetings.models import Hold, MeetingSettings, Poll, Reservation, Resource, Vote, held_warnings
from tests.factories.meetings import booking, people, poll, room, slots, tomorrow, vote
from tests.factories.meetings import meeting as booked

pytestmark = pytest.mark.django_db


def subjects() -> list[str]:
    return [m.subject for m in Message.objects.filter(template__startswith="meetings/poll").order_by("pk")]


def named(template: str) -> int:
    return Message.objects.filter(template=f"meetings/{template}").count()


def test_offering_asks_each_person_and_holds_each_time():
    """R8, R10: one mail each, with the reference and nothing else."""
    diary = Resource.objects.create(kind="person", name="Connie Marsh")
    made = poll(resources=[diary, room()])
    assert subjects() == ["Say which dates suit you: Consultation C-26-7K4M"] * 3
    assert Hold.objects.standing().count() == 6
    assert Reservation.objects.count() == 0
    assert str(Hold.objects.filter(resource=diary)[0]) == "Connie Marsh, held for C-26-7K4M"
    text = Message.objects.order_by("pk")[0].text
    assert all(slot.when in text for slot in made.slots.all())


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"slots": []}, "at least one time"),
        ({"slots": slots(11)}, "10 at most"),
        ({"slots": slots(1) * 2}, "offered twice"),
        ({"slots": slots(1, first=-72)}, "has passed"),
        ({"closes_at": datetime(2020, 1, 1, tzinfo=UTC)}, "Choose a later one"),
        ({"closes_at": tomorrow(24 * 30)}, "before the first time"),
        ({"people": []}, "at least one person"),
    ],
)
def test_what_cannot_be_offered_is_refused_and_nothing_is_sent(given, said):
    with pytest.raises(Refused, match=said):
        poll(**given)
    assert (Poll.objects.count(), Hold.objects.count(), Message.objects.count()) == (0, 0, 0)


def test_nobody_is_held_who_is_booked_then():
    """R3: the clash is told when the dates are offered; not for what (R9)."""
    place = room()
    booked(resources=[place], starts_at=slots(1)[0][0], title="Consultation C-26-AAAA")
    with pytest.raises(Refused, match="Room 2 is already booked then") as no:
        poll(resources=[place])
    assert "C-26-AAAA" not in str(no.value)


def test_one_poll_is_open_for_a_commission():
    poll()
    with pytest.raises(Refused, match="is open already"):
        poll()
    poll(about="C-26-AAAA")


def test_holds_overlap_and_warn_whoever_books_over_them():
    """R3 rests on reservations alone: a hold warns, and staff may go ahead with a reason."""
    place = room()
    poll(resources=[place])
    poll(resources=[place], about="C-26-AAAA")
    with pytest.raises(actions.Unsuitable, match="Room 2 is held for a date poll then: 10am to 11am"):
        booked(resources=[place], starts_at=slots(1)[0][0])
    booked(resources=[place], starts_at=slots(1)[0][0], despite="Nothing else is free.")
    found = Hold.objects.on([place], *slots(1)[0])
    assert [hold.slot.poll.about for hold in found] == ["C-26-7K4M", "C-26-AAAA"]
    (said,) = held_warnings([place], *slots(1)[0])
    assert said == "Room 2 is held for a date poll then: 10am to 11am."
    assert held_warnings([place], *slots(1, first=24 * 25)[0]) == []


def test_the_best_time_suits_all_who_are_needed_then_most_then_is_earliest():
    made = vote(poll(slots=slots(4)), "yyym", "ynmy", "nyyy")  # person 3 is not needed
    scored = scores.scores(made)
    assert [one.why for one in scored] == [
        "2 yes, 1 no. Everybody needed can come.",
        "2 yes, 1 no. Person 2 is needed and cannot come.",
        "2 yes, 1 if need be. Everybody needed can come.",
        "2 yes, 1 if need be. Everybody needed can come.",
    ]
    assert scores.best(scored) == scored[2]


def test_without_a_quorum_nothing_is_proposed():
    made = vote(poll(), "yyy", "", "yyy")
    scored = scores.scores(made)
    assert scores.best(scored) is None
    assert scored[0].why == "2 yes. Person 2 has not answered."
    assert made.answers == "2 of 3 have answered"


def test_a_time_that_somebody_took_is_not_proposed():
    place = room()
    made = poll(resources=[place])
    booked(resources=[place], starts_at=slots(1)[0][0], despite="Nothing else is free.")
    scored = scores.scores(vote(made, "yyy", "yyy", "yyy"))
    assert scored[0].why == "3 yes. Room 2 is booked elsewhere then."
    assert scores.best(scored) == scored[1]


def test_an_answer_can_be_changed_until_the_poll_closes():
    made = poll()
    voter = made.voters.all()[0]
    vote(made, "yny")
    vote(made, "nmy")
    assert list(voter.votes.values_list("answer", flat=True)) == ["no", "maybe", "yes"]
    with time_machine.travel(made.closes_at, tick=False), pytest.raises(Stale, match="closed"):
        vote(made, "yyy")
    assert Vote.objects.count() == 3


def test_staff_answer_for_somebody_on_the_phone_also_after_the_day(coordinator):
    made = poll()
    with time_machine.travel(made.closes_at + timedelta(hours=1), tick=False):
        vote(made, "yyy", by=coordinator)
    assert made.voters.all()[0].said() == {slot.pk: "yes" for slot in made.slots.all()}


@pytest.mark.parametrize("words", [[], ["yes", "yes"], ["yes", "yes", "perhaps"]])
def test_each_time_wants_one_of_three_answers(words):
    made = poll()
    answers = {slot.pk: word for slot, word in zip(made.slots.all(), words, strict=False)}
    with pytest.raises(Refused, match="Say whether"):
        polls.answer(made.voters.all()[0], answers)
    assert Vote.objects.count() == 0


@pytest.mark.parametrize("status", [Poll.Status.CLOSED, Poll.Status.SETTLED])
@pytest.mark.parametrize("act", ["answer", "remind", "ask", "take_off", "renew_link"])
def test_a_poll_that_has_ended_takes_nothing(coordinator, status, act):
    """R7"""
    made = poll()
    Poll.objects.filter(pk=made.pk).update(status=status)
    voter = made.voters.all()[0]
    acts = {
        "answer": lambda: vote(made, "yyy", by=coordinator),
        "remind": lambda: polls.remind(made, by=coordinator),
        "ask": lambda: polls.ask(made, people(9), by=coordinator),
        "take_off": lambda: polls.take_off(voter, by=coordinator),
        "renew_link": lambda: polls.renew_link(voter, by=coordinator),
    }
    before = Message.objects.count()
    with pytest.raises(Stale):
        acts[act]()
    assert (Message.objects.count(), Vote.objects.count()) == (before, 0)


def test_a_reminder_goes_to_those_who_have_not_answered_once_a_day(coordinator):
    """R10"""
    made = vote(poll(), "yyy")
    assert [v.name for v in polls.remind(made, by=coordinator)] == ["Person 2", "Person 3"]
    with pytest.raises(Refused, match="reminded today"):
        polls.remind(made, by=coordinator)
    with time_machine.travel(timezone.now() + timedelta(days=1), tick=False):
        polls.remind(made, by=coordinator)
    assert named("poll_reminder") == 4


def test_the_job_reminds_each_once_before_the_poll_closes():
    """R10: however often it runs."""
    made = vote(poll(), "yyy")
    tasks.look_after_polls()
    assert named("poll_reminder") == 0
    with time_machine.travel(made.closes_at - timedelta(days=2), tick=False):
        tasks.look_after_polls()
        tasks.look_after_polls()
    assert named("poll_reminder") == 2


def test_the_reminder_can_be_switched_off():
    kept = MeetingSettings.load()
    kept.poll_reminder_days = 0
    kept.save()
    made = poll()
    with time_machine.travel(made.closes_at - timedelta(minutes=1), tick=False):
        tasks.look_after_polls()
    assert named("poll_reminder") == 0


def test_a_poll_that_runs_out_frees_what_it_held():
    made = poll(resources=[room()])
    with time_machine.travel(made.expires_at - timedelta(seconds=1), tick=False):
        tasks.look_after_polls()
        assert Hold.objects.standing().count() == 3
    with time_machine.travel(made.expires_at, tick=False):
        tasks.look_after_polls()
        tasks.look_after_polls()
        assert Hold.objects.standing().count() == 0
    made.refresh_from_db()
    assert made.status == "closed"
    assert named("poll_closed") == 0


def test_closing_tells_everybody_once_and_frees_everything(coordinator):
    """R7, R10"""
    made = poll(resources=[room()])
    polls.close(made, by=coordinator, reason="The case was withdrawn.")
    with pytest.raises(Stale):
        polls.close(made, by=coordinator, reason="Again.")
    assert named("poll_closed") == 3
    assert Hold.objects.standing().count() == 0


def test_choosing_books_the_meeting_and_frees_the_rest_together(coordinator):
    place = room()
    made = vote(poll(resources=[place]), "yyy", "yyy", "yyy")
    chosen = made.slots.all()[1]
    meeting = polls.settle(made, chosen, by=coordinator, book=booking)
    made.refresh_from_db()
    assert (made.status, made.chosen, made.chosen_by, made.meeting) == (
        "settled",
        chosen,
        coordinator,
        meeting,
    )
    assert (meeting.starts_at, meeting.resources) == (chosen.starts_at, [place])
    assert [(a.name, a.is_required) for a in meeting.invited] == [
        ("Person 1", True),
        ("Person 2", True),
        ("Person 3", False),
    ]
    assert Hold.objects.standing().count() == 0
    assert (named("poll_settled"), named("invited")) == (3, 3)
    asked_again = Poll.objects.for_page().get()
    assert scores.scores(asked_again)[1].taken == ()  # what the poll itself booked stands in nobody's way


def test_what_the_owner_s_act_refuses_leaves_the_poll_as_it_was(coordinator):
    """R3: all or nothing."""

    def no(choice: polls.Choice):
        raise Refused("Funding is not agreed yet.")

    made = vote(poll(resources=[room()]), "yyy", "yyy", "yyy")
    before = Message.objects.count()
    with pytest.raises(Refused, match="Funding"):
        polls.settle(made, made.slots.all()[0], by=coordinator, book=no)
    made.refresh_from_db()
    assert (made.status, made.chosen, Hold.objects.standing().count()) == ("open", None, 3)
    assert Message.objects.count() == before


def test_a_time_that_has_passed_is_not_chosen(coordinator):
    made = poll()
    first = made.slots.all()[0]
    with time_machine.travel(first.starts_at, tick=False), pytest.raises(Refused, match="has passed"):
        polls.settle(made, first, by=coordinator, book=booking)


def test_a_closed_poll_may_still_be_chosen_from(coordinator):
    made = poll()
    polls.close(made, by=coordinator, reason="Too few answers.")
    polls.settle(made, made.slots.all()[0], by=coordinator, book=booking)
    made.refresh_from_db()
    assert made.status == "settled"


def test_a_new_link_kills_the_old_one_and_so_does_taking_off(coordinator):
    """R9"""
    made = poll()
    voter = made.voters.all()[0]
    old = voter.link_token
    new = polls.renew_link(voter, by=coordinator).link_token
    assert type(voter).objects.by_token(new) == voter
    with pytest.raises(voter.DoesNotExist):
        type(voter).objects.by_token(old)
    with pytest.raises(Stale, match="newer link"):
        polls.renew_link(voter, by=coordinator)
    polls.take_off(voter, by=coordinator)
    with pytest.raises(voter.DoesNotExist):
        type(voter).objects.by_token(new)
    assert named("poll_asked") == 4


def test_asking_more_people_leaves_those_asked_as_they_are(coordinator):
    made = poll()
    assert [v.name for v in polls.ask(made, people(4), by=coordinator)] == ["Person 4"]
    assert polls.ask(made, people(4), by=coordinator) == []
    assert named("poll_asked") == 4


@pytest.mark.parametrize(
    ("day", "spoken"),
    [
        (datetime(2026, 10, 26, 10, tzinfo=UTC), "Monday 26 October 2026, 10am to 11am"),
        (datetime(2027, 3, 29, 9, tzinfo=UTC), "Monday 29 March 2027, 10am to 11am"),
    ],
)
def test_times_are_london_s_on_both_sides_of_a_clock_change(day, spoken):
    """R11: offered before the clocks change, told and booked as the wall clock says."""
    with time_machine.travel(day - timedelta(days=10), tick=False):
        made = poll(slots=[(day, day + timedelta(hours=1))], closes_at=day - timedelta(days=5))
        assert made.slots.all()[0].when == spoken
        assert spoken in Message.objects.order_by("pk")[0].text


def test_what_is_held_stands_in_the_diary_until_the_poll_ends(coordinator):
    place, diary = room(), Resource.objects.create(kind="person", name="Connie Marsh")
    made = poll(resources=[place, diary])
    day = timezone.localdate(slots(1)[0][0])
    (shown,) = agenda.days(day, day)
    (entry,) = shown.entries
    assert (entry.title, entry.word, entry.names) == ("Held for C-26-7K4M", "Held", "Room 2, Connie Marsh")
    assert agenda.days(day, day, resources=[room("Room 3")])[0].entries == []
    assert agenda.days(day, day, kinds=["leave"])[0].entries == []
    polls.close(made, by=coordinator, reason="No date.")
    assert agenda.days(day, day)[0].entries == []
