"""Bookings at any point of their life, made by the real actions."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from billing import actions as billing
from home.roots import plant
from meetings.models import Meeting
from organisations.models import Organisation
from tests.factories.billing import funder_of
from training import actions
from training.demo import build_packages
from training.models import Booking, PackagePage


def packages() -> list[PackagePage]:
    """The demonstration's packages, on the pages a bare installation has."""
    return build_packages(plant())


def package(slug: str = "foundation-day") -> PackagePage:
    """One of them; the others are made where a test is about them."""
    return PackagePage.objects.filter(slug=slug).first() or build_packages(plant(), slug)[0]


def answers(**given: object) -> dict[str, Any]:
    today = timezone.localdate()
    return {
        "audience": "Social workers and their managers",
        "numbers": 18,
        "mode": "in_person",
        "place": "Elmbridge EX1 1AA",
        "earliest_on": today + timedelta(days=30),
        "latest_on": today + timedelta(days=60),
        "dates_note": "Not on Fridays.",
        "needs": "Step-free access.",
        "notes": "We have had two hard months.",
        "funder_name": "Morgan Field",
        "funder_email": "funder@example.gov.uk",
        **given,
    }


def requested(booker: User, organisation: Organisation, **given: object) -> Booking:
    return fresh(actions.ask_for_training(package(), organisation, answers(**given), by=booker))


def accepted(booker: User, organisation: Organisation, coordinator: User) -> Booking:
    booking = requested(booker, organisation)
    actions.accept_booking(booking, by=coordinator)
    return fresh(booking)


def quoted(booker: User, organisation: Organisation, coordinator: User) -> Booking:
    booking = accepted(booker, organisation, coordinator)
    assert booking.package
    assert booking.package.product
    actions.ask_for_funding(
        booking, product=booking.package.product, funder=funder_of(organisation), by=coordinator
    )
    return fresh(booking)


def funded(booker: User, organisation: Organisation, coordinator: User) -> Booking:
    booking = quoted(booker, organisation, coordinator)
    assert booking.order
    quote = booking.order.quotes.get()
    billing.accept_quote(quote, purchase_order_number="PO-7781", by=quote.funder)
    return fresh(booking)


def day(weeks: int = 5) -> tuple[datetime, datetime]:
    start = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(weeks=weeks)
    return start, start + timedelta(hours=6)


def confirmed(booker: User, organisation: Organisation, coordinator: User, trainer: User) -> Booking:
    booking = funded(booker, organisation, coordinator)
    starts_at, ends_at = day()
    actions.confirm_date(
        booking,
        starts_at=starts_at,
        ends_at=ends_at,
        trainer=trainer,
        place="Elmbridge Town Hall",
        delegates=[("Sam Brook", "sam.brook@example.org"), ("", "jo.lane@example.org")],
        by=coordinator,
    )
    return fresh(booking)


def day_comes(booking: Booking) -> Booking:
    """Move the meeting's row into the past, since nothing is held before it begins."""
    assert booking.meeting
    earlier = timezone.now() - timedelta(hours=7)
    Meeting.objects.filter(pk=booking.meeting.pk).update(
        starts_at=earlier, ends_at=earlier + timedelta(hours=6)
    )
    return fresh(booking)


def delivered(booker: User, organisation: Organisation, coordinator: User, trainer: User) -> Booking:
    booking = day_comes(confirmed(booker, organisation, coordinator, trainer))
    actions.record_delivered(booking, by=coordinator)
    return fresh(booking)


def invoiced(booker: User, organisation: Organisation, coordinator: User, trainer: User) -> Booking:
    booking = delivered(booker, organisation, coordinator, trainer)
    actions.issue_invoice(booking, by=coordinator)
    return fresh(booking)


def paid(booker: User, organisation: Organisation, coordinator: User, trainer: User) -> Booking:
    booking = invoiced(booker, organisation, coordinator, trainer)
    assert booking.order
    invoice = booking.order.invoices.get()
    billing.record_payment(
        invoice,
        amount=invoice.total,
        method="bank",
        received_on=date.today(),
        bank_reference="BACS 1",
        by=coordinator,
    )
    return fresh(booking)


def closed(booker: User, organisation: Organisation, coordinator: User, trainer: User) -> Booking:
    booking = paid(booker, organisation, coordinator, trainer)
    actions.close(booking, by=coordinator)
    return fresh(booking)


def declined(booker: User, organisation: Organisation, coordinator: User) -> Booking:
    booking = requested(booker, organisation)
    actions.decline_booking(
        booking, reason="We are full until May.", alternative="The online package.", by=coordinator
    )
    return fresh(booking)


def withdrawn(booker: User, organisation: Organisation) -> Booking:
    booking = requested(booker, organisation)
    actions.withdraw(booking, reason="The team has moved.", by=booker)
    return fresh(booking)


def fresh(booking: Booking) -> Any:
    """The booking as it is now. Untyped, so that a test may go straight to what has to be there by then."""
    return Booking.objects.get(pk=booking.pk)
