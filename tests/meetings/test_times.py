"""Europe/London at the edges."""

from datetime import UTC, date, datetime, time

import pytest

from meetings import times


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        ("2026-11-24T10", "2026-11-24T12", "Tuesday 24 November 2026, 10am to 12 noon"),
        ("2026-07-01T13:30", "2026-07-01T15", "Wednesday 1 July 2026, 2:30pm to 4pm"),
        (
            "2026-07-01T22",
            "2026-07-01T23",
            "Wednesday 1 July 2026, 11pm to 12 midnight on Thursday 2 July 2026",
        ),
    ],
)
def test_a_span_is_said_in_london_time(start, end, said):
    assert times.spoken_span(*(datetime.fromisoformat(f"{t}Z") for t in (start, end))) == said


def test_a_wall_clock_time_becomes_the_moment_it_names():
    """R11: 10am is 10am on both sides of a clock change."""
    assert times.london(date(2026, 10, 24), time(10)) == datetime(2026, 10, 24, 9, tzinfo=UTC)
    assert times.london(date(2026, 10, 25), time(10)) == datetime(2026, 10, 25, 10, tzinfo=UTC)


def test_an_hour_that_the_clocks_skip_is_no_time():
    with pytest.raises(times.NoSuchTime):
        times.london(date(2027, 3, 28), time(1, 30))


def test_a_meeting_lasts_real_minutes_across_the_change():
    start = times.london(date(2026, 10, 25), time(0, 30))
    assert times.lasting(start, 120) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert times.spoken_hours(start, times.lasting(start, 120)) == "12:30am to 1:30am"
