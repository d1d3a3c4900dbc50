"""Opening an order and saying what is bought."""

from __future__ import annotations

from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from billing import money
from billing.models import Order, OrderLine, Product
from changes.log import record
from changes.references import new_reference
from changes.refusals import Refused, Stale
from organisations.models import Organisation
from provider.models import MoneySettings

TRIES = 8


@transaction.atomic
def open_order(*, organisation: Organisation, title: str, by: object) -> Order:
    """A new order with nothing on it yet. `title` is what the funder sees: a reference, never a case (R8)."""
    for _ in range(TRIES):
        try:
            with transaction.atomic():
                order = Order.objects.create(
                    reference=new_reference("O"), organisation=organisation, title=title
                )
        except IntegrityError:
            continue  # another order of this year has that reference
        record(order, "order.opened", by=by)
        return order
    raise Refused("No free order reference was found. Try again.")


def changeable(order: Order) -> Order:
    """The order, locked, while its lines may still change. Raises Refused and says what stands in the way."""
    order = Order.locked(order.pk)
    if order.status == Order.Status.CANCELLED:
        raise Stale(f"Order {order.reference} was cancelled, so its lines stay as they are.")
    if order.is_funded:
        raise Refused(
            f"The funder has agreed the cost of order {order.reference}. Open a new order for anything more."
        )
    if order.is_quoted:
        raise Refused(
            f"A quote for order {order.reference} is with the funder. Withdraw it, then change the lines."
        )
    return order


@transaction.atomic
def add_line(
    order: Order,
    *,
    product: Product,
    quantity: Decimal | int,
    by: object,
    description: str = "",
    unit_price: Decimal | None = None,
) -> OrderLine:
    """Put `quantity` of a product on the order, at its price or at `unit_price` (pounds, before VAT)."""
    order = changeable(order)
    quantity = Decimal(quantity)
    price = money.pounds(Decimal(product.unit_price if unit_price is None else unit_price))
    if quantity <= 0 or quantity != money.pounds(quantity):
        raise Refused("Enter a quantity above 0 with no more than two decimal places.")
    if price < 0:
        raise Refused("Enter a price of £0 or more.")
    if not product.is_active:
        raise Refused(f"{product.name} is no longer sold. Choose another product.")
    rate = money.rate_of(product.vat_treatment, MoneySettings.load())
    net = money.net_of(quantity, price)
    line = OrderLine.objects.create(
        order=order,
        product=product,
        position=(order.lines.aggregate(last=Max("position"))["last"] or 0) + 1,
        description=description or product.description or product.name,
        unit=product.unit,
        quantity=quantity,
        unit_price=price,
        vat_treatment=product.vat_treatment,
        vat_rate=rate,
        net=net,
        vat=money.vat_on(net, rate),
    )
    record(order, "order.line_added", by=by, line=line.description, quantity=str(quantity), net=str(net))
    return line


@transaction.atomic
def remove_line(line: OrderLine, *, by: object) -> None:
    """Take a line off the order. A repeat is Stale."""
    order = changeable(line.order)
    removed, _ = order.lines.filter(pk=line.pk).delete()
    if not removed:
        raise Stale("That line is no longer on the order. Nothing was changed.")
    record(order, "order.line_removed", by=by, line=line.description)


@transaction.atomic
def cancel_order(order: Order, *, reason: str, by: object) -> None:
    """Nothing more happens to this order; a quote that is out is withdrawn."""
    order = Order.locked(order.pk)
    if order.is_invoiced:
        raise Refused(f"Order {order.reference} has been invoiced, so it can be credited but not cancelled.")
    if quote := order.open_quote:
        quote.move_to("withdrawn", by=by, reason=reason)
    order.move_to("cancelled", by=by, reason=reason, cancelled_at=timezone.now())


@transaction.atomic
def set_purchase_order(order: Order, *, number: str, by: object) -> None:
    """Put the purchase order number right before the invoice prints it."""
    order = Order.locked(order.pk)
    number = number.strip()
    if order.is_invoiced:
        raise Refused("The invoice has been issued with the number it has, so it stays.")
    if order.status == Order.Status.CANCELLED:
        raise Stale(f"Order {order.reference} was cancelled. Nothing was changed.")
    if order.is_funded and order.needs_purchase_order and not number:
        raise Refused("Enter a purchase order number: a local authority does not pay without one.")
    was, order.purchase_order_number = order.purchase_order_number, number
    order.save(update_fields=["purchase_order_number"])
    record(order, "order.purchase_order", by=by, was=was, purchase_order_number=number)
