"""What is bought and how it is paid: one file a noun."""

from billing.models.card import Checkout, StripeEvent
from billing.models.invoice import Counter, Invoice
from billing.models.order import Order, OrderLine, Standing
from billing.models.payment import Payment
from billing.models.product import Product
from billing.models.quote import FunderLink, Quote

__all__ = [
    "Checkout",
    "Counter",
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
