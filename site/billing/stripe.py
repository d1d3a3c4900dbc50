"""Speaking to Stripe: the only place where money is pence (R12), and the only network call of this room.

Off cleanly without keys: `is_on()` is asked before a button is drawn or a webhook answered.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import stripe
from django.conf import settings

API_VERSION = "2026-10-28.endive"
CURRENCY = "gbp"
TOLERANCE = 300  # seconds a signature may be old, or our clocks apart


class Unreachable(Exception):
    """Stripe did not answer, or answered with an error: nobody has been charged."""


class Untrusted(Exception):
    """A message that Stripe did not sign, or not just now."""


@dataclass(frozen=True)
class Session:
    """A Checkout Session of Stripe's: where the payer goes, what came of it. Amounts in Decimal pounds."""

    id: str
    url: str
    status: str
    is_paid: bool
    amount: Decimal
    currency: str
    metadata: dict[str, str]
    payment_reference: str


@dataclass(frozen=True)
class Event:
    id: str
    kind: str
    session: Session | None


def is_on() -> bool:
    return bool(settings.STRIPE_SECRET_KEY and settings.STRIPE_WEBHOOK_SECRET)


def to_pence(amount: Decimal) -> int:
    """Exact: an amount with a fraction of a penny is a mistake of ours."""
    pence = amount * 100
    if pence != pence.to_integral_value():
        raise ValueError(f"{amount} has a fraction of a penny")
    return int(pence)


def from_pence(pence: int) -> Decimal:
    return (Decimal(pence) / 100).quantize(Decimal("0.01"))


def _client() -> stripe.StripeClient:
    return stripe.StripeClient(
        settings.STRIPE_SECRET_KEY,
        base_addresses={"api": settings.STRIPE_API_BASE},
        stripe_version=API_VERSION,
        max_network_retries=2,
        http_client=stripe.RequestsClient(timeout=15),
    )


def _session(found: Any) -> Session:
    data = found.to_dict() if hasattr(found, "to_dict") else dict(found)
    return Session(
        id=str(data.get("id") or ""),
        url=str(data.get("url") or ""),
        status=str(data.get("status") or ""),
        is_paid=data.get("payment_status") == "paid",
        amount=from_pence(int(data.get("amount_total") or 0)),
        currency=str(data.get("currency") or ""),
        metadata={str(k): str(v) for k, v in (data.get("metadata") or {}).items()},
        payment_reference=str(data.get("payment_intent") or data.get("id") or ""),
    )


def start_session(
    *, key: str, number: str, amount: Decimal, email: str, success_url: str, cancel_url: str
) -> Session:
    """Ask for a page where `amount` is paid for invoice `number`. The same `key` gives the same page again.

    Never call it inside a transaction. Raises Unreachable.
    """
    params: Any = {
        "mode": "payment",
        "client_reference_id": number,
        "success_url": success_url,
        "cancel_url": cancel_url,
        "locale": "en-GB",
        "metadata": {"checkout": key, "invoice": number},
        "payment_intent_data": {"description": f"Invoice {number}", "metadata": {"invoice": number}},
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": CURRENCY,
                    "unit_amount": to_pence(amount),
                    "product_data": {"name": f"Invoice {number}"},
                },
            }
        ],
    }
    if email:
        params["customer_email"] = email
    try:
        return _session(
            _client().v1.checkout.sessions.create(params=params, options={"idempotency_key": key})
        )
    except stripe.StripeError as error:
        raise Unreachable(str(error)) from error


def read_event(payload: bytes, signature: str) -> Event:
    """The event of a webhook call, once its signature holds and its time is now. Raises Untrusted.

    Stripe's own check refuses what is old but takes a time stamp an hour ahead: that is refused here.
    """
    try:
        stripe.WebhookSignature.verify_header(
            payload.decode(), signature, settings.STRIPE_WEBHOOK_SECRET, TOLERANCE
        )
        stamp = int(dict(part.split("=", 1) for part in signature.split(","))["t"])
        data = json.loads(payload)
    except (ValueError, KeyError, stripe.StripeError) as error:
        raise Untrusted(str(error)) from error
    if stamp > time.time() + TOLERANCE:
        raise Untrusted("signed in the future")
    if not isinstance(data, dict) or not data.get("id") or not isinstance(data.get("data", {}), dict):
        raise Untrusted("not an event")
    found = data.get("data", {}).get("object")
    is_session = isinstance(found, dict) and found.get("object") == "checkout.session"
    session = _session(found) if is_session else None
    return Event(id=str(data["id"])[:255], kind=str(data.get("type") or ""), session=session)
