"""The bookings of the demonstration: one of every state, each lived through by the real actions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import IntEnum

from django.utils import timezone

from billing import actions as billing
from billing.models import Order, Payment, Quote
from home.demo.clock import Days, Story
from home.demo.diary import answer, first_free, slots
from home.demo.people import Cast
from training import actions
from training.models import Booking, PackagePage

JO = "booker@example.org"
SUNITA = "s.okell@haven.example.org"
BETH = "beth.tolley@example.gov.uk"


DAY = 40  # the day of the training, counted from the request


class Upto(IntEnum):
    """How far a booking has come: it stops after this step."""

    ASKED = 0
    DECLINED = 1
    ACCEPTED = 2
    QUOTED = 3
    WITHDRAWN = 4
    FUNDED = 5
    DATED = 6
    DELIVERED = 7
    INVOICED = 8
    PAID = 9
    CLOSED = 10


@dataclass(frozen=True)
class Request:
    """What one team asked for. `ago` counts the days since they asked."""

    package: str
    who: str
    ago: int
    upto: Upto
    audience: str
    numbers: int
    online: bool = False
    trainer: str = "r.seddon"
    days: int = 1
    dates_note: str = ""
    needs: str = ""
    notes: str = ""

    @property
    def over(self) -> bool:
        """The day lies behind us."""
        return self.ago > DAY


REQUESTS: list[Request] = [
    Request(
        "whole-school",
        JO,
        1,
        Upto.ASKED,
        "All pastoral staff of our two secondary schools",
        22,
        dates_note="Tuesdays suit us best. Not in the week of the mock exams.",
        needs="Step-free access, and a hearing loop for one colleague.",
    ),
    Request("foundation-day", SUNITA, 5, Upto.ACCEPTED, "Foster carers in their first year", 16),
    Request(
        "technology-assisted",
        JO,
        7,
        Upto.QUOTED,
        "Heads of year and the safeguarding team",
        14,
        online=True,
        notes="Several of us have not worked with the police on this before.",
    ),
    Request("working-with-families", BETH, 12, Upto.FUNDED, "Family support workers", 12, days=2),
    Request(
        "foundation-day",
        JO,
        19,
        Upto.DATED,
        "New teaching assistants and form tutors",
        20,
        trainer="k.boyle",
    ),
    Request("foundation-day", BETH, 42, Upto.DATED, "The duty and assessment team", 18),
    Request("whole-school", JO, 45, Upto.DELIVERED, "All staff of Fernhill Primary", 24, trainer="k.boyle"),
    Request("technology-assisted", SUNITA, 52, Upto.INVOICED, "Supervising social workers", 11, online=True),
    Request("foundation-day", BETH, 74, Upto.PAID, "Residential staff of two homes", 17, trainer="k.boyle"),
    Request("foundation-day", JO, 120, Upto.CLOSED, "Safeguarding leads of nine schools", 19),
    Request("working-with-families", JO, 33, Upto.DECLINED, "Parents of pupils in years 7 to 9", 40),
    Request("whole-school", SUNITA, 26, Upto.WITHDRAWN, "Staff of our small school", 9),
]
NO = "This day is written for professionals, and parents would need another kind of evening."
INSTEAD = (
    "Our guidance for parents and carers may be printed and handed out. A shorter talk by your own "
    "safeguarding lead, with our slides, has worked well elsewhere."
)
DELEGATES = [
    ("Harriet Coe", "h.coe@fernhill.example.org"),
    ("Dan Oxley", "d.oxley@fernhill.example.org"),
    ("Mel Tranter", "m.tranter@fernhill.example.org"),
]


def live(request: Request, cast: Cast, now: datetime) -> Story:
    """The life of one booking, up to where it stands today."""
    days = Days(request.ago, now=now, seed=f"{request.package} {request.who} {request.ago}")
    who, coordinator = cast.users[request.who], cast.staff("coordinator")
    yield days.at(0, 9)
    package = PackagePage.objects.get(slug=request.package)
    booking = actions.ask_for_training(
        package, cast.organisation_of(request.who), _answers(request, cast), by=who
    )

    def again() -> Booking:
        return Booking.objects.get(pk=booking.pk)

    if request.upto == Upto.ASKED:
        return
    yield days.at(2, 10)
    if request.upto == Upto.DECLINED:
        actions.decline_booking(again(), reason=NO, alternative=INSTEAD, by=coordinator)
        return
    actions.accept_booking(again(), by=coordinator)
    if request.upto == Upto.ACCEPTED:
        return
    yield days.at(3, 11)
    actions.ask_for_funding(
        again(),
        product=package.product,
        funder=cast.funder_of(request.who),
        quantity=Decimal(request.days),
        by=coordinator,
    )
    if request.upto == Upto.QUOTED:
        return
    if request.upto == Upto.WITHDRAWN:
        yield days.at(6, 15)
        actions.withdraw(again(), reason="Two of us leave at Christmas, so we will ask again.", by=who)
        return
    yield days.at(8, 14)
    _fund(again(), cast, request, days)
    if request.upto == Upto.FUNDED:
        return
    yield from _train(request, cast, days, booking)


def _answers(request: Request, cast: Cast) -> dict[str, object]:
    funder, today = cast.funder_of(request.who), timezone.localdate()
    return {
        "audience": request.audience,
        "numbers": request.numbers,
        "mode": "online" if request.online else "in_person",
        "place": "" if request.online else str(cast.organisation_of(request.who).address).replace("\n", ", "),
        "earliest_on": today + timedelta(days=28),
        "latest_on": today + timedelta(days=70),
        "dates_note": request.dates_note,
        "needs": request.needs,
        "notes": request.notes,
        "funder_name": funder.name,
        "funder_email": funder.email,
    }


def _fund(booking: Booking, cast: Cast, request: Request, days: Days) -> None:
    funder = cast.funder_of(request.who)
    quote = Order.objects.get(booking=booking).quotes.get(status=Quote.Status.ISSUED)
    number = f"TR-{days.random.randrange(2_000, 2_999)}"
    billing.accept_quote(quote, purchase_order_number=number, by=funder, name=funder.name)


def _train(request: Request, cast: Cast, days: Days, booking: Booking) -> Story:
    """From the confirmed date to the end."""
    coordinator, finance = cast.staff("coordinator"), cast.staff("finance")
    yield days.at(10, 11)
    rooms = [cast.rooms["Video room B"]] if request.online else []
    place = "" if request.online else str(cast.organisation_of(request.who).address).replace("\n", ", ")
    meeting = first_free(
        slots(days, DAY, [(9, 30)], over=request.over),
        lambda starts_at: actions.confirm_date(
            Booking.objects.get(pk=booking.pk),
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=6, minutes=30),
            trainer=cast.staff(request.trainer),
            delegates=DELEGATES if request.who == JO else (),
            rooms=rooms,
            place=place,
            video_url="https://video.example.nhs.uk/b" if request.online else "",
            joining="" if request.online else "Please have tables in groups of five and a screen.",
            by=coordinator,
        ),
    )
    yield days.at(12, 13)
    answer(meeting)
    if request.upto == Upto.DATED:
        return
    yield meeting.ends_at + timedelta(minutes=30)
    actions.record_delivered(Booking.objects.get(pk=booking.pk), by=cast.staff(request.trainer))
    if request.upto == Upto.DELIVERED:
        return
    yield days.at(46, 10)
    invoice = actions.issue_invoice(Booking.objects.get(pk=booking.pk), by=finance)
    if request.upto == Upto.INVOICED:
        return
    yield days.at(66, 11)
    billing.record_payment(
        invoice,
        amount=invoice.total,
        method=Payment.Method.BANK,
        received_on=timezone.localdate(),
        bank_reference=f"BACS {invoice.number}",
        by=finance,
    )
    if request.upto == Upto.CLOSED:
        yield days.at(69, 15)
        actions.close(Booking.objects.get(pk=booking.pk), by=coordinator)
