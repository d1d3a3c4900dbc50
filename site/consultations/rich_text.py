"""The narratives' rich text: paragraphs, headings, lists, bold and italics, typed as Markdown.

Kept as it was typed, so that it is encrypted, compared and saved like any text. Turned into blocks of plain
data (`Block`), which the snapshot holds and both the page and the PDF draw: neither ever runs what is in them.
Links, pictures, tables, code and HTML are not taken: they print as the characters they are.
"""

from __future__ import annotations

from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

Run = dict[str, Any]  # text, bold, italic
Block = dict[
    str, Any
]  # kind: paragraph, heading, bullets or numbers; runs, or start and items that are lists of runs

HINT = "Leave an empty line between paragraphs. Lists: lines beginning with - or 1. Headings: ##. **Bold**, *italics*."
_markdown = MarkdownIt("zero", {"breaks": True}).enable(
    ["heading", "list", "emphasis", "balance_pairs", "newline", "escape", "backslash"], True
)


def blocks_of(text: str) -> list[Block]:
    """The blocks of a text. What is nested in a list becomes a part of its item."""
    blocks: list[Block] = []
    items: list[list[Run]] | None = None
    depth, is_heading = 0, False
    for token in _markdown.parse(text.replace("\r\n", "\n")):
        if token.type in ("bullet_list_open", "ordered_list_open"):
            depth += 1
            if depth == 1:
                items = []
                kind = "bullets" if token.type == "bullet_list_open" else "numbers"
                blocks.append({"kind": kind, "start": int(token.attrGet("start") or 1), "items": items})
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            depth -= 1
            items = items if depth else None
        elif token.type == "list_item_open" and items is not None:
            items.append([])
        elif token.type in ("heading_open", "heading_close"):
            is_heading = token.type == "heading_open"
        elif token.type == "inline":
            runs = _runs(token.children or [])
            if items is not None:
                items[-1] += [{"text": "\n", "bold": False, "italic": False}] * bool(items[-1]) + runs
            elif runs:
                blocks.append({"kind": "heading" if is_heading else "paragraph", "runs": runs})
    return blocks


def _runs(tokens: list[Token]) -> list[Run]:
    runs: list[Run] = []
    bold = italic = 0
    for token in tokens:
        if token.type in ("strong_open", "strong_close"):
            bold += 1 if token.nesting == 1 else -1
        elif token.type in ("em_open", "em_close"):
            italic += 1 if token.nesting == 1 else -1
        else:
            text = "\n" if token.type in ("softbreak", "hardbreak") else token.content
            if text:
                runs.append({"text": text, "bold": bool(bold), "italic": bool(italic)})
    return runs
