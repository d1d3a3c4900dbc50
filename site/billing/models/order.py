"""What an organisation is buying: the lines, who pays, and what follows from quotes and payments."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from billing.models.facts import AMOUNT, HALF_PENNY, Fact, sum_of, summed
from billing.models.owing import ONCE_INVOICED, Owing, Standing, balance_of, owing, says
from changes.models import Stateful
from organisations.models import Contact, Organisation

if TYPE_CHECKING:
    from billing.models.invoice import Invoice
    from billing.models.quote import Quote


class OrderQuerySet(models.QuerySet["Order"]):
    def standing(self, word: str) -> Self:
        """The orders that stand so, as `Order.standing` says of one. Raises KeyError for another word."""
        live = {"status": Order.Status.OPEN}
        asked: dict[str, dict[str, object]] = {
            Standing.CANCELLED: {"status": Order.Status.CANCELLED},
            **{one: {**live, "is_invoiced": True, **facts} for one, facts in ONCE_INVOICED.items()},
            Standing.AGREED: {**live, "is_funded": True, "is_invoiced": False},
            Standing.QUOTED: {**live, "is_quoted": True},
            Standing.DRAFT: {**live, "is_quoted": False, "is_funded": False, "is_invoiced": False},
        }
        return self.with_facts().filter(**asked[word])

    def with_facts(self) -> Self:
        """Every fact of `Order`, for a list, in the one query."""
        from billing.models.credit import CreditNote
        from billing.models.invoice import Invoice
        from billing.models.line import OrderLine
        from billing.models.payment import Payment
        from billing.models.quote import Quote

        of_this = {"order": OuterRef("pk")}
        due = Invoice.objects.filter(**of_this, due_on__lt=timezone.localdate())
        return self.annotate(
            net=summed(OrderLine.objects.all(), "order", "net"),
            vat=summed(OrderLine.objects.all(), "order", "vat"),
            invoiced=summed(Invoice.objects.all(), "order", "total"),
            credited=summed(CreditNote.objects.all(), "order", "total"),
            paid=summed(Payment.objects.all(), "invoice__order", "amount"),
            is_quoted=Exists(Quote.objects.filter(**of_this, status=Quote.Status.ISSUED)),
            is_funded=Exists(Quote.objects.filter(**of_this, status=Quote.Status.ACCEPTED)),
            is_invoiced=Exists(Invoice.objects.filter(**of_this)),
        ).annotate(
            total=models.ExpressionWrapper(F("net") + F("vat"), output_field=AMOUNT),
            balance=balance_of("invoiced"),
            is_paid=says(Q(is_invoiced=True) & Q(balance__lt=HALF_PENNY)),
            is_overdue=says(Q(balance__gte=HALF_PENNY) & Exists(due)),
            **owing("invoiced"),
        )


class Order(Owing, Stateful):  # type: ignore[django-manager-missing]
    """What is bought, for whom, and who pays.

    open: lines may be added while no quote stands; quotes, invoices, credit notes and payments hang from it.
    cancelled: nothing more happens to it. An invoiced order is never cancelled, it is credited.

    Whether it is quoted, funded, invoiced, credited, paid or overdue is no status: those are facts, read from the
    rows.
    The funder sees `title` and the lines, so both carry references, never a child's details (R8).
    """

    class Status(models.TextChoices):
        OPEN = "open", "Open"
        CANCELLED = "cancelled", "Cancelled"

    TRANSITIONS: ClassVar[dict[str, set[str]]] = {"open": {"cancelled"}}
    BILLED = "invoiced"

    reference = models.CharField(max_length=12, unique=True, editable=False)
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="orders")
    title = models.CharField(max_length=200, help_text="What the funder sees: Consultation C-26-7K4M.")
    funder = models.ForeignKey(Contact, models.PROTECT, null=True, blank=True, related_name="orders_funded")
    purchase_order_number = models.CharField(max_length=60, blank=True)
    opened_at = models.DateTimeField(auto_now_add=True)
    cancelled_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects: ClassVar[models.Manager[Order]] = OrderQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-opened_at", "-pk"]
        permissions = [
            ("issue_quote", "Can issue and withdraw quotes"),
            ("issue_invoice", "Can issue invoices"),
            ("issue_credit_note", "Can issue credit notes"),
            ("record_payment", "Can record payments"),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("billing:order", args=[self.reference])

    @property
    def standing(self) -> Standing:
        if self.status == self.Status.CANCELLED:
            return Standing.CANCELLED
        if self.is_invoiced:
            return self.money_standing
        if self.is_funded:
            return Standing.AGREED
        return Standing.QUOTED if self.is_quoted else Standing.DRAFT

    @property
    def needs_purchase_order(self) -> bool:
        """English local authorities pay no invoice without a purchase order number."""
        return self.organisation.kind == Organisation.Kind.LOCAL_AUTHORITY

    @property
    def current_quote(self) -> Quote | None:
        """The newest quote, whatever became of it."""
        return self.quotes.order_by("-version").first()

    @property
    def open_quote(self) -> Quote | None:
        return self.quotes.filter(status="issued").first()

    @property
    def accepted_quote(self) -> Quote | None:
        return self.quotes.filter(status="accepted").first()

    @property
    def invoice(self) -> Invoice | None:
        """The invoice that stands, with its facts as they are now."""
        return self.invoices.with_facts().order_by("-pk").first()  # type: ignore[attr-defined]

    # --- Facts: with_facts() says the same for many, and a test holds the two equal --------------

    @Fact
    def net(self) -> Decimal:
        return sum_of(self.lines, "net")

    @Fact
    def vat(self) -> Decimal:
        return sum_of(self.lines, "vat")

    @Fact
    def total(self) -> Decimal:
        return self.net + self.vat

    @Fact
    def invoiced(self) -> Decimal:
        return sum_of(self.invoices, "total")

    @Fact
    def credited(self) -> Decimal:
        return sum_of(self.credit_notes, "total")

    @Fact
    def paid(self) -> Decimal:
        """What came in, less what was sent back."""
        return sum_of(self.invoices, "payments__amount")

    @Fact
    def is_quoted(self) -> bool:
        """A quote is with the funder."""
        return self.open_quote is not None

    @Fact
    def is_funded(self) -> bool:
        """The funder has accepted the cost."""
        return self.accepted_quote is not None

    @Fact
    def is_invoiced(self) -> bool:
        return self.invoices.exists()

    @Fact
    def is_paid(self) -> bool:
        """Nothing is left to pay: payments and credits cover what was invoiced."""
        return self.is_invoiced and self.balance <= 0

    @Fact
    def is_overdue(self) -> bool:
        due = self.invoices.filter(due_on__lt=timezone.localdate())
        return self.balance > 0 and due.exists()
