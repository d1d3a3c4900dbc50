"""Every act on a booking, in the order of its life."""

from training.actions.closing import close, issue_invoice, record_delivered
from training.actions.meeting import confirm_date
from training.actions.money import ask_for_funding, quote_accepted, quote_declined
from training.actions.poll import choose_date, offer_dates
from training.actions.request import ask_for_training, keep_answers, withdraw
from training.actions.triage import accept_booking, decline_booking

__all__ = [
    "accept_booking",
    "ask_for_funding",
    "ask_for_training",
    "choose_date",
    "close",
    "confirm_date",
    "decline_booking",
    "issue_invoice",
    "keep_answers",
    "offer_dates",
    "quote_accepted",
    "quote_declined",
    "record_delivered",
    "withdraw",
]
