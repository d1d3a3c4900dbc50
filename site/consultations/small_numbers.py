"""Counts that never point to one case or one person."""

from __future__ import annotations

from dataclasses import dataclass

NOT_SHOWN = "not shown"


@dataclass(frozen=True)
class Counts:
    """One row: a title and its counts by name, all told or none.

    With one from 1 to below `least` among them no count but 0 is told: beside the sum, and the sums of other rows
    about the same people, hiding some of them would still let the small ones be worked out.
    """

    title: str
    counts: dict[str, int]
    least: int = 5

    @property
    def _is_hidden(self) -> bool:
        return any(0 < count < self.least for count in self.counts.values())

    def shown(self, name: str) -> int | str:
        count = self.counts.get(name, 0)
        return NOT_SHOWN if count and self._is_hidden else count

    @property
    def total(self) -> int | str:
        total = sum(self.counts.values())
        return fewer_than(self.least) if 0 < total < self.least else total

    def __getattr__(self, name: str) -> int | str:
        """Columns and exports ask by name: `done`, `not_done`."""
        if name.startswith("_"):
            raise AttributeError(name)
        return self.shown(name)


def fewer_than(least: int) -> str:
    return f"fewer than {least}"
