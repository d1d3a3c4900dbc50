"""One stylesheet in our colours, with nothing in it to fetch."""

from __future__ import annotations

import re

import pytest
from django.contrib.staticfiles import finders

from design import stylesheet

TOKENS = dict(re.findall(r"--fp-([a-z-]+): (#[0-9a-f]{3,6});", stylesheet.TOKENS.read_text()))


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    digits = colour.lstrip("#")
    if len(digits) == 3:
        digits = "".join(2 * digit for digit in digits)
    parts = [int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(TOKENS[one]), luminance(TOKENS[other])), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        *((ink, "white") for ink in ("ink", "slate", "hedge", "clay", "alarm", "visited")),
        *((ink, "paper") for ink in ("ink", "slate", "hedge", "clay", "alarm", "visited")),
        ("hedge", "dew"),
        ("clay", "clay-tint"),
        ("alarm", "alarm-tint"),
        ("white", "hedge"),
        ("white", "clay"),
        ("white", "alarm"),
        ("ink", "focus"),
    ],
)
def test_text_passes_aa(ink, ground):
    assert contrast(ink, ground) >= 4.5


def test_nothing_is_fetched_and_no_colour_of_the_nhs_is_left():
    css = stylesheet.built()
    assert "url(" not in css
    assert "@import" not in css
    assert "Frutiger" not in css
    assert [colour for colour in stylesheet.COLOURS if colour != "#ffeb3b" and colour in css] == []


def test_only_tokens_that_exist_are_used():
    used = set(re.findall(r"var\(--fp-([a-z-]+)\)", stylesheet.built()))
    assert used - set(TOKENS) - {"font"} == set()


def test_it_is_found_and_built_anew(settings):
    path = finders.find("fingerpost/fingerpost.css")
    assert path
    with open(path) as built:  # noqa: PTH123 - the finder gives a string
        assert built.read() == stylesheet.built()
