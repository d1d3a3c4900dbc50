"""What staff do with an order: one address an act, POST alone. What was typed outlives errors."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from billing import actions, crediting
from billing.forms import (
    CreditForm,
    FunderForm,
    LineForm,
    PaymentForm,
    PurchaseOrderForm,
    ReasonForm,
    RefundForm,
)
from billing.models import Invoice, Order, OrderLine, Payment
from billing.money import NOTHING
from billing.staff_acts import PERMISSIONS
from changes.refusals import Refused
from design.acts import telling
from design.once import once
from organisations.models import Contact

View = Callable[..., HttpResponse]


def act(view: View) -> View:
    """POST alone, once, for who holds the act's permission; for anybody else it is not there (R9)."""

    @wraps(view)
    def guarded(request: HttpRequest, pk: int) -> HttpResponse:
        if not request.user.has_perm(PERMISSIONS[view.__name__]):
            raise Http404
        return once(view)(request, get_object_or_404(Order.objects.select_related("organisation"), pk=pk))

    return require_POST(guarded)


def _back(order: Order) -> HttpResponse:
    return redirect("orders:inspect", order.pk)


def _again(request: HttpRequest, order: Order, name: str, form: forms.Form) -> HttpResponse:
    """The order's page with this form as it was sent, its errors beside the boxes."""
    from billing.viewsets import orders

    request.bound_form = (name, form)  # type: ignore[attr-defined]
    return orders.inspect_view(request, pk=str(order.pk))


@act
def add_line(request: HttpRequest, order: Order) -> HttpResponse:
    form = LineForm(request.POST)
    if not form.is_valid():
        return _again(request, order, "add_line", form)
    with telling(request, "The line is on the order."):
        actions.add_line(order, by=request.user, **form.cleaned_data)
    return _back(order)


@act
def remove_line(request: HttpRequest, order: Order) -> HttpResponse:
    number = request.POST.get("line", "")
    line = get_object_or_404(OrderLine, pk=number if number.isdecimal() else 0, order=order)
    with telling(request, "The line is taken off the order."):
        actions.remove_line(line, by=request.user)
    return _back(order)


@act
def set_purchase_order(request: HttpRequest, order: Order) -> HttpResponse:
    form = PurchaseOrderForm(request.POST)
    if not form.is_valid():
        return _again(request, order, "set_purchase_order", form)
    with telling(request, "The purchase order number is saved."):
        actions.set_purchase_order(order, number=form.cleaned_data["purchase_order_number"], by=request.user)
    return _back(order)


@act
def issue_quote(request: HttpRequest, order: Order) -> HttpResponse:
    form = FunderForm(request.POST, order=order)
    if not form.is_valid():
        return _again(request, order, "issue_quote", form)
    with telling(request) as told:
        quote = actions.issue_quote(order, funder=_funder(order, form), by=request.user)
    if not told.refused:
        with telling(request, f"Quote {quote.reference} is on its way to {quote.funder.email}."):
            pass
    return _back(order)


def _funder(order: Order, form: FunderForm) -> Contact:
    """Who was chosen, or the new person: the same mailbox at an organisation is one contact."""
    data = form.cleaned_data
    if not data["email"]:
        return data["funder"]
    found = order.organisation.contacts.filter(email__iexact=data["email"]).first()
    return found or Contact.objects.create(
        name=data["name"], email=data["email"], organisation=order.organisation
    )


@act
def withdraw_quote(request: HttpRequest, order: Order) -> HttpResponse:
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _again(request, order, "withdraw_quote", form)
    quote = order.open_quote
    if quote is None:
        raise Http404
    with telling(request, f"Quote {quote.reference} is withdrawn. The lines may change now."):
        actions.withdraw_quote(quote, reason=form.cleaned_data["reason"], by=request.user)
    return _back(order)


@act
def issue_invoice(request: HttpRequest, order: Order) -> HttpResponse:
    with telling(request, "The invoice is issued and on its way to the funder."):
        actions.issue_invoice(order, by=request.user)
    return _back(order)


def _invoice_of(order: Order) -> Invoice:
    if order.invoice is None:
        raise Http404
    return order.invoice


@act
def issue_credit_note(request: HttpRequest, order: Order) -> HttpResponse:
    """Fill in, check, issue: the same address, told apart by the button that was pressed."""
    invoice = _invoice_of(order)
    form = CreditForm(request.POST, order=order)
    if "edit" in request.POST or not form.is_valid():
        return _again(request, order, "issue_credit_note", form)
    asked = {"quantities": form.quantities, "reason": form.cleaned_data["reason"]}
    try:
        if "issue" not in request.POST:
            return _check_credit(request, invoice, crediting.draft(order, **asked), form)
        note = actions.issue_credit_note(invoice, by=request.user, **asked)
    except Refused as no:
        form.add_error(None, no.messages)
        return _again(request, order, "issue_credit_note", form)
    with telling(request, f"Credit note {note.number} is issued and on its way to the funder."):
        pass
    return _back(order)


def _check_credit(
    request: HttpRequest, invoice: Invoice, drafted: crediting.Draft, form: CreditForm
) -> HttpResponse:
    """What it comes to, before it is issued for good."""
    order = invoice.order
    balance = invoice.balance - drafted.totals.total
    context = {
        "order": order,
        "invoice": invoice,
        "drafted": drafted,
        "form": form,
        "left": max(balance, NOTHING),
        "owed_back": max(-balance, NOTHING),
        "header_title": "Check the credit note",
        "header_icon": "form",
        "breadcrumbs_items": [
            {"url": reverse("orders:index"), "label": "Orders"},
            {"url": reverse("orders:inspect", args=[order.pk]), "label": order.reference},
            {"url": "", "label": "Check the credit note"},
        ],
    }
    return render(request, "billing/staff/credit_check.html", context)


@act
def record_payment(request: HttpRequest, order: Order) -> HttpResponse:
    invoice = _invoice_of(order)
    form = PaymentForm(request.POST, invoice=invoice)
    if not form.is_valid():
        return _again(request, order, "record_payment", form)
    with telling(request, f"The payment for {invoice.number} is recorded."):
        actions.record_payment(invoice, method=Payment.Method.BANK, by=request.user, **form.cleaned_data)
    return _back(order)


@act
def record_refund(request: HttpRequest, order: Order) -> HttpResponse:
    invoice = _invoice_of(order)
    form = RefundForm(request.POST)
    if form.is_valid():
        try:
            actions.record_refund(invoice, by=request.user, **form.cleaned_data)
        except Refused as no:
            form.add_error(None, no.messages)
    if not form.is_valid():
        return _again(request, order, "record_refund", form)
    with telling(request, f"That money was sent back for {invoice.number} is recorded."):
        pass
    return _back(order)


@act
def cancel_order(request: HttpRequest, order: Order) -> HttpResponse:
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _again(request, order, "cancel_order", form)
    with telling(request, f"Order {order.reference} is cancelled."):
        actions.cancel_order(order, reason=form.cleaned_data["reason"], by=request.user)
    return _back(order)
