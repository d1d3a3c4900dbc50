"""Drawing a batch down: booking, holding, calling off, giving back, giving to a case, running out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.template import TemplateDoesNotExist
from django.utils import timezone
from wagtail.models import ModelLogEntry

from changes.refusals import Refused, Stale
from consultations import actions as case_actions
from consultations import tasks
from consultations.actions import batch as batch_actions
from consultations.actions import batch_money, session_notes, sessions
from consultations.models import Batch, BatchSession, BatchSettings, Consultation
from consultations.staff.phases import standing_of, with_standing
from consultations.stages import stage_of
from mail.models import Message
from meetings import actions as meetings
from meetings.models import Meeting, Resource
from organisations.models import Organisation
from tests.consultations.conftest import tried
from tests.factories import batches
from tests.factories import consultations as cases
from tests.factories.batches import hold
from tests.factories.meetings import room

pytestmark = pytest.mark.django_db
Status = BatchSession.Status
# Rows as they are now, with the meeting, case or order that each test knows to be there.
now: Any = batches.now
over: Any = batches.over
book: Any = batches.book
fresh: Any = cases.fresh


def told(batch: Batch) -> str:
    return batches.fresh(batch).balance.told


def letters(template: str) -> int:
    return Message.objects.filter(template=f"consultations/batch_{template}").count()


def rows() -> list[Any]:
    """Everything an act could leave behind."""
    kept: list[Any] = [
        list(m.objects.order_by("pk").values()) for m in (Batch, BatchSession, Consultation, Meeting)
    ]
    return [*kept, Message.objects.count(), ModelLogEntry.objects.count()]


def on(day: str, clock: str = "10:00") -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}:00+00:00")


@pytest.fixture
def case(referrer, council, coordinator) -> Consultation:
    """Accepted, of the same organisation."""
    cases.checklist()
    return cases.accepted(referrer, council, coordinator)


# --- Booking -------------------------------------------------------------------------------------


def test_book_draws_one_down_and_invites(a_batch, coordinator, consultant):
    """R8: the meeting's title and everything mailed carry the reference."""
    batch = a_batch("funded")
    batch_actions.name_lead(batch, consultant, by=coordinator)

    session = book(batches.fresh(batch), coordinator, focus=" Whole-family work. ", place="Video")[0]

    meeting = session.meeting
    assert meeting
    assert (session.number, session.status, session.focus) == (1, Status.BOOKED, "Whole-family work.")
    assert (meeting.title, meeting.about) == (f"Batch consultation {batch.reference}", batch.reference)
    assert [(a.email, a.role) for a in meeting.invited] == [
        ("referrer@example.gov.uk", "Booker"),
        ("consultant@example.nhs.uk", "Consultant"),
    ]
    assert told(batch) == "2 bought: 0 used, 1 booked, 1 left"
    assert batches.fresh(batch).next_session == session
    assert ModelLogEntry.objects.get(action="batch.sessions_booked").user == coordinator
    assert Message.objects.filter(method="REQUEST").count() == 2
    assert "Whole-family" not in "".join(m.text + m.html + m.subject for m in Message.objects.all())


def test_no_session_is_booked_before_funding(a_batch, coordinator):
    """R3"""
    batch = a_batch("quoted")
    with pytest.raises(Refused, match="Funding is not agreed yet"):
        book(batch, coordinator)
    assert not Meeting.objects.exists()


def test_no_more_are_booked_than_are_left(a_batch, coordinator):
    """R6: a series of one too many books none of them."""
    batch = a_batch("booked", bought=3)
    before = rows()
    with pytest.raises(Refused) as refusal:
        book(batch, coordinator, count=3)
    assert refusal.value.messages == [
        "You ask for 3 sessions, and 2 sessions are left: 3 bought: 0 used, 1 booked, 2 left."
    ]
    assert rows() == before


@pytest.mark.parametrize("count", [0, -1])
def test_fewer_than_one_is_no_way_round_the_balance(a_batch, coordinator, count):
    """R6"""
    batch = a_batch("booked", bought=1)
    before = rows()
    with pytest.raises(Refused, match="at least 1"):
        book(batch, coordinator, count=count)
    assert rows() == before


def test_a_consultant_is_not_booked_twice(a_batch, coordinator, consultant):
    """R3: the second is refused with the name, and draws nothing down."""
    diary = Resource.objects.of(consultant)
    batch = a_batch("funded", bought=3)
    book(batch, coordinator, resources=[diary])
    before = rows()
    with pytest.raises(Refused, match="is already booked then"):
        book(batch, coordinator, resources=[diary])
    with pytest.raises(Refused, match="is already booked then"):
        book(batch, coordinator, resources=[diary], count=2)
    assert rows() == before


def test_a_series_books_each_and_tells_the_days_it_skipped(referrer, council, coordinator):
    """Christmas Day 2026 and New Year's Day 2027 are Fridays: both are left out, all four take place."""
    with time_machine.travel(datetime(2026, 11, 30, 9, tzinfo=UTC), tick=False):
        batch = batches.funded(referrer, council, coordinator, bought=5)
        start = on("2026-12-18")
        made = sessions.book_sessions(
            batch,
            starts_at=start,
            ends_at=start + timedelta(hours=1),
            purpose="reflective_space",
            repeats="weekly",
            count=4,
            by=coordinator,
        )
        assert told(batch) == "5 bought: 0 used, 4 booked, 1 left"
    assert sorted(made.skipped) == [date(2026, 12, 25), date(2027, 1, 1)]
    days = [timezone.localdate(s.meeting.starts_at) for s in made.sessions if s.meeting]
    assert days == [date(2026, 12, 18), date(2027, 1, 8), date(2027, 1, 15), date(2027, 1, 22)]
    assert [s.number for s in made.sessions] == [1, 2, 3, 4]
    message = Message.objects.get(template="consultations/batch_sessions_booked")
    assert all(f"Session {number}: " in message.text for number in (1, 2, 3, 4))
    assert Message.objects.filter(method="REQUEST").count() == 1  # one invite for the whole series


def test_sessions_are_booked_up_to_the_last_day_and_not_beyond(a_batch, coordinator):
    batch = a_batch("funded")
    last = batches.at(60)
    Batch.objects.filter(pk=batch.pk).update(expires_on=timezone.localdate(last))
    before = rows()
    with pytest.raises(Refused, match="Choose earlier dates, or extend the batch"):
        book(batch, coordinator, starts_at=last + timedelta(days=1))
    with pytest.raises(Refused, match="Choose earlier dates"):
        book(batch, coordinator, starts_at=last, count=2)  # the second would be a week too late
    assert rows() == before

    book(batch, coordinator, starts_at=last)

    assert told(batch) == "2 bought: 0 used, 1 booked, 1 left"


def test_what_ran_out_cannot_be_booked_until_it_is_extended(a_batch, coordinator):
    batch = a_batch("run_out")
    with pytest.raises(Refused, match="Extend it first"):
        book(batch, coordinator)

    batch_money.extend(
        batch, expires_on=timezone.localdate() + timedelta(days=90), reason="Illness.", by=coordinator
    )
    book(batch, coordinator)

    assert told(batch) == "6 bought: 0 used, 1 booked, 5 left"


def test_a_session_booked_before_the_batch_ran_out_may_still_be_held(a_batch, coordinator):
    batch = a_batch("booked")
    Batch.objects.filter(pk=batch.pk).update(expires_on=timezone.localdate() - timedelta(days=1))
    assert told(batch) == "2 bought: 0 used, 1 booked, 1 run out"
    hold(batch.sessions.get(), coordinator)
    assert told(batch) == "2 bought: 1 used, 0 booked, 1 run out"


def test_describe_says_what_it_is_for(a_batch, coordinator):
    session = a_batch("booked").sessions.get()
    sessions.describe(session, purpose="advice", focus=" Safety plans. ", by=coordinator)
    assert (now(session).purpose, now(session).focus) == ("advice", "Safety plans.")
    assert "Safety" not in str(list(ModelLogEntry.objects.values_list("data", flat=True)))  # R8


# --- Holding and the renewal ---------------------------------------------------------------------


def test_hold_uses_it_and_the_meeting(a_batch, coordinator):
    session = over(a_batch("booked", bought=3).sessions.get())
    sessions.hold(session, by=coordinator)

    assert session.status == now(session).status == Status.HELD
    assert Meeting.objects.get(pk=session.meeting_id).status == Meeting.Status.HELD
    assert told(session.batch) == "3 bought: 1 used, 0 booked, 2 left"
    assert letters("renewal_offered") == 0


def test_hold_waits_until_it_begins(a_batch, coordinator):
    session = a_batch("booked").sessions.get()
    with pytest.raises(Refused, match="It starts "):
        sessions.hold(session, by=coordinator)
    assert now(session).status == Status.BOOKED


def test_hold_goes_by_the_diary(a_batch, coordinator):
    """A meeting called off in the diary was not held, though its follow-up has not run yet."""
    session = over(a_batch("booked").sessions.get())
    meetings.cancel(session.meeting, by=coordinator, reason="Off.")
    with pytest.raises(Refused, match="called off in the diary"):
        sessions.hold(now(session), by=coordinator)


def test_the_next_batch_is_offered_before_the_last_session_and_once(a_batch, coordinator):
    """R10: at one still to come, and not again after it."""
    batch = a_batch("held", bought=3)
    assert letters("renewal_offered") == 0
    hold(book(batch, coordinator)[0], coordinator)
    assert (letters("renewal_offered"), told(batch)) == (1, "3 bought: 2 used, 0 booked, 1 left")
    hold(book(batch, coordinator)[0], coordinator)
    assert letters("renewal_offered") == 1


def test_nobody_is_offered_what_they_have_begun(a_batch, referrer, coordinator):
    batch = a_batch("booked", bought=2)
    batch_actions.renew(batch, by=referrer)
    hold(batch.sessions.get(), coordinator)
    assert letters("renewal_offered") == 0


# --- Calling off ---------------------------------------------------------------------------------

# Of Christmas 2026, Friday 25 December and Monday 28 (Boxing Day is a Saturday) are bank holidays.
NOTICE = [
    ("2026-11-30", "2026-12-02", False),  # Tuesday and Wednesday lie between
    ("2026-11-30", "2026-12-01", True),
    ("2026-11-30", "2026-11-30", True),
    ("2026-11-27", "2026-12-01", False),  # over a weekend: Monday and Tuesday
    ("2026-11-27", "2026-11-30", True),
    ("2026-11-28", "2026-12-01", False),  # told on a Saturday
    ("2026-11-28", "2026-11-30", True),
    ("2026-12-23", "2026-12-29", False),  # Thursday 24, Tuesday 29
    ("2026-12-24", "2026-12-29", True),  # five days, of which one is a working day
    ("2026-12-24", "2026-12-30", False),
]


@pytest.mark.parametrize(("told_on", "session_on", "is_late"), NOTICE)
def test_notice_is_counted_in_working_days(told_on, session_on, is_late):
    session = BatchSession(meeting=Meeting(starts_at=on(session_on)))
    with time_machine.travel(on(told_on, "16:30"), tick=False):
        assert session.is_late_notice(2) is is_late
        assert session.is_late_notice(0) is False


@pytest.mark.parametrize(
    ("today", "status", "balance"),
    [
        ("2026-12-23", Status.CANCELLED, "6 bought: 0 used, 0 booked, 6 left"),
        ("2026-12-24", Status.LATE, "6 bought: 1 used, 0 booked, 5 left"),
    ],
)
def test_late_notice_by_the_team_uses_the_session(referrer, council, coordinator, today, status, balance):
    with time_machine.travel(on("2026-11-30"), tick=False):
        batch = batches.funded(referrer, council, coordinator)
        session = book(batch, coordinator, starts_at=on("2026-12-29"))[0]
    with time_machine.travel(on(today), tick=False):
        sessions.cancel(session, reason="Two of us are ill.", by=referrer, by_team=True)
        assert (now(session).status, told(batch)) == (status, balance)
    message = Message.objects.get(template="consultations/batch_session_cancelled")
    assert ("so it counts as used" in message.text) is (status == Status.LATE)
    assert balance in message.text
    everything = "".join(m.text + m.html + m.subject for m in Message.objects.all())
    assert "Two of us" not in everything  # R8: why stays with us
    assert Message.objects.filter(method="CANCEL").count() == 1


def test_how_much_notice_is_a_setting(a_batch, referrer, coordinator):
    rules = BatchSettings.load()
    rules.late_notice_days = 60
    rules.save()
    session = a_batch("booked").sessions.get()
    sessions.cancel(session, reason="", by=referrer, by_team=True)
    assert now(session).status == Status.LATE


def test_when_we_call_it_off_it_is_never_used(a_batch, coordinator):
    session = over(a_batch("booked").sessions.get())
    sessions.cancel(session, reason="Our consultant is ill.", by=coordinator, by_team=False)
    assert (now(session).status, told(session.batch)) == (
        Status.CANCELLED,
        "2 bought: 0 used, 0 booked, 2 left",
    )


def test_staff_override_late_notice_with_a_reason_that_is_logged(a_batch, coordinator):
    session = over(a_batch("booked").sessions.get())
    sessions.cancel(session, reason="Ill.", by=coordinator, by_team=True, give_back="A death in the team.")
    assert now(session).status == Status.CANCELLED
    reason = ModelLogEntry.objects.get(action="batchsession.cancelled").data["reason"]
    assert reason == "Ill. A death in the team."


def test_the_team_cannot_override_it(a_batch, referrer):
    """R9"""
    session = over(a_batch("booked").sessions.get())
    with pytest.raises(Refused, match="Only our staff"):
        sessions.cancel(session, reason="Ill.", by=referrer, by_team=True, give_back="We say so.")
    assert now(session).status == Status.BOOKED


def test_a_session_used_by_late_notice_is_offered_a_successor(a_batch, referrer):
    session = over(a_batch("booked", bought=2).sessions.get())
    sessions.cancel(session, reason="", by=referrer, by_team=True)
    assert letters("renewal_offered") == 1


# --- Giving back ---------------------------------------------------------------------------------


def test_give_back_counts_it_as_left_again(a_batch, referrer, coordinator):
    session = over(a_batch("booked").sessions.get())
    sessions.cancel(session, reason="Ill.", by=referrer, by_team=True)
    with pytest.raises(Refused, match="Write why"):
        sessions.give_back(now(session), reason=" ", by=coordinator)

    sessions.give_back(now(session), reason="A death in the team.", by=coordinator)

    assert told(session.batch) == "2 bought: 0 used, 0 booked, 2 left"
    assert letters("session_given_back") == 1
    assert "death" not in Message.objects.get(template="consultations/batch_session_given_back").text  # R8


# --- To a case and back --------------------------------------------------------------------------


def test_give_to_case_pays_for_it_and_asks_for_its_documents(a_batch, case, coordinator):
    """R6: one that is left becomes the case's; its documents go out as after any funding."""
    batch = a_batch("funded")
    session = sessions.give_to_case(batch, case, by=coordinator)

    case = Consultation.objects.for_stages().get(pk=case.pk)
    assert (session.status, session.meeting, case.session) == (Status.TRANSFERRED, None, session)
    assert (case.is_funded, case.is_invoiced, case.is_paid) == (True, True, True)
    assert told(batch) == "2 bought: 1 used, 0 booked, 1 left"
    assert case.asked_documents
    assert ModelLogEntry.objects.get(action="consultation.drawn").data["batch"] == batch.reference
    given = Message.objects.get(template="consultations/batch_session_given")
    assert case.reference in given.subject


def test_a_booked_session_is_given_and_its_meeting_called_off(a_batch, case, coordinator):
    batch = a_batch("booked")
    session: Any = sessions.give_to_case(batch, case, by=coordinator, session=batch.sessions.get())
    assert (now(session).status, now(session).consultation) == (Status.TRANSFERRED, case)
    assert Meeting.objects.get().status == Meeting.Status.CANCELLED
    assert told(batch) == "2 bought: 1 used, 0 booked, 1 left"
    tasks.session_cancelled(session.meeting_id)  # R10: the follow-up of the diary changes nothing
    assert now(session).status == Status.TRANSFERRED


def test_give_to_case_drops_a_quote_that_is_out(a_batch, a_case, coordinator):
    """R4: withdrawn with its order, so that nobody pays twice."""
    cases.checklist()
    batch, case = a_batch("funded"), a_case("quoted")
    sessions.give_to_case(batch, case, by=coordinator)
    order = fresh(case).order
    assert (order.status, order.quotes.get().status) == ("cancelled", "withdrawn")


def test_give_to_case_tells_everything_wrong_at_once(a_batch, case, coordinator, outsider):
    """R6, R9: none left, another organisation's, not accepted."""
    elsewhere = Organisation.objects.get(name="Another Body")
    Consultation.objects.filter(pk=case.pk).update(organisation=elsewhere, status="submitted")
    batch = a_batch("booked", bought=1)
    before = rows()
    with pytest.raises(Refused) as refusal:
        sessions.give_to_case(batch, case, by=coordinator)
    assert refusal.value.messages == [
        f"{case.reference} is not a case of Elmshire Council.",
        f"{case.reference} is not accepted, so no session can pay for it.",
        "No session is left: 1 bought: 0 used, 1 booked, 0 left.",
    ]
    assert rows() == before


def test_give_to_case_refuses_one_that_is_funded_and_a_session_of_another_batch(
    a_batch, a_case, case, coordinator
):
    """R9: no team pays with another's session."""
    batch, other = a_batch("funded"), a_batch("booked")
    with pytest.raises(Refused, match="is agreed already"):
        sessions.give_to_case(batch, a_case("funded"), by=coordinator)
    with pytest.raises(Refused, match=f"Session 1 is not of {batch.reference}"):
        sessions.give_to_case(batch, case, by=coordinator, session=other.sessions.get())
    sessions.give_to_case(batch, case, by=coordinator)
    with pytest.raises(Refused, match="is agreed already"):
        sessions.give_to_case(batch, fresh(case), by=coordinator)
    assert told(batch) == "2 bought: 1 used, 0 booked, 1 left"


def test_a_session_comes_back_once_its_case_is_withdrawn(a_batch, case, coordinator):
    batch = a_batch("funded")
    session = sessions.give_to_case(batch, case, by=coordinator)
    with pytest.raises(Refused, match="Withdraw that case first"):
        sessions.give_back(session, reason="Wrong case.", by=coordinator)
    case_actions.withdraw(fresh(case), reason="They moved.", by=coordinator)

    sessions.give_back(now(session), reason="The case did not go ahead.", by=coordinator)

    assert (now(session).status, now(session).consultation) == (Status.CANCELLED, None)
    assert told(batch) == "2 bought: 0 used, 0 booked, 2 left"


def test_lists_say_of_a_case_a_batch_pays_for_what_its_stage_says(
    a_batch, case, coordinator, lead, consultant
):
    """From funding to its end such a case needs no order: no quote, no invoice, no payment is waited for."""

    def stands() -> str:
        stage = stage_of(Consultation.objects.for_stages().get(pk=case.pk))
        standing = standing_of(with_standing(Consultation.objects.all()).get(pk=case.pk))
        assert (standing.stage, standing.whose) == (stage.name, stage.whose)
        return stage.name

    seen = [stands()]
    sessions.give_to_case(a_batch("funded"), case, by=coordinator)
    seen.append(stands())
    for line in case.document_requests.filter(is_required=True):
        case_actions.waive_document(line, reason="Seen at the office.", by=coordinator)
    seen.append(stands())
    start = timezone.now() + timedelta(days=7)
    case_actions.book_meeting(
        fresh(case), starts_at=start, ends_at=start + timedelta(hours=2), place="Video", by=coordinator
    )
    seen.append(stands())
    cases.hold(fresh(case).meeting, by=coordinator)
    seen.append(stands())
    report = case_actions.begin_recommendations(fresh(case), by=consultant)
    words = dict.fromkeys(["background", "network_view", "formulation", "suitability"], "As agreed.")
    case_actions.write(report, words=words, items=[cases.item("Review the plan.")], by=consultant)
    case_actions.send_for_review(report, by=consultant)
    case_actions.sign_off(report, by=lead)
    case_actions.issue_recommendations(report, by=lead)
    seen.append(stands())
    assert seen == [
        "Preparing the quote", "Collecting documents", "Booking the meeting", "Meeting booked", "Writing",
        "Ready to close",
    ]  # fmt: skip
    assert fresh(case).missing_for_closing() == []


# --- From the diary ------------------------------------------------------------------------------


def test_a_meeting_called_off_in_the_diary_leaves_the_session_unused(a_batch, coordinator):
    """R10: the job may run twice; the team hears once."""
    session = a_batch("booked").sessions.get()
    meetings.cancel(session.meeting, by=coordinator, reason="Our consultant is ill.")
    for _ in range(2):
        tasks.session_cancelled(session.meeting_id)
    assert told(session.batch) == "2 bought: 0 used, 0 booked, 2 left"
    assert letters("session_cancelled") == 1


def test_a_meeting_held_in_the_diary_uses_the_session(a_batch, coordinator):
    """R10"""
    session = over(a_batch("booked").sessions.get())
    meetings.record_held(session.meeting, by=coordinator)
    for _ in range(2):
        tasks.session_held(session.meeting_id)
    assert told(session.batch) == "2 bought: 1 used, 0 booked, 1 left"
    assert letters("renewal_offered") == 1


def test_a_cancelled_series_gives_every_session_back(a_batch, coordinator):
    batch = a_batch("funded", bought=4)
    made = book(batch, coordinator, count=3)
    assert made[0].meeting
    meetings.cancel_series(made[0].meeting.series, by=coordinator, reason="Off.", start=made[1].meeting)
    for session in made:
        if now(session).meeting.status == Meeting.Status.CANCELLED:
            tasks.session_cancelled(session.meeting_id)
    assert told(batch) == "4 bought: 0 used, 1 booked, 3 left"


def test_follow_ups_pass_over_the_meetings_of_others(a_batch, a_case):
    session, case = a_batch("booked").sessions.get(), a_case("booked")
    tasks.session_held(case.meeting.pk)
    tasks.session_cancelled(case.meeting.pk)
    assert now(session).status == Status.BOOKED


# --- In every state, what may be done and what not -----------------------------------------------

STATES = ["booked", "over", "held", "cancelled", "late", "transferred", "returned"]


@pytest.fixture
def a_session(a_batch, case, referrer, coordinator) -> Callable[[str], BatchSession]:
    """The first of three sessions bought, in this state; a session that was given away pays for `case`."""

    def make(state: str) -> BatchSession:
        batch = a_batch("booked", bought=3)
        session = batch.sessions.get()
        if state in {"over", "held", "late", "returned"}:
            over(session)
        if state == "held":
            sessions.hold(session, by=coordinator)
        if state in {"cancelled", "late", "returned"}:
            sessions.cancel(session, reason="Ill.", by=referrer, by_team=True)
        if state == "returned":
            sessions.give_back(now(session), reason="Illness.", by=coordinator)
        if state == "transferred":
            sessions.give_to_case(batch, case, by=coordinator, session=session)
            case_actions.withdraw(fresh(case), reason="Moved.", by=coordinator)
        return now(session)

    return make


ACTS: dict[str, tuple[Callable[..., object], set[str]]] = {
    "describe": (
        lambda s, by, **_: sessions.describe(s, purpose="advice", focus="Other.", by=by),
        {"booked", "over"},
    ),
    "hold": (lambda s, by, **_: sessions.hold(s, by=by), {"over"}),
    "cancel": (
        lambda s, by, **_: sessions.cancel(s, reason="Ill.", by=by, by_team=False),
        {"booked", "over"},
    ),
    "cancel by the team": (
        lambda s, team, **_: sessions.cancel(s, reason="Ill.", by=team, by_team=True),
        {"booked", "over"},
    ),
    "give back": (
        lambda s, by, **_: sessions.give_back(s, reason="Illness.", by=by),
        {"late", "transferred"},
    ),
    "give to case": (
        lambda s, by, other, **_: sessions.give_to_case(s.batch, other, by=by, session=s),
        {"booked", "over"},
    ),
    "add item": (lambda s, team, **_: session_notes.add_item(s, text="A plan.", by=team), {"booked"}),
    "write note": (
        lambda s, by, **_: session_notes.write_note(s, note="N", came=3, themes=[], seen=None, by=by),
        {"held"},
    ),
}


@pytest.mark.parametrize("state", STATES)
def test_every_act_is_done_in_its_states_and_changes_nothing_in_the_others(
    a_session, referrer, council, coordinator, state
):
    """R7: out of step, each act says why and leaves no trace."""
    session = a_session(state)
    other = cases.accepted(referrer, council, coordinator)
    before = rows()
    for name, (act, right) in ACTS.items():
        with transaction.atomic():
            said = tried(act, now(session), by=coordinator, team=referrer, other=other)
            after = rows()
            transaction.set_rollback(True)
        assert (said == []) == (state in right), (name, said)
        assert state in right or after == before, name


@pytest.mark.parametrize("second", ["hold", "cancel", "give to case"])
def test_whoever_comes_second_with_the_old_page_is_told(a_session, referrer, council, coordinator, second):
    """R7"""
    session = a_session("over")
    other_tab = now(session)
    other = cases.accepted(referrer, council, coordinator)
    sessions.hold(session, by=coordinator)
    before = rows()
    with pytest.raises(Stale):
        ACTS[second][0](other_tab, by=coordinator, team=referrer, other=other)
    assert rows() == before


# --- All or nothing ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "act"),
    [
        ("booked", lambda s, by, **_: book(s.batch, by)),
        ("booked", lambda s, by, **_: book(s.batch, by, count=2)),
        ("booked", lambda s, by, **_: sessions.cancel(s, reason="Ill.", by=by, by_team=False)),
        ("over", lambda s, by, **_: sessions.cancel(s, reason="Ill.", by=by, by_team=True)),
        ("late", lambda s, by, **_: sessions.give_back(s, reason="Ill.", by=by)),
        ("booked", lambda s, by, other: sessions.give_to_case(s.batch, other, by=by)),
        ("booked", lambda s, by, other: sessions.give_to_case(s.batch, other, by=by, session=s)),
        ("last", lambda s, by, **_: sessions.hold(s, by=by)),
        ("last", lambda s, by, **_: sessions.meeting_held(s)),
        ("booked", lambda s, by, **_: sessions.meeting_cancelled(s)),
    ],
)
def test_when_the_mail_cannot_be_written_nothing_has_happened(
    a_session, a_batch, case, coordinator, no_mail_can_be_written, state, act
):
    session = over(a_batch("booked", bought=2).sessions.get()) if state == "last" else a_session(state)
    before = rows()

    no_mail_can_be_written()
    with pytest.raises(TemplateDoesNotExist):
        act(session, by=coordinator, other=case)

    assert rows() == before
    assert case.document_requests.filter(asked_at__isnull=False).count() == 0


def test_a_series_that_clashes_draws_nothing_down(a_batch, coordinator):
    """R3, R6: the last of three meets a booked room; none of the three stands."""
    with time_machine.travel(on("2026-11-02"), tick=False):
        batch, place = a_batch("funded", bought=4), room()
        meetings.book(
            title="Course",
            starts_at=on("2026-11-24"),
            ends_at=on("2026-11-24", "11:00"),
            invitees=[],
            resources=[place],
            by=coordinator,
        )
        before = rows()
        with pytest.raises(Refused, match="Room 2"):
            book(batch, coordinator, starts_at=on("2026-11-10"), count=3, resources=[place])
        assert rows() == before
