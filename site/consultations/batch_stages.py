"""Where a batch stands and whose turn it is: read from the facts, never stored (idea 2)."""

from __future__ import annotations

from consultations.models import Batch
from engagements.stages import REQUESTED, TO_QUOTE, Stage, Whose

Status = Batch.Status

ENDINGS = {
    Status.DECLINED: Stage(
        "Declined",
        Whose.NOBODY,
        "We could not take this on. Our reason, and what to try instead, are below.",
        "Declined.",
    ),
    Status.WITHDRAWN: Stage(
        "Withdrawn", Whose.NOBODY, "This batch was withdrawn. Nothing more will happen.", "Withdrawn."
    ),
    Status.CLOSED: Stage(
        "Closed", Whose.NOBODY, "This batch is complete. Thank you. You can still read the notes.", "Closed."
    ),
}
DRAFT = Stage(
    "Draft request",
    Whose.BOOKER,
    "Your request is saved but not sent. Finish it when you are ready.",
    "The booker is still writing.",
    "ask",
)
QUOTED = Stage(
    "Waiting for funding",
    Whose.FUNDER,
    "The quote is with the person who agrees the cost. When they accept it, we book the sessions with you.",
    "Waiting for the funder to accept the quote.",
)
TO_BOOK = Stage(
    "Booking sessions",
    Whose.COORDINATOR,
    "The cost is agreed. We are finding dates with you and will send the invites.",
    "Book the next sessions.",
    "book",
)
TO_HOLD = Stage(
    "Session to mark",
    Whose.COORDINATOR,
    "Your sessions are under way. The next one is below.",
    "A session has begun or is over. Mark it held, or say that it was called off.",
    "sessions",
    seen_as="Sessions booked",
)
UNDER_WAY = Stage(
    "Sessions booked",
    Whose.CONSULTANT,
    "Your sessions are booked. The next one is below and in your calendar.",
    "Hold the next session.",
)
RAN_OUT = Stage(
    "Run out",
    Whose.COORDINATOR,
    "The time to hold the sessions has passed. Call us if you want to use those that are left.",
    "Sessions ran out. Extend the batch, or refund what is left.",
    "extend",
)
TO_INVOICE = Stage(
    "Ready to invoice",
    Whose.FINANCE,
    "All sessions are used. We are preparing the invoice.",
    "Issue the invoice.",
    "invoice",
    seen_as="All sessions used",
)
UNPAID = Stage(
    "Waiting for payment",
    Whose.FUNDER,
    "All sessions are used. The invoice is with the person who agreed the cost.",
    "Waiting for the funder to pay.",
    seen_as="All sessions used",
)
TO_CLOSE = Stage(
    "Ready to close",
    Whose.COORDINATOR,
    "All sessions are used and paid for. We will close this batch soon.",
    "Close the batch.",
    "close",
    seen_as="All sessions used",
)
EVERY = [
    REQUESTED,
    TO_QUOTE,
    QUOTED,
    TO_BOOK,
    TO_HOLD,
    UNDER_WAY,
    RAN_OUT,
    TO_INVOICE,
    UNPAID,
    TO_CLOSE,
    *ENDINGS.values(),
]


def stage_of_batch(batch: Batch) -> Stage:
    """Facts in the order the work goes; the first one missing is where things stand."""
    status = Status(batch.status)
    if status in ENDINGS:
        return ENDINGS[status]
    if status in (Status.DRAFT, Status.REQUESTED):
        return DRAFT if status == Status.DRAFT else REQUESTED
    if not batch.is_funded:
        return QUOTED if batch.order is not None and batch.order.is_quoted else TO_QUOTE
    balance = batch.balance
    if any(session.is_booked and not session.missing_for_holding() for session in batch.sessions.all()):
        return TO_HOLD
    if balance.booked:
        return UNDER_WAY
    if balance.left:
        return TO_BOOK
    if balance.lapsed:
        return RAN_OUT
    return _stage_of_used_up(batch)


def _stage_of_used_up(batch: Batch) -> Stage:
    if batch.order is None or not batch.order.is_invoiced:
        return TO_INVOICE
    return TO_CLOSE if batch.order.is_paid else UNPAID
