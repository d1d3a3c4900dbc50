"""Words in free text that look like somebody's name: pointed out kindly, never a reason to stop (R8).

A small guess of our own, right often enough to be worth a look: "called Jamie", "his cousin Jamie", and two words
with capitals. The professionals of the case are known, and so are places of work and the words that begin sentences.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

WORD = r"(?:[A-Z]['’])?[A-Z][a-z]+(?:[-'’][A-Z][a-z]+)?"
CALLED = re.compile(rf"\b(?:called|named|name is|name’s|name's)\s+({WORD}(?:\s+{WORD})?)")
KIN = re.compile(
    rf"\b(?:(?:half-|step-?|grand|foster |adoptive )?(?:son|daughter|brother|sister|mother|father|mum|dad|child)"
    rf"|cousin|nephew|niece|aunt|uncle|friend|girlfriend|boyfriend|boy|girl|pupil|peer)\s+({WORD}(?:\s+{WORD})?)"
)
PAIR = re.compile(rf"\b({WORD}\s+{WORD})\b")
# With one of these it is a place, an office or a date.
_PLACES = """
January February March April May June July August September October November December Monday Tuesday
Wednesday Thursday Friday Saturday Sunday Easter Christmas Academy Assessment Assistant Avenue Board
Borough Care Centre Child Children Childrens Church City Class Clinic Club College Conference
Council County Court Crown Department District Early Education Estate Family Foster Group Head
Health Help High Home Hospital House Infant Junior Lane Local Meeting Mental North East South West
National Nursery Order Panel Park Plan Police Practice Primary Project Protection Review Road Royal
Safe Safety School Secondary Senior Service Services Sixth Social Special Station Street Support
Surgery Team Traffic Light Tool Trust University Upper Lower Village Ward Work Worker Year Youth
Zoom Facebook Instagram Snapchat Discord
"""
_BEGINNINGS = """
A About After Again All Also Although An And Another Any As At Because Before Both But By Dear During Each Either
Every Everybody For From Had Has He Her Here His How However I If In Is It Its Last Later Like Many Most Mr Mrs Ms
Neither Next No Nobody Not Now Of On Once One Only Or Other Our Please Recently She Since So Some Somebody Soon
Then There These They This Those Though Through To Today Two Under Until Was We Were What When Where Whether Which
While Who Whose Why With Without Yes Yesterday Yet You Your The Their That Three
"""
NO_NAME = frozenset(_PLACES.split()) | frozenset(_BEGINNINGS.split())


def names_in(text: str, known: Iterable[str] = ()) -> list[str]:
    """What may be names in `text`, each once, in order; without those whose words are all among `known`."""
    familiar = {word.lower() for phrase in known for word in re.findall(r"[^\W\d_]+", phrase)}
    found: dict[int, str] = {}
    for pattern in (CALLED, KIN, PAIR):
        for match in pattern.finditer(text):
            words = match[1].split()
            if NO_NAME & set(words) or all(word.lower() in familiar for word in words):
                continue
            found.setdefault(match.start(1), " ".join(words))
    return list(dict.fromkeys(found[place] for place in sorted(found)))
