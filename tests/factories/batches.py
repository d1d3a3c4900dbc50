"""Batches at any point of their life, made by the real actions."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from dateutil.relativedelta import relativedelta
from django.utils import timezone

from accounts.models import User
from billing import actions as billing
from billing.models import Invoice, Product
from consultations.actions import batch as actions
from consultations.actions import batch_money, sessions
from consultations.models import Batch, BatchSession
from meetings.models import Meeting
from organisations.models import Organisation
from provider.working_days import is_working_day
from tests.factories.billing import funder_of


def answers(**given: object) -> dict[str, Any]:
    return {
        "team": "Elmshire family support",
        "people": 8,
        "roles": "Family support workers and their two managers",
        "purpose": "case_discussion",
        "aims": "Steadier plans, and a place to think together.",
        "sessions_wanted": 6,
        "how_often": "monthly",
        "minutes": 90,
        "mode": "online",
        "starts_from": timezone.localdate() + timedelta(days=14),
        "days_note": "Not on Fridays.",
        "arrangement": "bespoke",
        "funder_name": "Morgan Field",
        "funder_email": "funder@example.gov.uk",
        **given,
    }


def fresh(batch: Batch) -> Batch:
    return Batch.objects.get(pk=batch.pk)


def product() -> Product:
    return Product.objects.get_or_create(
        name="Batch consultation session",
        defaults={"unit": "session", "unit_price": Decimal("420.00"), "vat_treatment": "standard"},
    )[0]


def drafted(booker: User, organisation: Organisation, **given: object) -> Batch:
    batch = actions.begin(organisation, by=booker)
    actions.save_answers(batch, answers(**given), by=booker)
    return fresh(batch)


def requested(booker: User, organisation: Organisation, **given: object) -> Batch:
    batch = drafted(booker, organisation, **given)
    actions.request(batch, by=booker)
    return fresh(batch)


def accepted(booker: User, organisation: Organisation, coordinator: User) -> Batch:
    batch = requested(booker, organisation)
    actions.accept(batch, by=coordinator)
    return fresh(batch)


def quoted(booker: User, organisation: Organisation, coordinator: User, bought: int = 6) -> Batch:
    batch = accepted(booker, organisation, coordinator)
    batch_money.ask_for_funding(
        batch, product=product(), sessions=bought, funder=funder_of(organisation), by=coordinator
    )
    return fresh(batch)


def funded(booker: User, organisation: Organisation, coordinator: User, bought: int = 6) -> Batch:
    batch = quoted(booker, organisation, coordinator, bought)
    assert batch.order
    assert batch.order.open_quote
    billing.accept_quote(batch.order.open_quote, purchase_order_number="PO-771", by=None, name="Morgan Field")
    batch_money.funding_agreed(batch)
    return fresh(batch)


def at(days: int, hour: int = 10) -> datetime:
    """So many days on, or the first working day after it."""
    day = timezone.localtime() + timedelta(days=days)
    while not is_working_day(day.date()):
        day += timedelta(days=1)
    return day.replace(hour=hour, minute=0, second=0, microsecond=0)


def book(batch: Batch, by: User, *, days: int = 30, count: int = 1, **given: Any) -> list[BatchSession]:
    start = given.pop("starts_at", None) or at(days)
    given.setdefault("repeats", "weekly" if count > 1 else "")
    return sessions.book_sessions(
        batch,
        starts_at=start,
        ends_at=start + timedelta(minutes=90),
        purpose="case_discussion",
        count=count,
        by=by,
        **given,
    ).sessions


def booked(booker: User, organisation: Organisation, coordinator: User, bought: int = 6) -> Batch:
    """One session stands."""
    batch = funded(booker, organisation, coordinator, bought)
    book(batch, coordinator)
    return fresh(batch)


def held(booker: User, organisation: Organisation, coordinator: User, bought: int = 6) -> Batch:
    """One session was held an hour ago."""
    batch = booked(booker, organisation, coordinator, bought)
    hold(batch.sessions.get(), coordinator)
    return fresh(batch)


def over(session: BatchSession) -> BatchSession:
    """Move its meeting's row into the past, since nothing is held before it begins."""
    assert session.meeting
    begin = timezone.now() - timedelta(hours=3)
    Meeting.objects.filter(pk=session.meeting.pk).update(
        starts_at=begin, ends_at=begin + timedelta(minutes=90)
    )
    return now(session)


def hold(session: BatchSession, by: User) -> BatchSession:
    sessions.hold(over(session), by=by)
    return now(session)


def now(session: BatchSession) -> BatchSession:
    return BatchSession.objects.get(pk=session.pk)


def used_up(booker: User, organisation: Organisation, coordinator: User) -> Batch:
    """Both of the two sessions were held."""
    batch = held(booker, organisation, coordinator, bought=2)
    hold(book(batch, coordinator)[0], coordinator)
    return fresh(batch)


def invoiced(booker: User, organisation: Organisation, coordinator: User) -> Batch:
    batch = used_up(booker, organisation, coordinator)
    batch_money.issue_invoice(batch, by=coordinator)
    return fresh(batch)


def part_invoiced(booker: User, organisation: Organisation, coordinator: User) -> Batch:
    """Invoiced from the start, one of two sessions held."""
    batch = held(booker, organisation, coordinator, bought=2)
    batch_money.issue_invoice(batch, by=coordinator)
    return fresh(batch)


def paid(booker: User, organisation: Organisation, coordinator: User) -> Batch:
    batch = invoiced(booker, organisation, coordinator)
    assert batch.order
    pay(batch.order.invoices.get())
    return fresh(batch)


def pay(invoice: Invoice) -> None:
    """All that is owed of it by now."""
    owed = Invoice.objects.get(pk=invoice.pk)
    billing.record_payment(
        owed,
        amount=owed.balance,
        method="bank",
        received_on=timezone.localdate(),
        bank_reference="BACS 7",
        by=None,
    )


def closed(booker: User, organisation: Organisation, coordinator: User) -> Batch:
    batch = paid(booker, organisation, coordinator)
    actions.close(batch, by=coordinator)
    return fresh(batch)


def declined(booker: User, organisation: Organisation, coordinator: User) -> Batch:
    batch = requested(booker, organisation)
    actions.decline(batch, reason="No room this term.", alternative="An open course.", by=coordinator)
    return fresh(batch)


def withdrawn(booker: User, organisation: Organisation, coordinator: User) -> Batch:
    batch = accepted(booker, organisation, coordinator)
    actions.withdraw(batch, reason="The team has moved.", by=booker)
    return fresh(batch)


def run_out(booker: User, organisation: Organisation, coordinator: User) -> Batch:
    batch = funded(booker, organisation, coordinator)
    Batch.objects.filter(pk=batch.pk).update(expires_on=timezone.localdate() - relativedelta(days=1))
    return fresh(batch)
