"""Words in free text that look like somebody's name: pointed out kindly, never a reason to stop (R8).

A small guess of our own, right often enough to be worth a look: "called Jamie", and two words with capitals in
the middle of a sentence. The professionals of the case are known, and so are places of work.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

WORD = r"(?:[A-Z]['’])?[A-Z][a-z]+(?:[-'’][A-Z][a-z]+)?"
CALLED = re.compile(rf"\b(?:called|named|name is|name’s|name's)\s+({WORD}(?:\s+{WORD})?)")
PAIR = re.compile(rf"(?<![.!?:;•]\s)(?<![.!?:;]\s\s)(?<!\n)(?<!^)\b({WORD}\s+{WORD})\b")
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
Zoom Facebook Instagram Snapchat Discord The Our His Her Their This That When After Before During
Since
"""
NO_NAME = frozenset(_PLACES.split())


def names_in(text: str, known: Iterable[str] = ()) -> list[str]:
    """What may be names in `text`, each once, in order; without those whose words are all among `known`."""
    familiar = {word.lower() for phrase in known for word in re.findall(r"[^\W\d_]+", phrase)}
    found: dict[int, str] = {}
    for pattern in (CALLED, PAIR):
        for match in pattern.finditer(text):
            words = match[1].split()
            if NO_NAME & set(words) or all(word.lower() in familiar for word in words):
                continue
            found.setdefault(match.start(1), " ".join(words))
    return list(dict.fromkeys(found[place] for place in sorted(found)))
