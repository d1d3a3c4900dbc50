"""Taking something off an invoice."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from billing import crediting, emails, pdf, snapshots
from billing.actions.payment import locked, tell_if_paid
from billing.actions.quote import link_for
from billing.models import Counter, CreditNote, CreditNoteLine, Invoice, Order
from changes.follow_ups import announce
from changes.log import record
from changes.refusals import Stale
from provider.models import MoneySettings, Provider

COUNTER = "credit_note"


@transaction.atomic
def issue_credit_note(
    invoice: Invoice, *, quantities: Mapping[int, Decimal], reason: str, by: object
) -> CreditNote:
    """Number, freeze and mail a credit note for so much of each line of the order (by the line's pk).

    The order is locked before anything is counted, so no line is credited twice over; the invoice too, as a
    payment locks it, so that of a payment and a credit at once one sees the other. The number is taken last
    (R5). Raises Refused with everything that is wrong, Stale when nothing is left to credit.
    """
    order = Order.locked(invoice.order_id)
    invoice = locked(invoice)
    if invoice.is_credited:
        raise Stale(f"Invoice {invoice.number} is credited in full already. Nothing was issued.")
    drafted = crediting.draft(order, quantities, reason=reason)
    was_paid = invoice.is_paid
    settings = MoneySettings.load()
    note = CreditNote(
        order=order,
        invoice=invoice,
        number=f"{settings.credit_note_prefix}-{Counter.next(COUNTER):06d}",
        issued_on=timezone.localdate(),
        reason=reason.strip(),
        net=drafted.totals.net,
        vat=drafted.totals.vat,
        total=drafted.totals.total,
    )
    snapshot = snapshots.of_credit_note(note, drafted=drafted, provider=Provider.load(), money=settings)
    note.freeze(pdf=pdf.render(snapshot), snapshot=snapshot, by=by)
    for line in drafted.lines:
        line.credit_note = note
    CreditNoteLine.objects.bulk_create(drafted.lines)
    told = {"credit_note": note.number, "invoice": invoice.number, "total": str(note.total)}
    record(order, "order.credited", by=by, **told, reason=note.reason)
    emails.credit_note_issued(note, link_for(order, invoice.quote.funder))
    announce("credit_note_issued", order.pk)
    tell_if_paid(invoice, was_paid=was_paid, by=by)
    return note
