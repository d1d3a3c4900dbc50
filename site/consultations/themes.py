"""What the sessions of a batch were about, told without pointing to anybody: chart and table read this."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from consultations.models import Batch, BatchSession, BatchSettings
from consultations.small_numbers import fewer_than


@dataclass(frozen=True)
class Told:
    """One row: how many of the sessions held, or that they are too few to say."""

    title: str
    count: int | None  # None: hidden
    of: int
    words: str

    @property
    def percent(self) -> int:
        """The length of its bar; a hidden one has none."""
        return round(100 * self.count / self.of) if self.count and self.of else 0


@dataclass(frozen=True)
class ThemesReport:
    """`themes` may overlap: a session touches on several. `purposes` add up to the sessions held.

    Of too few sessions nothing is told: both are empty.
    """

    held: int
    people: int
    themes: list[Told]
    purposes: list[Told]
    least: int

    @property
    def hidden(self) -> str:
        return fewer_than(self.least)

    @property
    def is_too_few(self) -> bool:
        return self.held < self.least


def report_of(batch: Batch) -> ThemesReport:
    """Of the sessions of one batch."""
    return report_of_sessions(batch.sessions.all())


def report_of_sessions(given: QuerySet[BatchSession]) -> ThemesReport:
    """Of those that were held, in a fixed number of queries."""
    least = BatchSettings.load().least_shown
    held_ones = given.filter(status=BatchSession.Status.HELD)
    sessions = list(held_ones.defer("note", "focus").prefetch_related("themes"))
    by_theme = Counter(theme.title for session in sessions for theme in session.themes.all())
    by_purpose = Counter(session.get_purpose_display() for session in sessions)
    held = len(sessions)
    return ThemesReport(
        held=held,
        people=sum(session.came or 0 for session in sessions),
        themes=themes_told(by_theme, held=held, least=least),
        purposes=purposes_told(by_purpose, held=held, least=least),
        least=least,
    )


def themes_told(counts: Mapping[str, int], *, held: int, least: int) -> list[Told]:
    """Each stands for itself. A theme is named because it came up, so of one session its count would be plain."""
    if held < least:
        return []
    rows = [
        Told(title, count, held, str(count)) if count >= least else Told(title, None, held, fewer_than(least))
        for title, count in counts.items()
    ]
    return sorted(rows, key=_most_first)


def purposes_told(counts: Mapping[str, int], *, held: int, least: int) -> list[Told]:
    """All or none: they add up to `held`, so beside the others a hidden one could be worked out."""
    if held < least:
        return []
    every = {str(title): counts.get(str(title), 0) for title in Batch.Purpose.labels}
    if any(0 < count < least for count in every.values()):
        return [Told(title, None, held, "not shown") for title in sorted(every)]
    return sorted((Told(title, count, held, str(count)) for title, count in every.items()), key=_most_first)


def _most_first(told: Told) -> tuple[int, str]:
    return (-(told.count or 0), told.title)
