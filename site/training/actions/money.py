"""The order behind a booking: asked for by us, agreed by the funder."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction

from changes.refusals import Refused
from engagements.actions import put_to_funder
from training import emails
from training.models import Booking

if TYPE_CHECKING:
    from accounts.models import User
    from billing.models import Product, Quote
    from organisations.models import Contact


@transaction.atomic
def ask_for_funding(
    booking: Booking,
    *,
    product: Product,
    funder: Contact,
    by: User,
    quantity: Decimal = Decimal(1),
    unit_price: Decimal | None = None,
) -> Quote:
    """Send the funder a quote for an accepted booking. A quote that is out is replaced by the new one.

    Raises Refused before acceptance and once funding is agreed.
    """
    locked = Booking.locked(booking.pk)
    if missing := locked.missing_for_quote():
        raise Refused(*missing)
    quote = put_to_funder(
        locked,
        title=locked.title,
        product=product,
        quantity=quantity,
        unit_price=unit_price,
        description=f"{product.name}: {locked.package_title}"[:500],
        funder=funder,
        by=by,
    )
    booking.order = locked.order
    return quote


@transaction.atomic
def quote_accepted(booking: Booking) -> None:
    """Funding is agreed: the booker hears that a date comes next. Safe to run twice (R10)."""
    emails.funding_agreed(booking)


@transaction.atomic
def quote_declined(booking: Booking) -> None:
    """The funder said no: the booker, who knows them, hears of it. Safe to run twice for one quote (R10)."""
    order = booking.order
    quote = order.current_quote if order is not None else None
    if quote is not None and quote.status == "declined":
        emails.funding_declined(booking, quote)
