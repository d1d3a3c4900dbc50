"""The quote of a case: asked for, and replaced while it is out."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.template import TemplateDoesNotExist

from billing import actions as billing
from changes.refusals import Refused, Stale
from consultations import actions
from mail.models import Message
from organisations.models import Contact
from tests.factories import consultations as cases

pytestmark = pytest.mark.django_db
fresh: Any = cases.fresh  # with the order that a quoted case has


def quote(case, funder, by, **given):
    return actions.ask_for_funding(case, product=cases.product(), funder=funder, by=by, **given)


def test_a_new_quote_takes_the_place_of_one_that_is_out(a_case, coordinator, council):
    """R4: the first is withdrawn, not changed; only the second can be accepted, by its own funder."""
    case = a_case("quoted")
    first = case.order.open_quote
    other = Contact.objects.create(name="Kit Dean", email="kit@example.gov.uk", organisation=council)

    second = quote(case, other, coordinator, quantity=Decimal(2), unit_price=Decimal("900.00"))

    order = fresh(case).order
    assert [(q.status, q.net) for q in order.quotes.order_by("version")] == [
        ("withdrawn", Decimal("1250.00")),
        ("issued", Decimal("1800.00")),
    ]
    assert (order.lines.count(), order.open_quote, order.funder) == (1, second, other)
    assert Message.objects.filter(to="kit@example.gov.uk").exists()
    first.refresh_from_db()
    with pytest.raises(Stale):
        billing.accept_quote(first, purchase_order_number="PO-1", by=first.funder)
    billing.accept_quote(second, purchase_order_number="PO-1", by=other)
    assert fresh(case).is_funded


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("submitted", "Accept the referral"),
        ("withdrawn", "Accept the referral"),
        ("funded", "agreed already"),
        ("issued", "agreed already"),
    ],
)
def test_no_quote_before_acceptance_nor_once_funding_is_agreed(a_case, funder, coordinator, state, said):
    """R7"""
    case = a_case(state)
    with pytest.raises(Refused, match=said):
        quote(case, funder, coordinator)


def test_a_quote_that_cannot_be_mailed_leaves_the_one_that_is_out(
    a_case, funder, coordinator, no_mail_can_be_written
):
    case = a_case("quoted")
    no_mail_can_be_written()
    with pytest.raises(TemplateDoesNotExist):
        quote(case, funder, coordinator, quantity=Decimal(3))
    order = fresh(case).order
    assert [q.status for q in order.quotes.all()] == ["issued"]
    assert [line.quantity for line in order.lines.all()] == [1]
