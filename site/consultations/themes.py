"""What the sessions of a batch were about, told without pointing to anybody: chart and table read this."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from consultations.models import Batch, BatchSession, BatchSettings
from consultations.small_numbers import Counts, fewer_than


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
    """`themes` may overlap: a session touches on several. `purposes` add up to the sessions held."""

    held: int
    people: int
    themes: list[Told]
    purposes: list[Told]
    least: int

    @property
    def hidden(self) -> str:
        return fewer_than(self.least)


def report_of(batch: Batch) -> ThemesReport:
    """Of the sessions of one batch."""
    return report_of_sessions(batch.sessions.all())


def report_of_sessions(given: QuerySet[BatchSession]) -> ThemesReport:
    """Of those that were held, in a fixed number of queries."""
    least = BatchSettings.load().least_shown
    held_ones = given.filter(status=BatchSession.Status.HELD)
    sessions = list(held_ones.defer("note", "focus").prefetch_related("themes"))
    by_theme: dict[str, int] = {}
    by_purpose: dict[str, int] = {}
    for session in sessions:
        words = session.get_purpose_display()
        by_purpose[words] = by_purpose.get(words, 0) + 1
        for theme in session.themes.all():
            by_theme[theme.title] = by_theme.get(theme.title, 0) + 1
    held = len(sessions)
    # Each theme stands for itself; purposes add up, so one hidden alone could be worked out.
    alone = [Counts(title, {title: count}, least) for title, count in by_theme.items()]
    together = Counts("Purpose", by_purpose, least)
    return ThemesReport(
        held=held,
        people=sum(session.came or 0 for session in sessions),
        themes=sorted((_told(row, row.title, held) for row in alone), key=_most_first),
        purposes=sorted((_told(together, title, held) for title in by_purpose), key=_most_first),
        least=least,
    )


def _told(row: Counts, title: str, held: int) -> Told:
    shown = row.shown(title)
    return Told(title, shown if isinstance(shown, int) else None, held, str(shown))


def _most_first(told: Told) -> tuple[int, str]:
    return (-(told.count or 0), told.title)
