"""The drawn diary in a real browser: axe's rules, no sideways scroll, and what dragging does and does not do."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from django.utils import timezone

from meetings.availability.days import at
from meetings.models import Leave, Meeting, Resource
from tests.factories.meetings import meeting as booked
from tests.factories.meetings import people

pytestmark = pytest.mark.django_db(transaction=True)


def next_tuesday() -> date:
    today = timezone.localdate()
    return today + timedelta(days=8 - today.weekday())


@pytest.fixture
def diary(watched, client, admin_user, consultant, settings):
    """A meeting on a Tuesday at ten, a day of leave after it, and a tab that is signed in."""
    settings.STAFF_SECOND_FACTOR = False
    client.force_login(admin_user)
    helen, day = Resource.objects.of(consultant), next_tuesday()
    booked(starts_at=at(day, time(10)), resources=[helen], invitees=people(1))
    Leave.objects.create(resource=helen, first_on=day + timedelta(days=1), last_on=day + timedelta(days=1))

    def opened(width: int):
        tab = watched(width)
        tab.sign_in(client)
        return tab

    return opened


def test_the_diary_keeps_the_rules_wide_and_narrow(diary):
    wide, narrow = diary(1280), diary(320)
    for view in ("month", "week", "day"):
        address = f"/admin/diary/?view={view}&on={next_tuesday()}"
        wide.go(address)
        assert [rule for rule in wide.broken_rules() if "fp-" in rule] == []
        narrow.go(address)
        assert narrow.sideways() == 0
        assert narrow.page.get_by_role("link", name="10am to 12 noon Consultation").first.is_visible()


def test_dragging_opens_the_form_filled_in_and_moves_nothing(diary):
    tab, day = diary(1280), next_tuesday()
    tab.go(f"/admin/diary/?on={day}")
    entry, to = tab.page.locator("[data-move]"), tab.page.locator(f"[data-day='{day + timedelta(days=2)}']")
    quarter = (entry.bounding_box()["height"] + 2) / 8  # two hours, less a pixel above and below
    entry.drag_to(
        to,
        source_position={"x": 20, "y": quarter / 2},
        target_position={"x": 20, "y": quarter * (6 * 4 + 0.5)},  # 2pm, counted from 8am
    )
    tab.page.wait_for_url("**/move/**")
    assert tab.page.input_value("[name=day]") == (day + timedelta(days=2)).isoformat()
    assert tab.page.input_value("[name=start]") == "14:00"
    assert Meeting.objects.get().starts_at == at(day, time(10))
