"""Everything that may happen to an order, its quotes, invoices, credit notes and payments. One file a noun."""

from billing.actions.card import start_checkout, take_event
from billing.actions.credit import issue_credit_note
from billing.actions.invoice import issue_invoice
from billing.actions.order import add_line, cancel_order, open_order, remove_line, set_purchase_order
from billing.actions.payment import record_payment, record_refund
from billing.actions.quote import (
    accept_quote,
    decline_quote,
    issue_quote,
    send_code,
    send_new_link,
    withdraw_quote,
)

__all__ = [
    "accept_quote",
    "add_line",
    "cancel_order",
    "decline_quote",
    "issue_credit_note",
    "issue_invoice",
    "issue_quote",
    "open_order",
    "record_payment",
    "record_refund",
    "remove_line",
    "send_code",
    "send_new_link",
    "set_purchase_order",
    "start_checkout",
    "take_event",
    "withdraw_quote",
]
