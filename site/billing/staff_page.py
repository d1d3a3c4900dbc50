"""The staff page of an order: everything about it, and what may be done now."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from wagtail.admin.views import generic
from wagtail.log_actions import registry

from billing import staff_acts
from billing.forms import (
    CreditForm,
    FunderForm,
    LineForm,
    PaymentForm,
    PurchaseOrderForm,
    ReasonForm,
    RefundForm,
)
from billing.models import Order, Payment


class OrderPage(generic.InspectView):
    """Everything about one order, with what may be done now and, of the rest, why not."""

    page_title = "Order"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A form that came back with errors: see `staff_views._again`."""
        return self.get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        order: Order = self.object
        invoice = order.invoice
        drafts: dict[str, Any] = {
            "add_line": LineForm(auto_id="line_%s"),
            "set_purchase_order": PurchaseOrderForm(
                initial={"purchase_order_number": order.purchase_order_number}
            ),
            "issue_quote": FunderForm(order=order, auto_id="funder_%s"),
            "withdraw_quote": ReasonForm(auto_id="withdraw_%s"),
            "cancel_order": ReasonForm(auto_id="cancel_%s"),
        }
        if invoice:
            drafts["issue_credit_note"] = CreditForm(order=order, auto_id="credit_%s")
            drafts["record_payment"] = PaymentForm(invoice=invoice, auto_id="payment_%s")
            drafts["record_refund"] = RefundForm(initial={"amount": invoice.owed_back}, auto_id="refund_%s")
        bound = None
        if sent := getattr(self.request, "bound_form", None):
            name, bound = sent
            bound.auto_id = drafts[name].auto_id
            drafts[name] = bound
        return super().get_context_data(
            order=order,
            lines=order.lines.with_facts(),  # type: ignore[attr-defined]
            quotes=order.quotes.select_related("funder", "issued_by"),
            invoices=order.invoices.with_facts(),  # type: ignore[attr-defined]
            credit_notes=order.credit_notes.select_related("invoice", "issued_by"),
            payments=Payment.objects.filter(invoice__order=order).select_related("invoice", "recorded_by"),
            entries=registry.get_logs_for_instance(order).select_related("user").order_by("timestamp", "pk"),
            acts=staff_acts.acts(order, self.request.user),
            drafts=drafts,
            bound=bound,
            **kwargs,
        )
