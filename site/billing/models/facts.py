"""A fact is read from rows (idea 2): worked out for one row, annotated by `with_facts()` for many."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Generic, TypeVar, overload

from django.db.models import DecimalField, F, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from billing.money import NOTHING, pounds

T = TypeVar("T")


class Amount(DecimalField):
    """What a sum gives back, to the penny: SQLite's has the digits of a float behind it."""

    def from_db_value(self, value: Decimal | None, expression: object, connection: object) -> Decimal | None:
        return None if value is None else pounds(value)


AMOUNT: DecimalField = Amount(max_digits=12, decimal_places=2)
# SQLite adds decimals as floats: below half a penny is nothing left, on either database.
HALF_PENNY = Value(Decimal("0.005"), output_field=DecimalField(max_digits=12, decimal_places=3))


class Fact(Generic[T]):
    """A property that steps aside when a queryset has already annotated its name on the row."""

    def __init__(self, read: Callable[[Any], T]) -> None:
        self.read = read
        self.__doc__ = read.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, row: None, owner: type) -> Fact[T]: ...

    @overload
    def __get__(self, row: object, owner: type) -> T: ...

    def __get__(self, row: Any, owner: type) -> Fact[T] | T:
        return self if row is None else self.read(row)


def sum_of(rows: Any, amount: str) -> Decimal:
    """The sum of `amount` over these rows (a queryset or a related manager); nothing where there are none."""
    return rows.aggregate(sum=Sum(amount, output_field=AMOUNT))["sum"] or NOTHING


def summed(rows: QuerySet, owner: str, amount: str, outer: str = "pk") -> Coalesce:
    """`sum_of` the rows whose `owner` is the outer row, for many."""
    sums = (
        rows.order_by()
        .filter(**{owner: OuterRef(outer)})
        .values(owner)
        .annotate(_sum=Sum(F(amount)))
        .values("_sum")
    )
    return Coalesce(
        Subquery(sums, output_field=AMOUNT), Value(NOTHING, output_field=AMOUNT), output_field=AMOUNT
    )
