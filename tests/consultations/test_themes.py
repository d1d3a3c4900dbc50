"""The themes report never tells of so few that they could be known."""

from __future__ import annotations

from collections import defaultdict
from itertools import product

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consultations.models import Batch, BatchSession, BatchSettings, Theme
from consultations.themes import Told, purposes_told, report_of, themes_told
from tests.factories import batches

pytestmark = pytest.mark.django_db
LABELS = [str(label) for label in Batch.Purpose.labels]


@pytest.fixture
def themed(a_batch):
    """`themed(("advice", "Plans", …), …)`: one held session for each, with its purpose and its themes."""

    def make(*told: tuple[str, ...], status: str = "held") -> Batch:
        batch = a_batch("funded")
        before = batch.sessions.count()
        for number, (purpose, *titles) in enumerate(told, before + 1):
            session = BatchSession.objects.create(
                batch=batch, number=number, status=status, purpose=purpose, came=5
            )
            session.themes.set([Theme.objects.get_or_create(title=title)[0] for title in titles])
        return batches.fresh(batch)

    return make


def test_report_counts_the_sessions_that_were_held(themed):
    batch = themed(*[("advice", "Plans", "Schools")] * 3, ("advice", "Plans"), ("advice", "Online"))
    for status in ("booked", "cancelled", "late", "transferred"):
        BatchSession.objects.create(batch=batch, number=90 + len(status), status=status, purpose="advice")

    report = report_of(batch)

    assert (report.held, report.people, report.is_too_few) == (5, 25, False)
    assert report.themes == [
        Told("Plans", 4, 5, "4"),
        Told("Schools", 3, 5, "3"),
        Told("Online", None, 5, "fewer than 3"),
    ]
    assert [row.percent for row in report.themes] == [80, 60, 0]
    assert report.purposes == [
        Told("Advice", 5, 5, "5"), Told("Case discussion", 0, 5, "0"), Told("Reflective space", 0, 5, "0")
    ]  # fmt: skip


def test_one_small_purpose_hides_them_all(themed):
    """R8: they add up to the sessions held, so beside two the third would be plain."""
    report = report_of(themed(*[("advice",)] * 4, ("case_discussion",)))
    assert [(row.title, row.count, row.words) for row in report.purposes] == [
        (title, None, "not shown") for title in ("Advice", "Case discussion", "Reflective space")
    ]


@pytest.mark.parametrize("held", [0, 1, 2])
def test_of_too_few_sessions_nothing_is_told(themed, held):
    """R8: that a theme came up in the only session held is its count."""
    report = report_of(themed(*[("advice", "Plans")] * held))
    assert (report.held, report.is_too_few, report.themes, report.purposes) == (held, True, [], [])


def test_how_few_is_a_setting(themed):
    rules = BatchSettings.load()
    rules.least_shown = 5
    rules.save()
    report = report_of(themed(*[("advice", "Plans")] * 4, *[("advice", "Schools")] * 5))
    assert [row.words for row in report.themes] == ["5", "fewer than 5"]
    assert report.hidden == "fewer than 5"


@pytest.mark.parametrize(("least", "most"), [(3, 9), (5, 8)])
def test_no_small_number_of_a_purpose_can_be_worked_out(least, most):
    """R8: of all batches that print the same page, no small count is the same in each.

    Exhaustive over every batch of three purposes up to `most` each; whoever reads knows this very rule.
    """
    pages = defaultdict(list)
    for counts in product(range(most + 1), repeat=3):
        held = sum(counts)
        if held <= most:  # every way to reach such a sum is among those looked at
            told = purposes_told(dict(zip(LABELS, counts, strict=True)), held=held, least=least)
            pages[held, tuple(told)].append(counts)
    assert len(pages) > 10
    for batches_like_it in pages.values():
        for possible in zip(*batches_like_it, strict=True):
            assert len(set(possible)) > 1 or not 0 < possible[0] < least


@pytest.mark.parametrize("least", [3, 5])
def test_no_small_number_of_a_theme_can_be_worked_out(least):
    """R8: the same of a theme, which is named at all because it came up."""
    pages = defaultdict(set)
    for held in range(1, 12):
        for count in range(1, held + 1):
            told = themes_told({"Plans": count}, held=held, least=least)
            pages[held, tuple(told)].add(count)
    for (held, page), possible in pages.items():
        if page:
            assert len(possible) > 1 or min(possible) >= least
        else:
            assert held < least


def test_without_hiding_them_all_a_small_one_is_plain():
    """The negative control: a rule that hides the small ones alone gives two that are 1 away."""
    pages = defaultdict(list)
    for counts in product(range(8), repeat=3):
        shown = tuple("fewer than 3" if 0 < count < 3 else count for count in counts)
        pages[sum(counts), shown].append(counts)
    assert pages[7, ("fewer than 3", "fewer than 3", 5)] == [(1, 1, 5)]


def test_report_asks_the_same_of_the_database_at_3_and_at_30(themed):
    asked = []
    for more in (3, 27):
        batch = themed(*[("advice", "Plans", "Schools")] * more)
        with CaptureQueriesContext(connection) as queries:
            report_of(batch)
        asked.append(len(queries))
    assert asked[0] == asked[1]
    assert asked[0] <= 3


def test_report_reads_neither_notes_nor_what_a_session_was_about(themed):
    """R9: nothing that is kept encrypted is opened for it."""
    batch = themed(*[("advice", "Plans")] * 3)
    with CaptureQueriesContext(connection) as queries:
        report_of(batch)
    assert not [q for q in queries if '"note"' in q["sql"] or '"focus"' in q["sql"]]
