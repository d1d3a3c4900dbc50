"""The words of the demonstration's cases, read from cases.txt beside this file: invented, and no child's name.

A tale begins with `## its name`; each line after it is `field: words`. A report's recommendations are lines
`do: what | who does it | days until it is due | kind | point of guidance`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

HERE = Path(__file__).resolve().parent


@dataclass
class Tale:
    words: dict[str, str] = field(default_factory=dict)
    to_do: list[tuple[str, str, int, str, str]] = field(default_factory=list)

    def get(self, *names: str) -> dict[str, str]:
        """Those of the fields `names` that the tale tells."""
        return {name: self.words[name] for name in names if name in self.words}


@cache
def tales() -> dict[str, Tale]:
    told: dict[str, Tale] = {}
    tale = Tale()
    for line in (HERE / "cases.txt").read_text().splitlines():
        if line.startswith("## "):
            tale = told[line[3:].strip()] = Tale()
        elif line.strip():
            name, _, words = line.partition(":")
            if name == "do":
                what, who, days, kind, point = (part.strip() for part in words.split("|"))
                tale.to_do.append((what, who, int(days), kind, point))
            else:
                tale.words[name.strip()] = words.strip()
    return told
