"""What is bought and how it is paid: one file a noun."""

from billing.models.card import Checkout, StripeEvent
from billing.models.credit import CreditNote, CreditNoteLine
from billing.models.invoice import Counter, Invoice
from billing.models.line import OrderLine
from billing.models.order import Order
from billing.models.owing import Standing
from billing.models.payment import Payment
from billing.models.product import Product
from billing.models.quote import FunderLink, Quote

__all__ = [
    "Checkout",
    "Counter",
    "CreditNote",
    "CreditNoteLine",
    "FunderLink",
    "Invoice",
    "Order",
    "OrderLine",
    "Payment",
    "Product",
    "Quote",
    "Standing",
    "StripeEvent",
]
