"""Which cases the demonstration holds, how old each is and how far it has come: every state at least once."""

from __future__ import annotations

from home.demo.case import Case, Until

ROWAN = "referrer@example.gov.uk"
BETH = "beth.tolley@example.gov.uk"
MARCUS = "m.webb@wexcombe.example.gov.uk"
IONA = "i.fraser@northbridge.example.nhs.uk"
NADIA = "n.aslam@riverside.example.gov.uk"
DAVID = "d.pym@calder.example.org"

OVERRIDE = (
    "The social worker left last week and the team manager holds the case until the new one starts on Monday. "
    "I have spoken to her. Waiting would leave the school without a plan."
)
SEEN = "The same information stands in the chronology, which is complete and up to date."

COVER = "Helen is off sick this week, and the school rang about what to bring to the meeting."

WEEKLY = "Since Monday a youth worker sees her once a week."

CASES: list[Case] = [
    # The beginning
    Case("after-school-club", ROWAN, 2, Until.DRAFT),
    Case("shared-pictures", IONA, 0, Until.SUBMITTED),
    Case("two-cousins", NADIA, 5, Until.SUBMITTED, urgent=True),
    Case("new-placement", ROWAN, 6, Until.QUESTIONED),
    Case("school-bus", MARCUS, 8, Until.ACCEPTED, worker_left=True, conflict="k.boyle"),
    Case("adult-enquiry", DAVID, 30, Until.DECLINED),
    Case("moved-away", ROWAN, 48, Until.WITHDRAWN),
    # Funding
    Case("younger-siblings", ROWAN, 8, Until.QUOTED, consultant="a.diallo"),
    Case("residential-home", MARCUS, 41, Until.QUOTED, first_quote="superseded", consultant="k.boyle"),
    Case("panel-decision", NADIA, 13, Until.QUOTE_DECLINED),
    # Documents
    Case("group-chat", ROWAN, 10, Until.FUNDED, colleague=BETH, second_consultant="r.seddon", amended=WEEKLY),
    Case("bail-conditions", NADIA, 14, Until.SENDING, first_quote="withdrawn", consultant="a.diallo"),
    Case("foster-home", ROWAN, 17, Until.RETURNED, waived=SEEN, consultant="k.boyle"),
    Case("between-workers", BETH, 15, Until.SENDING, override=OVERRIDE),
    Case("sixth-form", IONA, 19, Until.DOCUMENTED, consultant="a.diallo"),
    # Meetings
    Case(
        "special-school", ROWAN, 27, Until.BOOKED, returned=True, second_consultant="r.seddon", stand_in=COVER
    ),
    Case("family-court", DAVID, 29, Until.BOOKED, moved=True, consultant="a.diallo"),
    Case("return-to-class", BETH, 38, Until.HELD, called_off=True, consultant="k.boyle"),
    # Reports
    Case("online-games", IONA, 42, Until.DRAFTED),
    Case("respite-care", MARCUS, 45, Until.REVIEWED, changes=True, consultant="a.diallo"),
    Case("children-s-home", NADIA, 48, Until.SIGNED, consultant="k.boyle"),
    Case("early-help", ROWAN, 50, Until.ISSUED, moved=True),
    # Money
    Case("neighbours", BETH, 58, Until.INVOICED, consultant="a.diallo", second="approved"),
    Case("order-ending", NADIA, 96, Until.INVOICED, asked=True, consultant="k.boyle"),
    Case("adoption-support", MARCUS, 84, Until.INVOICED, in_parts=True),
    Case("changing-rooms", BETH, 79, Until.PAID, consultant="a.diallo"),
    Case("swimming-pool", ROWAN, 102, Until.CLOSED, returned=True, changes=True),
    Case("care-leaver", IONA, 128, Until.CLOSED, asked=True, consultant="a.diallo"),
    Case(
        "youth-club", NADIA, 150, Until.CLOSED, waived=SEEN, moved=True, consultant="k.boyle", second="issued"
    ),
]
