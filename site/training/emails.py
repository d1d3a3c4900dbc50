"""One small function per mail. References only: what a mail is about is read after sign-in (R8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse

from mail.actions import send
from provider.models import Provider
from training.models import Booking

if TYPE_CHECKING:
    from billing.models import Quote


def booking_url(booking: Booking) -> str:
    return settings.BASE_URL + reverse("training:booking", args=[booking.reference])


def staff_url(booking: Booking) -> str:
    return settings.BASE_URL + reverse("booking:inspect", args=[booking.pk])


def _to_booker(template: str, booking: Booking, key: str = "", **context: object) -> None:
    contact = booking.contact
    send(
        f"training/{template}",
        to=contact.email,
        name=contact.name,
        key=key,
        about=booking.reference,
        context={"reference": booking.reference, "url": booking_url(booking), **context},
    )


def request_received(booking: Booking) -> None:
    _to_booker("request_received", booking)


def request_to_office(booking: Booking) -> None:
    provider = Provider.load()
    send(
        "training/request_to_office",
        to=provider.email,
        name=provider.short_name,
        about=booking.reference,
        context={
            "reference": booking.reference,
            "url": staff_url(booking),
        },
    )


def accepted(booking: Booking) -> None:
    _to_booker("accepted", booking)


def declined(booking: Booking) -> None:
    _to_booker("declined", booking)


def funding_agreed(booking: Booking) -> None:
    _to_booker("funding_agreed", booking, f"booking-funded:{booking.pk}")


def funding_declined(booking: Booking, quote: Quote) -> None:
    _to_booker("funding_declined", booking, f"booking-not-funded:{quote.pk}")


def delivered(booking: Booking) -> None:
    _to_booker("delivered", booking)


def withdrawn(booking: Booking) -> None:
    _to_booker("withdrawn", booking)


def closed(booking: Booking) -> None:
    _to_booker("closed", booking)
