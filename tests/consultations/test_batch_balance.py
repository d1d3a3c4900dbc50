"""Whatever is done with a batch, in whatever order: its balance adds up and nothing is oversold."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from changes.refusals import Refused
from consultations import actions as case_actions
from consultations.actions import batch_money, sessions
from consultations.models import Batch, BatchSession, Consultation
from consultations.models.balance import Balance
from meetings.models import Meeting
from tests.factories import batches
from tests.factories import consultations as cases

pytestmark = pytest.mark.django_db
BOUGHT = 3
ACTS = [
    "book", "book two", "hold", "cancel", "cancel late", "cancel and give back", "give back", "to case",
    "booked to case", "withdraw case", "run out", "extend", "refund",
]  # fmt: skip
# What an act that is done adds to those used, booked and refunded.
MOVES: dict[str, tuple[int, ...]] = {
    "book": (0, 1, 0), "book two": (0, 2, 0), "hold": (1, -1, 0), "cancel": (0, -1, 0), "cancel late": (1, -1, 0),
    "cancel and give back": (0, -1, 0), "give back": (-1, 0, 0), "to case": (1, 0, 0), "booked to case": (1, -1, 0),
    "withdraw case": (0, 0, 0), "run out": (0, 0, 0), "extend": (0, 0, 0), "refund": (0, 0, 1),
}  # fmt: skip


class Life:
    """One batch, its acts by name; each gives back whether it was done."""

    def __init__(self, batch: Batch, spare: list[Consultation], by, team) -> None:
        self.batch, self.spare, self.by, self.team = batch, spare, by, team

    def done(self, act: str) -> bool:
        try:
            with transaction.atomic():
                getattr(self, act.replace(" ", "_"))()
        except Refused:
            return False
        return True

    def first(self, *statuses: str) -> BatchSession:
        found = BatchSession.objects.filter(batch=self.batch, status__in=statuses).first()
        if found is None:
            raise Refused("There is none.")
        return found

    def case(self) -> Consultation:
        for case in Consultation.objects.filter(pk__in=[c.pk for c in self.spare]):
            if case.status == "accepted" and not case.is_funded:
                return case
        raise Refused("There is none.")

    def book(self) -> None:
        batches.book(self.batch, self.by)

    def book_two(self) -> None:
        batches.book(self.batch, self.by, count=2)

    def hold(self) -> None:
        batches.hold(self.first("booked"), self.by)

    def cancel(self) -> None:
        sessions.cancel(self.first("booked"), reason="Ill.", by=self.by, by_team=False)

    def cancel_late(self) -> None:
        session = batches.over(self.first("booked"))
        sessions.cancel(session, reason="Ill.", by=self.team, by_team=True)

    def cancel_and_give_back(self) -> None:
        session = batches.over(self.first("booked"))
        sessions.cancel(session, reason="Ill.", by=self.by, by_team=True, give_back="A death.")

    def give_back(self) -> None:
        sessions.give_back(self.first("late", "transferred"), reason="Illness.", by=self.by)

    def to_case(self) -> None:
        sessions.give_to_case(self.batch, self.case(), by=self.by)

    def booked_to_case(self) -> None:
        sessions.give_to_case(self.batch, self.case(), by=self.by, session=self.first("booked"))

    def withdraw_case(self) -> None:
        case = self.first("transferred").consultation
        assert case
        if not case.can_move_to("withdrawn"):
            raise Refused("It is withdrawn.")
        case_actions.withdraw(case, reason="Moved.", by=self.by)

    def refund(self) -> None:
        batch_money.refund_unused(self.batch, sessions=1, reason="Not wanted.", by=self.by)

    def run_out(self) -> None:
        Batch.objects.filter(pk=self.batch.pk).update(expires_on=timezone.localdate() - timedelta(days=1))

    def extend(self) -> None:
        until = batches.fresh(self.batch).expires_on
        assert until
        later = until + timedelta(days=90)
        batch_money.extend(self.batch, expires_on=later, reason="Illness.", by=self.by)


@pytest.fixture
def life(referrer, council, coordinator) -> Life:
    cases.checklist()
    spare = [cases.accepted(referrer, council, coordinator) for _ in range(2)]
    batch = batches.funded(referrer, council, coordinator, bought=BOUGHT)
    batch_money.issue_invoice(batch, by=coordinator)
    return Life(batch, spare, coordinator, referrer)


@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(st.sampled_from(ACTS), min_size=4, max_size=14))
def test_no_sequence_of_acts_oversells_and_the_balance_always_adds_up(life, acts):
    """R6: used and booked never pass what was bought, and each act moves exactly what it says."""
    with transaction.atomic():
        used = booked = refunded = 0
        for act in acts:
            before = batches.fresh(life.batch).balance
            if life.done(act):
                more_used, more_booked, more_refunded = MOVES[act]
                used, booked, refunded = used + more_used, booked + more_booked, refunded + more_refunded
            after = batches.fresh(life.batch).balance
            assert after == Balance(BOUGHT, used, booked, refunded, is_expired=after.is_expired), (acts, act)
            assert after.is_expired == before.is_expired or act in {"run out", "extend"}
            assert 0 <= used + booked + refunded <= BOUGHT
            assert used + booked + refunded + after.left + after.lapsed == BOUGHT
            standing = life.batch.meetings.filter(status=Meeting.Status.CONFIRMED).count()
            assert standing == after.booked
        transaction.set_rollback(True)


@given(st.integers(0, 40), st.data())
def test_the_balance_says_what_it_counts(bought, data):
    """R6: what is left or ran out is what nobody claimed, one of the two is always nothing."""
    used = data.draw(st.integers(0, bought))
    booked = data.draw(st.integers(0, bought - used))
    left, lapsed = Balance(bought, used, booked), Balance(bought, used, booked, is_expired=True)
    assert (left.left, left.lapsed) == (lapsed.lapsed, lapsed.left) == (bought - used - booked, 0)
    assert left.still_to_come == bought - used
    assert lapsed.still_to_come == booked
    assert left.told == f"{bought} bought: {used} used, {booked} booked, {left.left} left"
