"""What an organisation is buying: the lines, who pays, and what follows from quotes and payments."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Sum
from django.urls import reverse
from django.utils import timezone

from billing.models.facts import AMOUNT, HALF_PENNY, Fact, summed
from billing.models.product import Product
from billing.money import NOTHING, Vat
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
            Standing.PAID: {**live, "is_paid": True},
            Standing.OVERDUE: {**live, "is_overdue": True},
            Standing.INVOICED: {**live, "is_invoiced": True, "is_paid": False, "is_overdue": False},
            Standing.AGREED: {**live, "is_funded": True, "is_invoiced": False},
            Standing.QUOTED: {**live, "is_quoted": True},
            Standing.DRAFT: {**live, "is_quoted": False, "is_funded": False, "is_invoiced": False},
        }
        return self.with_facts().filter(**asked[word])

    def with_facts(self) -> Self:
        """Every fact of `Order`, for a list, in the one query."""
        from billing.models.invoice import Invoice
        from billing.models.payment import Payment
        from billing.models.quote import Quote

        of_this = {"order": OuterRef("pk")}
        due = Invoice.objects.filter(**of_this, due_on__lt=timezone.localdate())
        return self.annotate(
            net=summed(OrderLine.objects.all(), "order", "net"),
            vat=summed(OrderLine.objects.all(), "order", "vat"),
            invoiced=summed(Invoice.objects.all(), "order", "total"),
            paid=summed(Payment.objects.all(), "invoice__order", "amount"),
            is_quoted=Exists(Quote.objects.filter(**of_this, status=Quote.Status.ISSUED)),
            is_funded=Exists(Quote.objects.filter(**of_this, status=Quote.Status.ACCEPTED)),
            is_invoiced=Exists(Invoice.objects.filter(**of_this)),
        ).annotate(
            total=models.ExpressionWrapper(F("net") + F("vat"), output_field=AMOUNT),
            balance=models.ExpressionWrapper(F("invoiced") - F("paid"), output_field=AMOUNT),
            is_paid=models.ExpressionWrapper(
                Q(is_invoiced=True) & Q(balance__lt=HALF_PENNY), output_field=models.BooleanField()
            ),
            is_overdue=models.ExpressionWrapper(
                Q(balance__gte=HALF_PENNY) & Exists(due), output_field=models.BooleanField()
            ),
        )


class Standing(models.TextChoices):
    """Where an order stands, in a word: read from its facts, never stored."""

    DRAFT = "draft", "Not quoted"
    QUOTED = "quoted", "With the funder"
    AGREED = "agreed", "Agreed, not invoiced"
    INVOICED = "invoiced", "Invoiced"
    OVERDUE = "overdue", "Overdue"
    PAID = "paid", "Paid"
    CANCELLED = "cancelled", "Cancelled"


class Order(Stateful):  # type: ignore[django-manager-missing]
    """What is bought, for whom, and who pays.

    open: lines may be added while no quote stands; quotes, invoices and payments hang from it.
    cancelled: nothing more happens to it. An invoiced order is never cancelled, it is credited.

    Whether it is quoted, funded, invoiced, paid or overdue is no status: those are facts, read from the rows.
    The funder sees `title` and the lines, so both carry references, never a child's details (R8).
    """

    class Status(models.TextChoices):
        OPEN = "open", "Open"
        CANCELLED = "cancelled", "Cancelled"

    TRANSITIONS: ClassVar[dict[str, set[str]]] = {"open": {"cancelled"}}

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
            if self.is_paid:
                return Standing.PAID
            return Standing.OVERDUE if self.is_overdue else Standing.INVOICED
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
        """The invoice that stands."""
        return self.invoices.order_by("-pk").first()

    # --- Facts: with_facts() says the same for many, and a test holds the two equal --------------

    @Fact
    def net(self) -> Decimal:
        return self.lines.aggregate(sum=Sum("net"))["sum"] or NOTHING

    @Fact
    def vat(self) -> Decimal:
        return self.lines.aggregate(sum=Sum("vat"))["sum"] or NOTHING

    @Fact
    def total(self) -> Decimal:
        return self.net + self.vat

    @Fact
    def invoiced(self) -> Decimal:
        return self.invoices.aggregate(sum=Sum("total"))["sum"] or NOTHING

    @Fact
    def paid(self) -> Decimal:
        return self.invoices.aggregate(sum=Sum("payments__amount"))["sum"] or NOTHING

    @Fact
    def balance(self) -> Decimal:
        """What has been invoiced and not paid yet; below nothing when too much was paid."""
        return self.invoiced - self.paid

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
        """Payments cover what was invoiced."""
        return self.is_invoiced and self.balance <= 0

    @Fact
    def is_overdue(self) -> bool:
        due = self.invoices.filter(due_on__lt=timezone.localdate())
        return self.balance > 0 and due.exists()


class OrderLine(models.Model):
    """One thing bought. Net and VAT are kept as they print, each rounded half up (R12)."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    description = models.CharField(max_length=500)
    unit = models.CharField(max_length=40)
    quantity = models.DecimalField(max_digits=8, decimal_places=2)
    unit_price = models.DecimalField(max_digits=10, decimal_places=2)
    vat_treatment = models.CharField(max_length=10, choices=Vat)
    vat_rate = models.DecimalField(max_digits=5, decimal_places=2)
    net = models.DecimalField(max_digits=12, decimal_places=2)
    vat = models.DecimalField(max_digits=12, decimal_places=2)

    class Meta:
        ordering = ["order", "position"]
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="one_line_a_position"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="line_quantity_above_nothing"),
            models.CheckConstraint(condition=Q(unit_price__gte=0), name="line_price_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.order} line {self.position}"
