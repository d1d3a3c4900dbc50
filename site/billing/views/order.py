"""The funder's page of an order: what it costs, where it stands, its papers."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.actions import check_code
from billing import actions, standing, stripe
from billing.access import Reader, closed, for_reader
from billing.forms import CodeForm
from billing.models import FunderLink, Order, Quote
from changes.refusals import Refused
from design.acts import telling
from design.once import once
from vault.models import IssuedDocument
from vault.reading import stream_issued

FROM_CARD = {
    "paid": "Thank you. Your card payment went through. It shows here as soon as our payment provider "
    "tells us, usually within a minute.",
    "left": "You left the card payment. You have not been charged.",
}


@require_safe
@for_reader
def page(request: HttpRequest, reader: Reader) -> HttpResponse:
    """GET changes nothing. `?card=` says how somebody came back from Stripe: a notice, never a fact."""
    order = reader.order
    quote, invoice = order.current_quote, order.invoice
    said = FROM_CARD.get(request.GET.get("card", ""))
    if said and invoice and not (invoice.is_paid and request.GET["card"] == "paid"):
        messages.info(request, said)
    paper: IssuedDocument | None = invoice or quote
    credit_notes = list(order.credit_notes.order_by("pk"))
    return render(
        request,
        "billing/order.html",
        {
            "order": order,
            "quote": quote,
            "invoice": invoice,
            "credit_notes": credit_notes,
            "paper": paper.snapshot if paper else None,
            "turn": standing.turn(order, quote, invoice),
            "facts": standing.facts(order, quote, invoice),
            "sums": standing.sums(paper.snapshot, invoice, credit_notes) if paper else [],
            "reader": reader,
            "can_pay_by_card": bool(reader.is_funder and invoice and not invoice.is_paid and stripe.is_on()),
        },
    )


@for_reader
def quote_pdf(request: HttpRequest, reader: Reader, version: int) -> HttpResponseBase:
    return _paper(request, reader, get_object_or_404(reader.order.quotes, version=version))


@for_reader
def invoice_pdf(request: HttpRequest, reader: Reader, number: str) -> HttpResponseBase:
    return _paper(request, reader, get_object_or_404(reader.order.invoices, number=number))


@for_reader
def credit_note_pdf(request: HttpRequest, reader: Reader, number: str) -> HttpResponseBase:
    return _paper(request, reader, get_object_or_404(reader.order.credit_notes, number=number))


def _paper(request: HttpRequest, reader: Reader, document: IssuedDocument) -> HttpResponseBase:
    """A reading is logged on the order, so it is a GET that records and changes nothing else."""
    try:
        return stream_issued(request, document, by=reader.by, about=reader.order)
    except Refused as no:
        messages.error(request, str(no))
        return redirect(reader.order)


@once
def open_link(request: HttpRequest, reference: str, token: str) -> HttpResponse:
    """The scoped link: it shows who a code would go to. A POST sends it; only the code opens the order."""
    link = FunderLink.open_token(token)
    if link is None or link.order.reference != reference:
        return closed(request, reference)
    form = CodeForm(request.POST if "check" in request.POST else None)
    if "send" in request.POST:
        with telling(request, f"We have emailed a code to {link.masked_email}.") as told:
            actions.send_code(link)
        if not told.refused:
            return redirect(request.path)
    elif form.is_bound and form.is_valid():
        if check_code(request, link, form.cleaned_data["code"]):
            return redirect(link.order)
        form.add_error("code", "That code is not right, or it has run out. Check it, or ask for a new code.")
    link.refresh_from_db()
    return render(request, "billing/open.html", {"link": link, "form": form, "reference": reference})


@require_POST
@once
def ask_for_link(request: HttpRequest, reference: str) -> HttpResponse:
    """Mail a fresh link to the funder, if there is such an order: the answer is the same if not."""
    order = Order.objects.filter(reference=reference).first()
    if order is not None and order.funder_id:
        actions.send_new_link(order)
    messages.success(
        request,
        "If that order exists, we have emailed a new link to its funder. It can take a few minutes.",
    )
    return redirect("billing:order", reference)


def quote_to_answer(reader: Reader) -> Quote:
    quote = reader.order.current_quote
    if quote is None:
        raise Http404
    return quote
