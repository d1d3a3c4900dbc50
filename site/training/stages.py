"""Where a booking stands and whose turn it is: read from the facts, never stored (idea 2)."""

from __future__ import annotations

from engagements.stages import REQUESTED, TO_QUOTE, Stage, Whose
from training.models import Booking

Status = Booking.Status

ENDINGS = {
    Status.DECLINED: Stage(
        "Declined",
        Whose.NOBODY,
        "We cannot do this one. Our reason, and what to try instead, are below.",
        "Declined.",
    ),
    Status.WITHDRAWN: Stage(
        "Withdrawn", Whose.NOBODY, "This booking was withdrawn. Nothing more will happen.", "Withdrawn."
    ),
    Status.CLOSED: Stage("Closed", Whose.NOBODY, "The training is done and paid for. Thank you.", "Closed."),
}
QUOTED = Stage(
    "Waiting for funding",
    Whose.FUNDER,
    "The quote is with the person who agrees the cost. When they accept it, we confirm a date with you.",
    "Waiting for the funder to accept the quote.",
)
TO_DATE = Stage(
    "Finding a date",
    Whose.COORDINATOR,
    "The cost is agreed. We are finding a date within the ones you gave and will send the invites.",
    "Confirm a date and send the invites.",
    "date",
)
CONFIRMED = Stage(
    "Date confirmed",
    Whose.CONSULTANT,
    "The date is confirmed and the invites are out. Everything you need is below.",
    "Train the team on the day.",
    "deliver",
)
TO_DELIVER = Stage(
    "Day has come",
    Whose.COORDINATOR,
    "The training has started or is over. We will send the invoice to the person who agreed the cost.",
    "Mark the training as delivered.",
    "deliver",
)
TO_INVOICE = Stage(
    "Ready to invoice",
    Whose.FINANCE,
    "The training has been delivered. We are preparing the invoice.",
    "Issue the invoice.",
    "invoice",
)
UNPAID = Stage(
    "Waiting for payment",
    Whose.FUNDER,
    "The training has been delivered. The invoice is with the person who agreed the cost.",
    "Waiting for the funder to pay.",
)
TO_CLOSE = Stage(
    "Ready to close",
    Whose.COORDINATOR,
    "The training has been delivered and paid for. We will close this booking soon.",
    "Close the booking.",
    "close",
)
EVERY = [
    REQUESTED,
    TO_QUOTE,
    QUOTED,
    TO_DATE,
    CONFIRMED,
    TO_DELIVER,
    TO_INVOICE,
    UNPAID,
    TO_CLOSE,
    *ENDINGS.values(),
]


def stage_of(booking: Booking) -> Stage:
    """Facts in the order the work goes; the first one missing is where things stand."""
    status = Status(booking.status)
    if status in ENDINGS:
        return ENDINGS[status]
    if status == Status.REQUESTED:
        return REQUESTED
    if status == Status.DELIVERED:
        return _stage_of_delivered(booking)
    if booking.is_confirmed:  # possibly before funding, where the setting allows it
        return TO_DELIVER if booking.is_trained else CONFIRMED
    if booking.is_funded:
        return TO_DATE
    is_quoted = booking.order is not None and booking.order.is_quoted
    return QUOTED if is_quoted else TO_QUOTE


def _stage_of_delivered(booking: Booking) -> Stage:
    if booking.order is None or not booking.order.is_invoiced:
        return TO_INVOICE
    return TO_CLOSE if booking.order.is_paid else UNPAID
