"""What staff may do with an order just now, and for each thing they may not, why."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import User
from billing.models import Invoice, Order, Standing

PERMISSIONS = {
    "add_line": "billing.change_order",
    "remove_line": "billing.change_order",
    "set_purchase_order": "billing.change_order",
    "cancel_order": "billing.change_order",
    "issue_quote": "billing.issue_quote",
    "withdraw_quote": "billing.issue_quote",
    "issue_invoice": "billing.issue_invoice",
    "issue_credit_note": "billing.issue_credit_note",
    "record_payment": "billing.record_payment",
    "record_refund": "billing.record_payment",
}
NOT_YOURS = {
    "billing.change_order": "Your role does not change orders. Ask a coordinator or the finance officer.",
    "billing.issue_quote": "Your role does not send quotes. Ask a coordinator or the finance officer.",
    "billing.issue_invoice": "Your role does not issue invoices. Ask the finance officer.",
    "billing.issue_credit_note": "Your role does not issue credit notes. Ask the finance officer.",
    "billing.record_payment": "Your role does not record payments. Ask the finance officer.",
}


@dataclass(frozen=True)
class Act:
    """One thing to do; `off` says why it cannot be done now."""

    name: str
    off: str = ""

    @property
    def is_on(self) -> bool:
        return not self.off


def acts(order: Order, user: User) -> dict[str, Act]:
    why = _why_not(order)
    found = {}
    for name, permission in PERMISSIONS.items():
        off = why[name] if user.has_perm(permission) else NOT_YOURS[permission]
        found[name] = Act(name, off)
    return found


def _why_not(order: Order) -> dict[str, str]:
    invoice = order.invoice
    if order.status == Order.Status.CANCELLED:
        return dict.fromkeys(PERMISSIONS, "This order was cancelled.")
    if invoice is not None:
        done = f"The order has invoice {invoice.number}."
        off = dict.fromkeys(PERMISSIONS, done)
        return off | _once_invoiced(invoice)
    off = dict.fromkeys(PERMISSIONS, "")
    off |= dict.fromkeys(("issue_credit_note", "record_payment", "record_refund"), "There is no invoice yet.")
    if order.is_funded:
        agreed = "The funder has agreed the cost. Open a new order for anything more."
        off |= {"add_line": agreed, "remove_line": agreed}
        off["issue_quote"] = off["withdraw_quote"] = "The funder has accepted the quote."
        if order.needs_purchase_order and not order.purchase_order_number:
            off["issue_invoice"] = "There is no purchase order number yet."
        return off
    off["issue_invoice"] = "The funder has not accepted a quote yet."
    if order.is_quoted:
        out = "A quote is with the funder. Withdraw it to change the lines."
        off |= {"add_line": out, "remove_line": out}
    else:
        off["withdraw_quote"] = "No quote is with the funder."
        if not order.lines.exists():
            off["issue_quote"] = "Add at least one line first."
    return off


def _once_invoiced(invoice: Invoice) -> dict[str, str]:
    settled = {
        Standing.PAID: "The invoice is paid in full.",
        Standing.CREDITED: "The invoice is credited in full.",
        Standing.OWED_BACK: "Nothing is left to pay: we owe money back.",
    }
    return {
        "issue_credit_note": settled[Standing.CREDITED] if invoice.is_credited else "",
        "record_payment": settled.get(invoice.money_standing, ""),
        "record_refund": "" if invoice.is_owed_back else "We owe nothing on this invoice.",
    }
