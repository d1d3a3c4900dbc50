"""Counts that never point to one case or one person: a small one is told as “fewer than”."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Counts:
    """One row: a title and its counts by name, those from 1 to below `least` hidden.

    Where one count is hidden, the next smallest is too: else the sum, or another row's, would give it away.
    """

    title: str
    counts: dict[str, int]
    least: int = 5

    @property
    def hidden(self) -> str:
        return fewer_than(self.least)

    def shown(self, name: str) -> int | str:
        count = self.counts.get(name, 0)
        if 0 < count < self.least:
            return self.hidden
        return "not shown" if name == self._beside_a_small_one else count

    @property
    def _beside_a_small_one(self) -> str:
        small = [name for name, count in self.counts.items() if 0 < count < self.least]
        others = sorted((count, name) for name, count in self.counts.items() if count >= self.least)
        return others[0][1] if len(small) == 1 and others else ""

    @property
    def total(self) -> int | str:
        total = sum(self.counts.values())
        return self.hidden if 0 < total < self.least else total

    def __getattr__(self, name: str) -> int | str:
        """Columns and exports ask by name: `done`, `not_done`."""
        if name.startswith("_"):
            raise AttributeError(name)
        return self.shown(name)


def fewer_than(least: int) -> str:
    return f"fewer than {least}"
