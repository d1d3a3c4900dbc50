"""Paying an invoice by card, through Stripe Checkout."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from billing import emails, stripe
from billing.actions.payment import add_payment, locked
from billing.models import Checkout, Invoice, Payment, StripeEvent
from billing.money import NOTHING
from changes.log import record
from changes.refusals import Refused, Stale
from organisations.models import Contact

# Stripe ends a session after 24 hours and forgets an idempotency key then too: ours are renewed well before.
REUSED_FOR = timedelta(hours=20)
PAID_KINDS = {"checkout.session.completed", "checkout.session.async_payment_succeeded"}


def start_checkout(invoice: Invoice, *, by: object) -> str:
    """The address of Stripe's page where the balance of `invoice` is paid by card.

    The Checkout row and its key are committed first, then Stripe is called outside any transaction: so this
    must not be called inside one. A double click gets the same page (R10). Raises Refused.
    """
    if not stripe.is_on():
        raise Refused("Card payment is not available. Please pay by bank transfer.")
    checkout = _checkout(invoice)
    if checkout.url:
        return checkout.url
    order = invoice.order
    page = settings.BASE_URL + reverse("billing:order", args=[order.reference])
    try:
        session = stripe.start_session(
            key=str(checkout.key),
            number=invoice.number,
            amount=checkout.amount,
            email=by.email if isinstance(by, Contact) else "",
            success_url=f"{page}?card=paid",
            cancel_url=f"{page}?card=left",
        )
    except stripe.Unreachable as error:
        record(order, "order.card_unreachable", by=by, invoice=invoice.number)
        raise Refused(
            "We could not reach our card payment provider. You have not been charged. "
            "Try again in a few minutes, or pay by bank transfer."
        ) from error
    Checkout.objects.filter(pk=checkout.pk).update(session_id=session.id, url=session.url)
    record(order, "order.card_started", by=by, invoice=invoice.number, amount=str(checkout.amount))
    return session.url


@transaction.atomic(durable=True)
def _checkout(invoice: Invoice) -> Checkout:
    """The open Checkout of the balance, or a new one, with the invoice locked meanwhile."""
    invoice = locked(invoice)
    if invoice.is_paid:
        raise Stale(f"Invoice {invoice.number} is already paid. You have not been charged again.")
    fresh = invoice.checkouts.filter(
        amount=invoice.balance,
        expired_at=None,
        payment=None,
        started_at__gt=timezone.now() - REUSED_FOR,
    )
    return fresh.first() or Checkout.objects.create(invoice=invoice, amount=invoice.balance)


def take_event(payload: bytes, signature: str) -> str:
    """Act on a webhook call and say what was done. Raises stripe.Untrusted; a repeat does nothing (R10)."""
    event = stripe.read_event(payload, signature)
    with transaction.atomic():
        try:
            with transaction.atomic():
                kept = StripeEvent.objects.create(event_id=event.id, kind=event.kind[:100], outcome="…")
        except IntegrityError:
            return "repeat"
        kept.outcome = _act_on(event)
        kept.save(update_fields=["outcome"])
        return kept.outcome


def _act_on(event: stripe.Event) -> str:
    """Events come in any order: each says enough by itself, and none undoes another."""
    session = event.session
    if session is None or event.kind not in PAID_KINDS | {"checkout.session.expired"}:
        return "ignored"
    key = session.metadata.get("checkout", "")
    checkout = _checkout_of(key)
    if checkout is None:
        return "not ours"
    invoice = locked(checkout.invoice)
    if event.kind == "checkout.session.expired":
        Checkout.objects.filter(pk=checkout.pk, expired_at=None).update(expired_at=timezone.now())
        return "expired"
    if not session.is_paid:
        return "not paid yet"
    if Payment.objects.filter(checkout=checkout).exists():
        return "already recorded"
    if (
        session.amount != checkout.amount
        or session.currency != stripe.CURRENCY
        or session.metadata.get("invoice") != invoice.number
    ):
        emails.card_mismatch(invoice, session, key=event.id)
        record(invoice.order, "order.card_mismatch", by=None, invoice=invoice.number)
        return "mismatch"
    balance = invoice.balance
    payment = add_payment(
        invoice,
        amount=session.amount,
        method=Payment.Method.CARD,
        received_on=timezone.localdate(),
        bank_reference=session.payment_reference[:100],
        by=None,
        checkout=checkout,
    )
    if session.amount > balance:  # somebody paid by bank meanwhile: the money is here, so it is recorded
        emails.paid_too_much(payment, over=session.amount - max(balance, NOTHING))
        record(invoice.order, "order.overpaid", by=None, invoice=invoice.number)
        return "recorded, too much"
    return "recorded"


def _checkout_of(key: str) -> Checkout | None:
    try:
        return Checkout.objects.select_related("invoice").filter(key=key).first()
    except ValidationError:  # not even a key
        return None
