"""One stylesheet from three sources: our tokens, NHS.UK frontend in our colours, our own layer.

NHS.UK frontend arrives built, in the NHS's colours and with a font fetched from a server of theirs. Its
colours become our custom properties and its font ours, so that nothing is fetched and no rule of its is
chased by a rule of ours. `design.finders` builds it when a source is newer; it is in no repository.
"""

from __future__ import annotations

import re
from pathlib import Path

import wagtailnhsukfrontend

HERE = Path(__file__).resolve().parent
FRONTEND = next((Path(wagtailnhsukfrontend.__file__).parent / "static").rglob("nhsuk-frontend-*.min.css"))
TOKENS = HERE / "assets" / "fingerpost" / "tokens.css"
FIGURES = HERE / "assets" / "fingerpost" / "figures.css"  # drawn alike on the site and in the admin

# Each of NHS.UK frontend's colours, and the token that stands in for it. The rest stay as they come.
COLOURS = {
    "#005eb8": "hedge",  # header, links, secondary buttons
    "#004b93": "deep-hedge",
    "#003087": "hedge",
    "#002f5c": "deep-hedge",
    "#003d78": "deep-hedge",
    "#0055a6": "deep-hedge",
    "#00478a": "deep-hedge",
    "#004281": "deep-hedge",
    "#337ec6": "hedge",
    "#007f3b": "hedge",  # buttons, success
    "#00662f": "deep-hedge",
    "#004c23": "deep-hedge",
    "#00401e": "deep-hedge",
    "#00524d": "deep-hedge",
    "#212b32": "ink",
    "#4c6272": "slate",
    "#354550": "ink",
    "#768692": "edge",
    "#aeb7bd": "edge",
    "#d8dde0": "line",
    "#dbe0e3": "line",
    "#f0f4f5": "paper",
    "#dee7e9": "paper",
    "#d9e7f4": "dew",
    "#c7dcef": "dew",
    "#ccdff1": "dew",
    "#edf4fa": "dew",
    "#cce5d8": "dew",
    "#ccedeb": "dew",
    "#330072": "visited",
    "#240050": "visited",
    "#7c2855": "deep-hedge",  # the hover of a link
    "#57133a": "deep-hedge",
    "#d5281b": "alarm",
    "#dd5349": "alarm",
    "#aa2016": "deep-alarm",
    "#6b140e": "deep-alarm",
    "#f7d4d1": "alarm-tint",
    "#f9dfdd": "alarm-tint",
    "#ffeb3b": "focus",
}


def in_our_colours(css: str) -> str:
    """NHS.UK frontend's CSS with our tokens for its colours, our font, and nothing to fetch."""
    css = re.sub(r"@font-face\{[^}]*\}", "", css)
    css = re.sub(r"font-family:Frutiger W01,[^;}]*", "font-family:var(--fp-font)", css)
    css = re.sub(r"#[0-9a-fA-F]{6}\b", lambda m: _token(m[0]), css)
    return css.replace('@charset "UTF-8";', "")


def _token(colour: str) -> str:
    name = COLOURS.get(colour.lower())
    return f"var(--fp-{name})" if name else colour


def squeezed(css: str) -> str:
    """Our own layer without comments and the space between rules."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.S)
    css = re.sub(r"\s+", " ", css)
    return re.sub(r" ?([{};,]) ?", r"\1", css).strip()


def sources() -> list[Path]:
    return [TOKENS, FIGURES, FRONTEND, Path(__file__), *sorted((HERE / "styles").glob("*.css"))]


def built() -> str:
    layers = sorted((HERE / "styles").glob("*.css"))
    return "".join(
        [
            '@charset "UTF-8";',
            squeezed(TOKENS.read_text()),
            in_our_colours(FRONTEND.read_text()),
            *(squeezed(path.read_text()) for path in [*layers, FIGURES]),
            "\n",
        ]
    )
