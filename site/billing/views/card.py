"""Paying by card: on to Stripe, and Stripe's way back in."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from billing import actions, stripe
from billing.access import Reader, for_funder
from design.acts import telling
from design.once import once


@require_POST
@for_funder
@once(atomic=False)  # Stripe is called: never inside a transaction
def pay(request: HttpRequest, reader: Reader) -> HttpResponse:
    """On to Stripe's page for the balance; back to the order, with why, when that cannot be."""
    invoice = reader.order.invoice
    if invoice is None or not stripe.is_on():
        raise Http404
    with telling(request):
        return redirect(actions.start_checkout(invoice, by=reader.by))
    return redirect(reader.order)


@csrf_exempt  # Stripe has no session: its signature is checked instead
@require_POST
def webhook(request: HttpRequest) -> HttpResponse:
    """What Stripe tells us. 404 without keys; 400 for what it did not sign just now; else what was done."""
    if not stripe.is_on():
        raise Http404
    try:
        done = actions.take_event(request.body, request.headers.get("Stripe-Signature", ""))
    except stripe.Untrusted:
        return HttpResponse("not accepted", status=400, content_type="text/plain")
    return HttpResponse(done, content_type="text/plain")
