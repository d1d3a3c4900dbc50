"""The staff side: lists, acts, and what the log says of an order's life."""

from __future__ import annotations

from decimal import Decimal

from django.urls import URLPattern, URLResolver, include, path, reverse
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.models import ModelLogEntry

from billing import staff_views
from billing.staff_acts import PERMISSIONS
from billing.viewsets import MoneyGroup
from design.staff import Area

# Action → label, and the data worth reading beside it.
ACTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "order.opened": ("Order opened", ()),
    "order.line_added": ("Line added", ("line", "quantity", "net")),
    "order.line_removed": ("Line removed", ("line",)),
    "order.quoted": ("Quote sent to the funder", ("quote", "total")),
    "order.funded": ("Cost agreed by the funder", ("quote", "name", "purchase_order_number")),
    "order.quote_declined": ("Quote declined by the funder", ("quote", "reason")),
    "order.quote_withdrawn": ("Quote withdrawn", ("quote", "reason")),
    "order.link_sent": ("New link sent to the funder", ()),
    "order.purchase_order": ("Purchase order number changed", ("was", "purchase_order_number")),
    "order.invoiced": ("Invoice issued", ("invoice", "total")),
    "order.payment_recorded": ("Payment recorded", ("invoice", "amount", "method")),
    "order.credited": ("Credit note issued", ("credit_note", "invoice", "total", "reason")),
    "order.refunded": ("Money sent back", ("invoice", "amount")),
    "order.paid": ("Paid in full", ("invoice",)),
    "order.overpaid": ("Paid more than was owed", ("invoice",)),
    "order.card_started": ("Card payment started", ("invoice", "amount")),
    "order.card_unreachable": ("Card payment could not be started", ("invoice",)),
    "order.card_mismatch": ("Card payment does not match", ("invoice",)),
}


def _said(data: dict[str, str], name: str) -> str:
    return f"£{Decimal(data[name]):,.2f}" if name in {"total", "net", "amount"} else str(data[name])


def _formatter(words: str, shown: tuple[str, ...]) -> type[LogFormatter]:
    class Told(LogFormatter):
        label = words

        def format_message(self, log_entry: ModelLogEntry) -> str:
            return words

        def format_comment(self, log_entry: ModelLogEntry) -> str:
            return " · ".join(_said(log_entry.data, name) for name in shown if log_entry.data.get(name))

    return Told


@hooks.register("register_log_actions")
def register_acts(actions: LogActionRegistry) -> None:
    for name, (words, shown) in ACTS.items():
        actions.register_action(name)(_formatter(words, shown))


@hooks.register("register_admin_urls")
def register_act_urls() -> list[URLPattern | URLResolver]:
    acts = [path(f"<int:pk>/{name}/", getattr(staff_views, name), name=name) for name in PERMISSIONS]
    return [path("order-acts/", include((acts, "order_acts")))]


@hooks.register("register_admin_viewset")
def register_money() -> MoneyGroup:
    return MoneyGroup()


@hooks.register("register_admin_search_area")
def search_orders() -> Area:
    return Area(
        "Orders", reverse("orders:index"), permission="billing.view_order", order=40, icon_name="form"
    )
