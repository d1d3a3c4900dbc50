"""What every trade does with the order behind its commission."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction

from billing import actions as billing

if TYPE_CHECKING:
    from billing.models import Product, Quote
    from engagements.models import Engagement
    from organisations.models import Contact


@transaction.atomic
def put_to_funder(
    engagement: Engagement,
    *,
    title: str,
    product: Product,
    quantity: Decimal,
    unit_price: Decimal | None,
    funder: Contact,
    by: object,
    description: str = "",
) -> Quote:
    """Quote the one thing this commission buys, on its order, which is opened if it has none (R9).

    A quote that is out is withdrawn. The caller has locked `engagement` and looked whether it may be quoted.
    """
    order = engagement.order
    if order is None:
        order = billing.open_order(organisation=engagement.organisation, title=title, by=by)
        type(engagement)._base_manager.filter(pk=engagement.pk).update(order=order)
        engagement.order = order
    if standing := order.open_quote:
        billing.withdraw_quote(standing, reason="A new quote takes its place.", by=by)
    for line in order.lines.all():
        billing.remove_line(line, by=by)
    billing.add_line(
        order, product=product, quantity=quantity, unit_price=unit_price, description=description, by=by
    )
    return billing.issue_quote(order, funder=funder, by=by)
