"""What one consultation of the demonstration is to become."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from billing.models import Product
from consultations.models import Consultation
from home.demo.clock import Days
from home.demo.people import Cast
from home.demo.tales import Tale


class Until(IntEnum):
    """How far a case has come: it stops after this step."""

    DRAFT = 0
    SUBMITTED = 1
    QUESTIONED = 2
    DECLINED = 3
    WITHDRAWN = 4
    ACCEPTED = 5
    QUOTED = 6
    QUOTE_DECLINED = 7
    FUNDED = 8
    SENDING = 9
    RETURNED = 10
    DOCUMENTED = 11
    BOOKED = 12
    HELD = 13
    DRAFTED = 14
    REVIEWED = 15
    SIGNED = 16
    ISSUED = 17
    INVOICED = 18
    PAID = 19
    CLOSED = 20


@dataclass(frozen=True)
class Case:
    """What happens to one case. `ago` counts the days since its first saved line."""

    tale: str
    who: str
    ago: int
    until: Until
    consultant: str = "consultant"
    asked: bool = False  # triage asked for more before accepting
    override: str = ""  # why a clinical lead took it on without a safeguard
    first_quote: str = ""  # what became of the first quote, before the one that counts: superseded, withdrawn
    waived: str = ""  # why one required document was waived
    returned: bool = False  # a document came back once
    moved: bool = False  # the meeting was given another time
    called_off: bool = False  # the first meeting was cancelled and booked again
    changes: bool = False  # the second clinician asked for changes
    second: str = ""  # a second version of the report: issued, or approved and waiting for the lead
    second_consultant: str = ""
    colleague: str = ""  # the address of one whom the referrer let in
    urgent: bool = False  # marked so in the queue
    conflict: str = ""  # who declared a conflict of interest
    amended: str = ""  # what was added to what has been tried, after sending, and who joined the network
    stand_in: str = ""  # why a clinician who is not on the case opened it
    worker_left: bool = False  # the social worker left, so it is paused
    in_parts: bool = False  # the invoice is being paid in parts


@dataclass
class Told:
    """A case on its way, with all that its steps need."""

    case: Case
    cast: Cast
    product: Product
    days: Days
    tale: Tale
    consultation: Consultation

    def reached(self, step: Until) -> bool:
        return self.case.until >= step

    def fresh(self) -> Consultation:
        """As the next request would load it."""
        self.consultation = Consultation.objects.get(pk=self.consultation.pk)
        return self.consultation
