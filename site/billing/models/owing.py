"""What follows from a bill, its credits and its payments: the same for an order and for its invoice."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from billing.models.facts import AMOUNT, HALF_PENNY, Fact
from billing.money import NOTHING


class Standing(models.TextChoices):
    """Where an order or an invoice stands, in a word: read from its facts, never stored."""

    DRAFT = "draft", "Not quoted"
    QUOTED = "quoted", "With the funder"
    AGREED = "agreed", "Agreed, not invoiced"
    INVOICED = "invoiced", "Invoiced, not paid yet"
    OVERDUE = "overdue", "Overdue"
    PAID = "paid", "Paid"
    CREDITED = "credited", "Credited in full"
    OWED_BACK = "owed_back", "We owe money back"
    CANCELLED = "cancelled", "Cancelled"


# The facts of what is invoiced and stands so, as `Owing.money_standing` says of one.
ONCE_INVOICED: dict[Standing, dict[str, bool]] = {
    Standing.INVOICED: {"is_paid": False, "is_overdue": False},
    Standing.OVERDUE: {"is_overdue": True},
    Standing.PAID: {"is_paid": True, "is_credited": False, "is_owed_back": False},
    Standing.CREDITED: {"is_credited": True, "is_owed_back": False},
    Standing.OWED_BACK: {"is_owed_back": True},
}


class Owing:
    """Facts of a bill. Its class names in BILLED the fact that holds what was billed, and has the facts
    `credited`, `paid`, `is_paid` and `is_overdue`.
    """

    BILLED: ClassVar[str]
    credited: Any
    paid: Any
    is_paid: Any
    is_overdue: Any

    @Fact
    def balance(self) -> Decimal:
        """What is left to pay; below nothing when we owe it back."""
        return getattr(self, self.BILLED) - self.credited - self.paid

    @Fact
    def is_owed_back(self) -> bool:
        """More was paid than is due after the credits: we owe the difference."""
        return self.balance < 0

    @Fact
    def is_credited(self) -> bool:
        """Nothing of the bill is left: settled, but not paid."""
        return self.credited > 0 and self.credited >= getattr(self, self.BILLED)

    @property
    def owed_back(self) -> Decimal:
        """What we owe the payer."""
        return max(-self.balance, NOTHING)

    @property
    def money_standing(self) -> Standing:
        """Where the money stands, once there is an invoice."""
        if self.is_owed_back:
            return Standing.OWED_BACK
        if self.is_credited:
            return Standing.CREDITED
        if self.is_paid:
            return Standing.PAID
        return Standing.OVERDUE if self.is_overdue else Standing.INVOICED


def says(condition: Any) -> models.ExpressionWrapper:
    """A condition as an annotation."""
    return models.ExpressionWrapper(condition, output_field=models.BooleanField())


def balance_of(billed: str) -> models.ExpressionWrapper:
    """`Owing.balance`, for many."""
    return models.ExpressionWrapper(F(billed) - F("credited") - F("paid"), output_field=AMOUNT)


def owing(billed: str) -> dict[str, models.ExpressionWrapper]:
    """The other facts of `Owing`, for many, once `balance` is annotated."""
    return {
        "is_owed_back": says(Q(balance__lte=-HALF_PENNY)),
        "is_credited": says(Q(credited__gte=HALF_PENNY) & Q(credited__gt=F(billed) - HALF_PENNY)),
    }
