"""Where a commission stands and whose turn it is, in a shape that all trades share.

Each trade reads its own stages from its facts (idea 2): nothing here is stored.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Whose(StrEnum):
    """Who the next step waits for, in the words staff read."""

    REFERRER = "referrer"
    BOOKER = "booker"
    FUNDER = "funder"
    COORDINATOR = "coordinator"
    CONSULTANT = "consultant"
    LEAD = "clinical lead"
    FINANCE = "finance"
    NOBODY = "nobody"


@dataclass(frozen=True)
class Stage:
    """One line on where things stand. `act` names the next page or action; nobody's turn has none.

    `for_contact` is for whoever commissioned it (the referrer, the booker), `for_staff` for us.
    """

    name: str
    whose: Whose
    for_contact: str
    for_staff: str
    act: str = ""
    seen_as: str = ""  # the name for whoever commissioned it, where staff's word says nothing to them

    @property
    def shown(self) -> str:
        return self.seen_as or self.name

    @property
    def waits_for(self) -> str:
        """As a sentence goes on after “Waiting for”."""
        return str(self.whose) if self.whose == Whose.FINANCE else f"the {self.whose}"

    @property
    def is_ours(self) -> bool:
        """Staff have the next step."""
        return self.whose in (Whose.COORDINATOR, Whose.CONSULTANT, Whose.LEAD, Whose.FINANCE)

    @property
    def is_over(self) -> bool:
        return self.whose == Whose.NOBODY


# What a team asks for, training or a batch, begins alike.
REQUESTED = Stage(
    "Requested",
    Whose.COORDINATOR,
    "We have your request. A coordinator is reading it and will answer you.",
    "Read the request, then accept or decline it.",
    "accept",
)
TO_QUOTE = Stage(
    "Preparing the quote",
    Whose.COORDINATOR,
    "We can do this. Next we send a quote to the person who agrees the cost.",
    "Send the funder a quote.",
    "quote",
)
