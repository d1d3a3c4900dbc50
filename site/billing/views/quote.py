"""The funder's answer to a quote."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from billing import actions
from billing.access import Reader, for_funder
from billing.forms import AcceptForm, DeclineForm
from billing.views.order import quote_to_answer
from design.acts import telling
from design.once import once


@for_funder
@once
def accept(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Fill in, check, accept: the same address, told apart by the button that was pressed."""
    quote = quote_to_answer(reader)
    order = reader.order
    if not quote.can_be_answered:
        return redirect(order)
    initial = {"name": reader.by.name if hasattr(reader.by, "name") else reader.by.get_full_name()}
    sent = request.method == "POST"
    form = AcceptForm(request.POST if sent else None, order=order, initial=initial)
    context = {"form": form, "order": order, "quote": quote}
    if not sent or "edit" in request.POST or not form.is_valid():
        if "edit" in request.POST:
            context["form"] = AcceptForm(initial=request.POST.dict(), order=order)
        return render(request, "billing/accept.html", context)
    answers = form.cleaned_data
    if "accept" not in request.POST:
        rows = [
            {"key": "Quote", "value": quote.reference},
            {"key": "For", "value": order.title},
            {"key": "Total including VAT", "value": f"£{quote.total:,.2f}"},
            {"key": "Purchase order number", "value": answers["purchase_order_number"]},
            {"key": "Agreed by", "value": answers["name"]},
        ]
        return render(request, "billing/accept_check.html", {**context, "rows": rows, "answers": answers})
    with telling(request, "You have accepted the quote. We have emailed you a receipt."):
        actions.accept_quote(
            quote,
            purchase_order_number=answers["purchase_order_number"],
            name=answers["name"],
            by=reader.by,
        )
    return redirect(order)


@for_funder
@once
def decline(request: HttpRequest, reader: Reader) -> HttpResponse:
    quote = quote_to_answer(reader)
    if not quote.can_be_answered:
        return redirect(reader.order)
    form = DeclineForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with telling(request, "You have declined the quote. We have been told why."):
            actions.decline_quote(quote, reason=form.cleaned_data["reason"], by=reader.by)
        return redirect(reader.order)
    return render(request, "billing/decline.html", {"form": form, "order": reader.order, "quote": quote})
