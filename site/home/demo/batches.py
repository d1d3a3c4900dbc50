"""The batches of the demonstration, each lived through by the real actions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from django.utils import timezone

from accounts.models import User
from billing import actions as billing
from billing.models import Order, Payment, Product, Quote
from consultations.actions import batch as actions
from consultations.actions import batch_money, session_notes, sessions
from consultations.models import Batch, BatchSession, Theme
from home.demo.clock import Days, Story
from home.demo.diary import first_free, slots
from home.demo.people import Cast
from meetings.actions import Invitee
from meetings.models import Meeting, Resource

FIRST = 20  # the day of the first session, counted from the request


class Upto(IntEnum):
    """How far a batch has come: it stops after this step."""

    DRAFT = 0
    ASKED = 1
    QUOTED = 2
    FUNDED = 3
    BOOKED = 4
    REFUNDED = 5
    CLOSED = 6


@dataclass(frozen=True)
class Asked:
    """What one team asked for. `ago` counts the days since they asked."""

    who: str
    ago: int
    upto: Upto
    team: str
    people: int
    roles: str
    purpose: str
    aims: str
    sessions: int = 6
    repeats: str = "fortnightly"
    consultant: str = "a.diallo"
    late: int = 0  # the number of a session called off too late


BATCHES: list[Asked] = [
    Asked(
        "n.aslam@riverside.example.gov.uk",
        3,
        Upto.ASKED,
        "Riverside court and bail team",
        7,
        "Youth justice officers and one seconded police officer",
        Batch.Purpose.REFLECTIVE_SPACE,
        "The team carries a lot alone. We would like a regular hour to think before we act.",
        repeats="monthly",
    ),
    Asked(
        "s.okell@haven.example.org",
        9,
        Upto.QUOTED,
        "Supervising social workers, north",
        9,
        "Supervising social workers of foster carers",
        Batch.Purpose.ADVICE,
        "Carers ask us what to say and what to write down, and we want to answer alike.",
        sessions=4,
        repeats="monthly",
    ),
    Asked(
        "referrer@example.gov.uk",
        55,
        Upto.BOOKED,
        "Elmbury safeguarding team",
        8,
        "Social workers in their first three years, and their manager",
        Batch.Purpose.CASE_DISCUSSION,
        "Steadier plans after the first worry, and less copying of plans from one child to the next.",
        late=2,
    ),
    Asked(
        "beth.tolley@example.gov.uk",
        150,
        Upto.CLOSED,
        "Elmshire residential homes",
        10,
        "Residential workers and two registered managers",
        Batch.Purpose.REFLECTIVE_SPACE,
        "Nights and shared bedrooms worry us most.",
        repeats="weekly",
        consultant="k.boyle",
    ),
    Asked(
        "beth.tolley@example.gov.uk",
        90,
        Upto.REFUNDED,
        "Elmshire fostering duty desk",
        5,
        "Duty social workers and their practice educator",
        Batch.Purpose.ADVICE,
        "Calls come late in the day. We would like to be ready for the first hour of a worry.",
        sessions=4,
        consultant="k.boyle",
    ),
]
PEOPLE = [
    ("Imogen Pratt", "i.pratt@example.gov.uk"),
    ("Joel Aduba", "j.aduba@example.gov.uk"),
    ("Tess Warden", "t.warden@example.gov.uk"),
]
THEMES = [
    ("Making sense of the behaviour", "Safety planning"),
    ("Safety planning", "Work with parents and carers", "School and friends"),
    ("Making sense of the behaviour", "What the work does to us"),
    ("Safety planning", "Agencies working together"),
    ("Making sense of the behaviour", "Work with parents and carers"),
    ("Safety planning", "Making sense of the behaviour", "Work with parents and carers"),
]
NOTES = [
    "We looked at what is usual for an age and what is not, and where the team’s own worry comes from.\n\n"
    "To take away: describe what was seen and heard before naming it. Ask who else was there. Write the plan for "
    "the next two weeks, not for ever.",
    "We talked about plans that keep everybody safe without shutting a young person out.\n\n"
    "To take away: one named adult for each hard hour of the day; say the plan aloud to the young person in their "
    "own words; look at it again on a date that is set now.",
    "We stayed with how it feels to hold this work.\n\n"
    "To take away: five minutes together after a hard visit before anybody writes. Bring it to supervision by its "
    "name.",
]
ITEMS = [
    "A primary-age child in a busy household: how do we plan evenings without making one child the problem?",
    "A school asks us for a risk level in one word. What do we answer instead?",
]


def live(asked: Asked, cast: Cast, now: datetime) -> Story:
    """The life of one batch, up to where it stands today."""
    days = Days(asked.ago, now=now, seed=f"{asked.team} {asked.ago}")
    who, coordinator = cast.users[asked.who], cast.staff("coordinator")
    yield days.at(0, 9)
    batch = actions.begin(cast.organisation_of(asked.who), by=who)
    actions.save_answers(batch, _answers(asked, cast), by=who)
    actions.request(batch, by=who)
    if asked.upto == Upto.ASKED:
        return
    yield days.at(2, 11)
    actions.accept(Batch.objects.get(pk=batch.pk), by=coordinator)
    consultant = cast.staff(asked.consultant)
    actions.name_lead(Batch.objects.get(pk=batch.pk), consultant, by=coordinator)
    yield days.at(3, 10)
    batch_money.ask_for_funding(
        Batch.objects.get(pk=batch.pk),
        product=Product.objects.get(name="Batch consultation session"),
        sessions=asked.sessions,
        funder=cast.funder_of(asked.who),
        by=coordinator,
    )
    if asked.upto == Upto.QUOTED:
        return
    yield days.at(8, 15)
    funder = cast.funder_of(asked.who)
    quote = Order.objects.get(batch=batch).quotes.get(status=Quote.Status.ISSUED)
    number = f"BC-{days.random.randrange(3_000, 3_999)}"
    billing.accept_quote(quote, purchase_order_number=number, by=funder, name=funder.name)
    yield days.at(10, 11)
    yield from _sessions(asked, cast, days, batch)


def _answers(asked: Asked, cast: Cast) -> dict[str, object]:
    funder = cast.funder_of(asked.who)
    return {
        "team": asked.team,
        "people": asked.people,
        "roles": asked.roles,
        "purpose": asked.purpose,
        "aims": asked.aims,
        "sessions_wanted": asked.sessions,
        "how_often": asked.repeats,
        "minutes": 90,
        "mode": "online",
        "starts_from": timezone.localdate() + timedelta(days=14),
        "days_note": "Mornings are best.",
        "arrangement": "bespoke",
        "funder_name": funder.name,
        "funder_email": funder.email,
    }


def _sessions(asked: Asked, cast: Cast, days: Days, batch: Batch) -> Story:
    """All booked at once but for one; then one after the other, as far as today."""
    coordinator, consultant = cast.staff("coordinator"), cast.staff(asked.consultant)
    is_over = asked.upto == Upto.CLOSED
    count = asked.sessions if is_over else asked.sessions - 1  # one is left, to book or to give back
    booked = first_free(
        slots(days, FIRST, [(10, 0), (14, 0)], over=True),
        lambda starts_at: sessions.book_sessions(
            Batch.objects.get(pk=batch.pk),
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=90),
            purpose=asked.purpose,
            count=count,
            repeats=asked.repeats,
            invitees=[
                *sessions.default_invitees(Batch.objects.get(pk=batch.pk)),
                *(Invitee(name, email) for name, email in PEOPLE),
            ],
            resources=[Resource.objects.of(consultant)],
            video_url="https://video.example.nhs.uk/b",
            by=coordinator,
        ),
    )
    yield days.at(12, 9)
    finance = cast.staff("finance")
    invoice = batch_money.issue_invoice(Batch.objects.get(pk=batch.pk), by=finance)
    for place, made in enumerate(booked.sessions):
        session = BatchSession.objects.select_related("meeting", "batch").get(pk=made.pk)
        meeting = session.meeting
        if meeting is None or meeting.starts_at > days.now:
            _bring(session, cast.users[asked.who])
            break
        yield from _hold(session, meeting, place, asked, cast)
    if asked.upto >= Upto.REFUNDED:
        yield days.at(60, 10)
        billing.record_payment(
            invoice,
            amount=invoice.total,
            method=Payment.Method.BANK,
            received_on=timezone.localdate(),
            bank_reference=f"BACS {invoice.number}",
            by=finance,
        )
    if is_over:
        yield days.at(64, 15)
        actions.close(Batch.objects.get(pk=batch.pk), by=coordinator)
    elif asked.upto == Upto.REFUNDED:
        yield from _give_back(days, batch, coordinator, finance)


def _give_back(days: Days, batch: Batch, coordinator: User, finance: User) -> Story:
    """The session that is left is refunded; the money is still to be sent."""
    why = "The duty desk joins another team in December."
    yield days.at(70, 11)
    batch_money.ask_for_refund(Batch.objects.get(pk=batch.pk), sessions=1, reason=why, by=coordinator)
    yield days.at(72, 9)
    batch_money.refund_unused(Batch.objects.get(pk=batch.pk), sessions=1, reason=why, by=finance)


def _bring(session: BatchSession, by: object) -> None:
    for text in ITEMS:
        session_notes.add_item(session, text=text, by=by)  # type: ignore[arg-type]


def _hold(session: BatchSession, meeting: Meeting, place: int, asked: Asked, cast: Cast) -> Story:
    """Held with a note shared the next day; or called off too late."""
    consultant = cast.staff(asked.consultant)
    if session.number == asked.late:
        yield meeting.starts_at - timedelta(hours=4)
        sessions.cancel(session, reason="Half the team is in court.", by=cast.users[asked.who], by_team=True)
        return
    yield meeting.ends_at + timedelta(minutes=20)
    sessions.hold(session, by=consultant)
    yield meeting.ends_at + timedelta(hours=20)
    held = BatchSession.objects.get(pk=session.pk)
    themes = list(Theme.objects.filter(title__in=THEMES[place % len(THEMES)]))
    session_notes.write_note(
        held,
        note=NOTES[place % len(NOTES)],
        came=asked.people - place % 3,
        themes=themes,
        seen=None,
        by=consultant,
    )
    session_notes.share_note(held, by=consultant)
