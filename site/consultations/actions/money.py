"""The order behind a case: asked for by us, agreed by the funder."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction

from changes.refusals import Refused
from consultations.models import Consultation
from engagements.actions import put_to_funder

if TYPE_CHECKING:
    from accounts.models import User
    from billing.models import Product, Quote
    from organisations.models import Contact


@transaction.atomic
def ask_for_funding(
    consultation: Consultation,
    *,
    product: Product,
    funder: Contact,
    by: User,
    quantity: Decimal = Decimal(1),
    unit_price: Decimal | None = None,
) -> Quote:
    """Send the funder a quote for an accepted case. The order says the reference, never the matter (R9).

    Raises Refused before acceptance and once funding is agreed.
    """
    locked = Consultation.locked(consultation.pk)
    if locked.status != Consultation.Status.ACCEPTED:
        raise Refused("Accept the referral before sending a quote.")
    if locked.is_funded:
        raise Refused("Funding for this consultation is agreed already.")
    quote = put_to_funder(
        locked,
        title=locked.title,
        product=product,
        quantity=quantity,
        unit_price=unit_price,
        funder=funder,
        by=by,
    )
    consultation.order = locked.order
    return quote
