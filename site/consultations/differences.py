"""What changed between two saves of a draft, section by section, as HTML that is read without colour."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from consultations.models import GuidelinePoint, RecommendationCategory, ReportComment

Content = dict[str, Any]
_PIECES = re.compile(r"\s*\S+|\s+")
_WORDS = {"delete": ("del", "removed"), "insert": ("ins", "added")}


@dataclass(frozen=True)
class Difference:
    title: str
    marked: SafeString


def between(before: Content, after: Content) -> list[Difference]:
    """The sections that differ. Two contents of `Recommendations.content()`."""
    section = ReportComment.Section
    names = [s.value for s in section if s not in (section.WHOLE, section.ITEMS)]
    pairs = [(section(name).label, before[name], after[name]) for name in names]
    spoken = _Spoken()
    pairs.append((section.ITEMS.label, spoken.items(before["items"]), spoken.items(after["items"])))
    return [Difference(title, marked(old, new)) for title, old, new in pairs if old != new]


def marked(before: str, after: str) -> SafeString:
    """The newer text with what was added in `ins` and what was removed in `del`, each said to screen readers."""
    old, new = _PIECES.findall(before), _PIECES.findall(after)
    parts: list[SafeString | str] = []
    for what, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            parts.append(format_html("{}", "".join(new[c:d])))
            continue
        if b > a:
            parts.append(_piece("delete", "".join(old[a:b])))
        if d > c:
            parts.append(_piece("insert", "".join(new[c:d])))
    return format_html_join("", "{}", ((part,) for part in parts))


def _piece(what: str, text: str) -> SafeString:
    element, said = _WORDS[what]
    return format_html(
        '<{0}><span class="w-sr-only">[{1}: </span>{2}<span class="w-sr-only">]</span></{0}>',
        element,
        said,
        text,
    )


class _Spoken:
    """The recommendations of a content as lines of text, categories and points by their names."""

    def __init__(self) -> None:
        self.categories = {c.pk: c.title for c in RecommendationCategory.objects.all()}
        self.points = {p.pk: p.name for p in GuidelinePoint.objects.all()}

    def items(self, items: list[Content]) -> str:
        return "\n\n".join(self._item(number, item) for number, item in enumerate(items, 1))

    def _item(self, number: int, item: Content) -> str:
        due = date.fromisoformat(item["due_on"]) if item["due_on"] else None
        lines = [
            f"{number}. {item['text']}",
            self.categories.get(item["category"], ""),
            self.points.get(item["point"], ""),
            f"Who: {item['owner']}" if item["owner"] else "",
            f"Asked how it went: {item['owner_email']}" if item["owner_email"] else "",
            f"By: {due.day} {due:%B} {due.year}" if due else "",
        ]
        return "\n".join(filter(None, lines))
