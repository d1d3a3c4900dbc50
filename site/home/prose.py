"""Page texts as plain files, so that prose is written as prose and not as code.

A file opens with `name: value` lines and a blank line. Then, a blank line between each: `## Heading`,
`### Smaller heading`, paragraphs, lists of `- ` or `1. ` lines, `!!! Title` (a warning callout with the
paragraph under it), `+++ Title` and `--- Title` (a do and a don't list), `>>> Title` (folded details),
`>> ` (inset text). Inside a line: **bold** and [words](/address/). Everything else is escaped.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.html import escape
from wagtail.rich_text import RichText

Block = tuple[str, Any]


@dataclass
class Text:
    """One file: its named values, and its body as a StreamField takes it."""

    values: dict[str, str]
    body: list[Block] = field(default_factory=list)

    @property
    def html(self) -> str:
        """The body where only rich text fits: headings smaller, everything else as it comes."""
        parts = [f"<h3>{escape(v)}</h3>" if kind == "heading" else _source(v) for kind, v in self.body]
        return "".join(parts)


def read(path: Path) -> Text:
    head, _, body = path.read_text().partition("\n\n")
    values = dict(line.split(": ", 1) for line in head.splitlines())
    return Text(values, blocks(body))


def blocks(body: str) -> list[Block]:
    made: list[Block] = []
    for chunk in (part.strip() for part in re.split(r"\n\s*\n", body) if part.strip()):
        first, _, rest = chunk.partition("\n")
        mark, _, title = first.partition(" ")
        match mark:
            case "##":
                made.append(("heading", title))
            case "!!!":
                made.append(("callout", {"title": title, "heading_level": 3, "body": RichText(_html(rest))}))
            case "+++":
                made.append(("do", {"label": title, "heading_level": 3, "do": _items(rest)}))
            case "---":
                made.append(("dont", {"label": title, "heading_level": 3, "dont": _items(rest)}))
            case ">>>":
                made.append(("details", {"title": title, "body": [("richtext", RichText(_html(rest)))]}))
            case ">>":
                made.append(("inset", {"body": RichText(_html(chunk.removeprefix(">> ")))}))
            case _ if made and made[-1][0] == "text":
                made[-1] = ("text", RichText(_source(made[-1][1]) + _html(chunk)))
            case _:
                made.append(("text", RichText(_html(chunk))))
    return made


def _source(value: Any) -> str:
    return value.source if isinstance(value, RichText) else str(value)


def _items(text: str) -> list[RichText]:
    return [RichText(f"<p>{_inline(line)}</p>") for line in _lines(text, r"- ")]


def _lines(text: str, mark: str) -> list[str]:
    return [" ".join(item.split()) for item in re.split(rf"(?m)^{mark}", text) if item.strip()]


def _html(chunk: str) -> str:
    if chunk.startswith("### "):
        title, _, rest = chunk[4:].partition("\n")
        return f"<h3>{_inline(title)}</h3>" + (_html(rest) if rest else "")
    for mark, tag in ((r"- ", "ul"), (r"\d+\. ", "ol")):
        if re.match(mark, chunk):
            items = "".join(f"<li>{_inline(item)}</li>" for item in _lines(chunk, mark))
            return f"<{tag}>{items}</{tag}>"
    return f"<p>{_inline(' '.join(chunk.split()))}</p>"


def _inline(text: str) -> str:
    text = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", escape(text))
    return re.sub(r"\[([^\]]+)\]\(([^)\s]+)\)", r'<a href="\2">\1</a>', text)
