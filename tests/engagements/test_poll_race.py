"""R3 and R7 under fire: two members of staff choose two times of one poll."""

from __future__ import annotations

from typing import Any

import pytest

from changes.refusals import Stale
from consultations import actions
from meetings.models import Hold, Meeting, Poll, Resource
from tests.factories import consultations as cases
from tests.factories.meetings import people, slots, tomorrow
from tests.races import at_once


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_times_of_one_poll_chosen_at_once_leave_one_meeting(
    postgres, referrer, council, coordinator, funder, consultant, lead
):
    """R3, R7: eight press “Book it” for different times; one wins, the others read what was chosen."""
    made = cases.funded(referrer, council, coordinator, funder)
    actions.allocate(made, consultant=consultant, by=lead)
    poll = actions.offer_dates(
        cases.fresh(made),
        slots=slots(8),
        closes_at=tomorrow(24 * 10),
        people=people(),
        resources=[Resource.objects.of(consultant)],
        by=coordinator,
    )
    times = list(poll.slots.all())

    def choose(number: int) -> object:
        return actions.choose_date(cases.fresh(made), Poll.objects.get(), times[number], by=coordinator)

    told = at_once(choose)
    won = [one for one in told if isinstance(one, Meeting)]
    lost = [one for one in told if isinstance(one, Stale)]
    assert (len(won), len(lost)) == (1, 7), told
    chosen: Any = Poll.objects.get().chosen
    assert {str(one) for one in lost} == {f"Cory Dale has chosen {chosen.when} already. Nothing was done."}
    assert (Meeting.objects.count(), Hold.objects.standing().count()) == (1, 0)
