"""The staff lists of money, and the one page of an order that all of them lead to. Nothing here is edited."""

from __future__ import annotations

from typing import Any

import django_filters
from django.urls import reverse
from django.utils import timezone
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet

from billing.models import CreditNote, Invoice, Order, Payment, Product, Quote, Standing
from billing.models.owing import ONCE_INVOICED
from billing.staff_page import OrderPage
from design.looking import LookingViewSet, by_acts_alone
from design.templatetags.design import pounds, short_date

by_acts_alone(Order, Quote, Invoice, CreditNote, Payment)


# What "invoiced" says of an invoice is that it is to be paid.
TO_BE_PAID = {Standing.INVOICED: "To be paid"}


def amount(name: str, label: str) -> Column:
    return Column(name, label=label, accessor=lambda row: pounds(getattr(row, name)), sort_key=None)


def day(name: str, label: str, sort_key: str | None = None) -> Column:
    return Column(name, label=label, accessor=lambda row: short_date(getattr(row, name)), sort_key=sort_key)


class OrderIndex(generic.IndexView):
    def get_base_queryset(self) -> Any:
        return Order.objects.with_facts().select_related("organisation", "funder")


class ToOrderIndex(generic.IndexView):
    """A list whose rows lead to their order."""

    def order_of(self, row: Any) -> int:
        return row.order_id

    def get_inspect_url(self, instance: Any) -> str:
        return reverse("orders:inspect", args=[self.order_of(instance)])

    def get_base_queryset(self) -> Any:
        assert self.model is not None  # noqa: S101  the viewset sets it
        return self.model._default_manager.select_related("order__organisation")


class InvoiceIndex(ToOrderIndex):
    def get_base_queryset(self) -> Any:
        return Invoice.objects.with_facts().select_related("order__organisation")


class CreditNoteIndex(ToOrderIndex):
    def get_base_queryset(self) -> Any:
        return CreditNote.objects.select_related("invoice", "order__organisation")


class PaymentIndex(ToOrderIndex):
    def order_of(self, row: Payment) -> int:
        return row.invoice.order_id

    def get_base_queryset(self) -> Any:
        return Payment.objects.select_related("invoice__order__organisation")


class OrderFilter(WagtailFilterSet):
    standing = django_filters.ChoiceFilter(
        label="Where it stands", choices=Standing.choices, method="stand_so", empty_label="All"
    )

    class Meta:
        model = Order
        fields = ["organisation"]

    def stand_so(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(pk__in=Order.objects.standing(value).values("pk"))


class QuoteFilter(WagtailFilterSet):
    ran_out = django_filters.BooleanFilter(label="Ran out unanswered", method="has_run_out")

    class Meta:
        model = Quote
        fields = ["status", "order__organisation"]

    def has_run_out(self, rows: Any, name: str, value: bool) -> Any:
        over = {"status": Quote.Status.ISSUED, "valid_until__lt": timezone.localdate()}
        return rows.filter(**over) if value else rows.exclude(**over)


class InvoiceFilter(WagtailFilterSet):
    standing = django_filters.ChoiceFilter(
        label="Where it stands",
        choices=[(word, TO_BE_PAID.get(word, word.label)) for word in ONCE_INVOICED],
        method="stand_so",
        empty_label="All",
    )

    class Meta:
        model = Invoice
        fields = ["order__organisation"]

    def stand_so(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(**ONCE_INVOICED[Standing(value)])


class OrderViewSet(LookingViewSet):
    model = Order
    name = "orders"
    icon = "form"
    menu_label = "Orders"
    index_view_class = OrderIndex
    inspect_view_class = OrderPage
    inspect_template_name = "billing/staff/order.html"
    list_display = [
        "reference",
        "title",
        "organisation",
        Column("standing", label="Where it stands", accessor=lambda order: order.standing.label),
        "purchase_order_number",
        amount("total", "Total"),
        amount("balance", "To pay"),
        day("opened_at", "Opened", "opened_at"),
    ]
    filterset_class = OrderFilter
    search_fields = [
        "reference",
        "title",
        "organisation__name",
        "purchase_order_number",
        "funder__name",
        "funder__email",
    ]


class QuoteViewSet(LookingViewSet):
    model = Quote
    name = "quotes"
    icon = "doc-full"
    menu_label = "Quotes"
    index_view_class = ToOrderIndex
    list_display = [
        "reference",
        Column("organisation", accessor="order.organisation"),
        Column("for", accessor="order.title"),
        Column("status", accessor="get_status_display"),
        amount("total", "Total"),
        day("valid_until", "Accept by", "valid_until"),
    ]
    filterset_class = QuoteFilter
    search_fields = ["reference", "order__organisation__name", "order__title", "order__purchase_order_number"]


class InvoiceViewSet(LookingViewSet):
    model = Invoice
    name = "invoices"
    icon = "doc-full-inverse"
    menu_label = "Invoices"
    index_view_class = InvoiceIndex
    list_display = [
        "number",
        Column("organisation", accessor="order.organisation"),
        Column("order", accessor="order.reference"),
        "purchase_order_number",
        amount("total", "Total"),
        amount("balance", "To pay"),
        day("due_on", "To be paid by", "due_on"),
        Column(
            "standing",
            label="Where it stands",
            accessor=lambda row: TO_BE_PAID.get(row.money_standing, row.money_standing.label),
        ),
    ]
    filterset_class = InvoiceFilter
    search_fields = ["number", "order__reference", "order__organisation__name", "purchase_order_number"]


class CreditNoteViewSet(LookingViewSet):
    model = CreditNote
    name = "credit_notes"
    url_prefix = "credit-notes"
    icon = "doc-empty-inverse"
    menu_label = "Credit notes"
    index_view_class = CreditNoteIndex
    list_display = [
        "number",
        Column("organisation", accessor="order.organisation"),
        Column("order", accessor="order.reference"),
        Column("invoice", accessor="invoice.number"),
        amount("total", "Credited"),
        day("issued_on", "Issued", "issued_on"),
    ]
    list_filter = ["order__organisation", "issued_on"]
    search_fields = [
        "number",
        "invoice__number",
        "order__reference",
        "order__organisation__name",
        "order__purchase_order_number",
    ]


class PaymentViewSet(LookingViewSet):
    model = Payment
    name = "payments"
    icon = "success"
    menu_label = "Payments"
    index_view_class = PaymentIndex
    list_display = [
        Column("invoice", accessor="invoice.number"),
        Column("organisation", accessor="invoice.order.organisation"),
        amount("amount", "Amount"),
        Column("method", accessor="get_method_display"),
        "bank_reference",
        day("received_on", "Received or sent", "received_on"),
    ]
    list_filter = ["method", "received_on"]
    search_fields = ["invoice__number", "bank_reference", "invoice__order__organisation__name"]


class ProductViewSet(ModelViewSet):
    """Prices: a change reaches new lines only. Wagtail's own history says who changed what."""

    model = Product
    name = "products"
    icon = "tag"
    menu_label = "Products"
    copy_view_enabled = False
    form_fields = ["name", "description", "unit", "unit_price", "vat_treatment", "is_active"]
    list_display = [
        "name",
        "unit",
        amount("unit_price", "Price before VAT"),
        Column("vat_treatment", label="VAT", accessor="get_vat_treatment_display"),
        "is_active",
    ]
    list_filter = ["vat_treatment", "is_active"]
    search_fields = ["name", "description"]
    search_backend_name = None


class MoneyGroup(ViewSetGroup):
    menu_label = "Money"
    menu_icon = "tag"
    menu_order = 250

    def __init__(self) -> None:
        self.items = (
            orders,
            QuoteViewSet(),
            InvoiceViewSet(),
            CreditNoteViewSet(),
            PaymentViewSet(),
            ProductViewSet(),
        )
        super().__init__()


orders = OrderViewSet()
