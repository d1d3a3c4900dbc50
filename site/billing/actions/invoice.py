"""Asking for the money."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from billing import emails, money, pdf, snapshots
from billing.actions.quote import link_for
from billing.models import Counter, Invoice, Order
from changes.follow_ups import announce
from changes.log import record
from changes.refusals import Refused, Stale
from provider.models import MoneySettings, Provider

COUNTER = "invoice"


@transaction.atomic
def issue_invoice(order: Order, *, by: object) -> Invoice:
    """Number, freeze and mail the invoice of an order whose cost is agreed.

    The number is taken last and its counter stays locked to the end of this transaction (R5); making the PDF
    inside it costs some 15 ms of local work and no network call. Raises Refused with everything missing.
    """
    order = Order.locked(order.pk)
    if standing := order.invoice:
        raise Stale(f"Order {order.reference} has invoice {standing.number} already. Nothing was issued.")
    if order.status == Order.Status.CANCELLED:
        raise Stale(f"Order {order.reference} was cancelled, so it cannot be invoiced.")
    quote = order.accepted_quote
    missing = []
    if quote is None:
        missing.append("The funder has not accepted a quote yet. Invoice once they have.")
    if order.needs_purchase_order and not order.purchase_order_number:
        missing.append("There is no purchase order number. A local authority does not pay without one.")
    if quote is None or missing:
        raise Refused(*missing)
    settings = MoneySettings.load()
    lines = list(order.lines.all())
    totals = money.bill(lines, settings)
    today = timezone.localdate()
    invoice = Invoice(
        order=order,
        quote=quote,
        number=f"{settings.invoice_prefix}-{Counter.next(COUNTER):06d}",
        purchase_order_number=order.purchase_order_number,
        issued_on=today,
        due_on=today + timedelta(days=settings.payment_days),
        net=totals.net,
        vat=totals.vat,
        total=totals.total,
    )
    snapshot = snapshots.of_invoice(
        invoice, lines=lines, totals=totals, provider=Provider.load(), money=settings
    )
    invoice.freeze(pdf=pdf.render(snapshot), snapshot=snapshot, by=by)
    record(order, "order.invoiced", by=by, invoice=invoice.number, total=str(invoice.total))
    emails.invoice_issued(invoice, link_for(order, quote.funder))
    announce("invoice_issued", order.pk)
    if invoice.is_paid:  # nothing to pay: paid the moment it is issued
        announce("order_paid", order.pk)
    return invoice
