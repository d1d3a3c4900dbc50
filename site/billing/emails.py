"""One function an email. Subjects and file names carry references only (R8)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db.models import Q
from django.urls import reverse

from billing.models import CreditNote, FunderLink, Invoice, Order, Payment, Quote
from billing.stripe import Session
from mail.actions import send
from organisations.models import Contact
from provider.models import MoneySettings, Provider


def _address(order: Order, token: str = "") -> str:
    """The page of the order: by its own address, or by the scoped link in `token`."""
    if token:
        return settings.BASE_URL + reverse("billing:open", args=[order.reference, token])
    return settings.BASE_URL + order.get_absolute_url()


def _to_funder(
    template: str, order: Order, to: Contact, *, sensitive: bool, key: str, **context: Any
) -> None:
    send(
        f"billing/{template}",
        to=to.email,
        name=to.name,
        context={"order": order, "funder": to, "provider": Provider.load(), **context},
        sensitive=sensitive,
        key=key,
        about=order.reference,
    )


def quote_issued(quote: Quote, token: str) -> None:
    _to_funder(
        "quote_issued",
        quote.order,
        quote.funder,
        sensitive=True,
        key=f"quote_issued:{quote.pk}",
        quote=quote,
        url=_address(quote.order, token),
    )


def quote_accepted(quote: Quote) -> None:
    """The funder's receipt."""
    _to_funder(
        "quote_accepted",
        quote.order,
        quote.funder,
        sensitive=False,
        key=f"quote_accepted:{quote.pk}",
        quote=quote,
        url=_address(quote.order),
    )


def invoice_issued(invoice: Invoice, token: str) -> None:
    _to_funder(
        "invoice_issued",
        invoice.order,
        invoice.quote.funder,
        sensitive=True,
        key=f"invoice_issued:{invoice.pk}",
        invoice=invoice,
        money=MoneySettings.load(),
        url=_address(invoice.order, token),
    )


def credit_note_issued(note: CreditNote, token: str) -> None:
    _to_funder(
        "credit_note_issued",
        note.order,
        note.invoice.quote.funder,
        sensitive=True,
        key=f"credit_note_issued:{note.pk}",
        note=note,
        invoice=note.invoice,
        url=_address(note.order, token),
    )


def payment_received(payment: Payment) -> None:
    invoice = payment.invoice
    _to_funder(
        "payment_received",
        invoice.order,
        invoice.quote.funder,
        sensitive=False,
        key=f"payment_received:{payment.pk}",
        invoice=invoice,
        payment=payment,
        url=_address(invoice.order),
    )


def refund_sent(refund: Payment) -> None:
    invoice = refund.invoice
    _to_funder(
        "refund_sent",
        invoice.order,
        invoice.quote.funder,
        sensitive=False,
        key=f"refund_sent:{refund.pk}",
        invoice=invoice,
        refund=refund,
        url=_address(invoice.order),
    )


def new_link(order: Order, token: str) -> None:
    """A fresh link, since somebody on the order's page asked for one."""
    if order.funder:
        _to_funder("new_link", order, order.funder, sensitive=True, key="", url=_address(order, token))


def code(link: FunderLink, digits: str) -> None:
    """The six digits that open the link, to the mailbox it was made for."""
    send(
        "billing/code",
        to=link.email,
        context={"order": link.order, "digits": digits, "provider": Provider.load()},
        sensitive=True,
        about=link.order.reference,
    )


def _finance_mailboxes() -> list[str]:
    """Everybody who may record payments; our own mailbox where there is nobody."""
    permission = Permission.objects.filter(content_type__app_label="billing", codename="record_payment")
    people = get_user_model().objects.filter(
        Q(groups__permissions__in=permission) | Q(user_permissions__in=permission), is_active=True
    )
    return sorted(set(people.values_list("email", flat=True))) or [Provider.load().email]


def tell_finance(template: str, order: Order, *, key: str, **context: Any) -> None:
    """To everybody who records payments, once for each `key`; every time where it is empty."""
    url = settings.BASE_URL + reverse("orders:inspect", args=[order.pk])
    for mailbox in _finance_mailboxes():
        send(
            f"billing/{template}",
            to=mailbox,
            context={"order": order, "provider": Provider.load(), "url": url, **context},
            key=f"{template}:{key}:{mailbox}"[:150] if key else "",
            about=order.reference,
        )


def card_mismatch(invoice: Invoice, session: Session, *, key: str) -> None:
    """Stripe says a card was charged, but not what we asked for: nothing was recorded, a person looks."""
    tell_finance("card_mismatch", invoice.order, key=key, invoice=invoice, session=session)


def paid_too_much(payment: Payment, *, over: Decimal) -> None:
    tell_finance(
        "paid_too_much",
        payment.invoice.order,
        key=str(payment.pk),
        invoice=payment.invoice,
        payment=payment,
        over=over,
    )
