"""R12: pounds rounded half up per line; every total is the sum of what is printed."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing import money
from billing.models import OrderLine
from provider.models import MoneySettings

amounts = st.decimals(min_value=0, max_value=99_999, places=2)
quantities = st.decimals(min_value=Decimal("0.01"), max_value=999, places=2)
rates = st.decimals(min_value=0, max_value=40, places=2)
treatments = st.sampled_from(money.Vat.values)


@pytest.mark.parametrize(
    ("exact", "printed"),
    [("0.005", "0.01"), ("0.004", "0.00"), ("2.675", "2.68"), ("1.005", "1.01"), ("10", "10.00")],
)
def test_half_a_penny_is_rounded_up(exact, printed):
    """R12: where a float or half-even rounding would print a penny less."""
    assert str(money.pounds(Decimal(exact))) == printed


def line(quantity: Decimal, price: Decimal, treatment: str, settings: MoneySettings) -> Any:
    rate = money.rate_of(treatment, settings)
    net = money.net_of(quantity, price)
    return OrderLine(net=net, vat=money.vat_on(net, rate), vat_treatment=treatment, vat_rate=rate)


@given(st.lists(st.tuples(quantities, amounts, treatments), max_size=30), rates)
def test_totals_are_the_sums_of_what_is_printed(bought, rate):
    """R12: of any lines at any rate, read back from the printed text."""
    settings = MoneySettings(vat_rate=rate)
    lines = [line(quantity, price, treatment, settings) for quantity, price, treatment in bought]
    bill = money.bill(lines, settings)

    printed = [(Decimal(f"{li.net:.2f}"), Decimal(f"{li.vat:.2f}")) for li in lines]
    assert bill.net == sum((net for net, _ in printed), Decimal(0))
    assert bill.vat == sum((vat for _, vat in printed), Decimal(0))
    assert bill.total == bill.net + bill.vat
    assert bill.net == sum((v.net for v in bill.vat_lines), Decimal(0))
    assert bill.vat == sum((v.vat for v in bill.vat_lines), Decimal(0))
    assert all(v.vat == 0 for v in bill.vat_lines if v.treatment != money.Vat.STANDARD)


@given(quantities, amounts, rates)
def test_a_line_is_rounded_once_and_up_at_the_half(quantity, price, rate):
    """R12."""
    net = money.net_of(quantity, price)
    assert net == (quantity * price).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    assert abs(money.vat_on(net, rate) - net * rate / 100) <= Decimal("0.005")
    assert net.as_tuple().exponent == money.vat_on(net, rate).as_tuple().exponent == -2


def test_each_treatment_prints_its_wording():
    settings = MoneySettings(
        vat_rate=Decimal("17.50"), exempt_wording="Exempt: care.", zero_wording="", outside_wording="Outside."
    )
    said = {t: money.wording_of(t, money.rate_of(t, settings), settings) for t in money.Vat.values}
    assert said == {
        "standard": "VAT at 17.5%",
        "zero": "Zero rate",
        "exempt": "Exempt: care.",
        "outside": "Outside.",
    }


def test_the_vat_lines_keep_the_order_of_the_treatments():
    settings = MoneySettings(vat_rate=Decimal("20.00"))
    lines = [line(Decimal(1), Decimal("10.00"), t, settings) for t in reversed(money.Vat.values)]
    assert [v.treatment for v in money.bill(lines, settings).vat_lines] == money.Vat.values


@given(st.decimals(min_value=0, max_value=9999, places=2))
def test_a_plain_number_reads_as_people_write_it(number):
    text = money.plain(number)
    assert Decimal(text) == number
    assert "E" not in text
    assert "." not in text or not text.endswith("0")
