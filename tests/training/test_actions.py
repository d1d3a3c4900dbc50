"""Every act on a booking: done, at the wrong time, and all or nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.template import TemplateDoesNotExist
from django.utils import timezone
from wagtail.models import ModelLogEntry

from billing import actions as billing
from changes.refusals import Refused, Stale
from mail.models import Message
from meetings.models import Meeting, Resource
from tests.factories import training as bookings
from tests.factories.billing import funder_of, product
from training import actions, tasks
from training.models import Booking, RequestDraft, TrainingSettings

pytestmark = pytest.mark.django_db
Status = Booking.Status
STATES = [
    "requested", "accepted", "quoted", "funded", "confirmed", "delivered", "invoiced", "paid", "closed",
    "declined", "withdrawn",
]  # fmt: skip


def letters(booking: Booking) -> list[tuple[str, str]]:
    return list(Message.objects.filter(about=booking.reference).order_by("pk").values_list("template", "to"))


def confirm(booking: Booking, by, trainer, **given):
    starts_at, ends_at = bookings.day()
    return actions.confirm_date(
        booking, **{"starts_at": starts_at, "ends_at": ends_at, "trainer": trainer, "by": by, **given}
    )


# --- Each act, done ------------------------------------------------------------------------------


def test_ask_for_training_makes_a_booking_and_mails_both(booker, council):
    booking = bookings.requested(booker, council)

    assert booking.reference.startswith("B-")
    assert (booking.status, booking.package_title) == (Status.REQUESTED, bookings.package().title)
    assert (booking.contact.user, booking.organisation) == (booker, council)
    assert booking.needs == "Step-free access."
    assert letters(booking) == [
        ("training/request_received", "booker@example.org"),
        ("training/request_to_office", "office@fingerpost.example.org"),
    ]
    assert ModelLogEntry.objects.get(action="booking.requested").user == booker


def test_ask_for_training_refuses_an_organisation_of_others_and_an_unpublished_package(outsider, council):
    """R9: nobody books in the name of an organisation they do not belong to."""
    page = bookings.package()
    page.unpublish()

    with pytest.raises(Refused) as refusal:
        actions.ask_for_training(page, council, bookings.answers(), by=outsider)

    assert len(refusal.value.messages) == 2
    assert not Booking.objects.exists()


def test_accept_booking_moves_logs_and_mails(booking_in, coordinator):
    booking = booking_in("requested")

    actions.accept_booking(booking, by=coordinator)

    booking = bookings.fresh(booking)
    assert booking.status == Status.ACCEPTED
    assert booking.accepted_at is not None
    assert ModelLogEntry.objects.get(action="booking.accepted").user == coordinator
    assert letters(booking)[-1] == ("training/accepted", "booker@example.org")


def test_decline_booking_keeps_reason_and_alternative_off_the_mail(booking_in, coordinator):
    booking = booking_in("requested")

    actions.decline_booking(booking, reason=" Full. ", alternative=" The online one. ", by=coordinator)

    booking = bookings.fresh(booking)
    assert (booking.status, booking.decline_reason, booking.alternative) == (
        Status.DECLINED, "Full.", "The online one.",
    )  # fmt: skip
    message = Message.objects.filter(about=booking.reference).latest("pk")
    assert "Full." not in message.text + message.html


def test_decline_booking_wants_both_texts(booking_in, coordinator):
    with pytest.raises(Refused) as refusal:
        actions.decline_booking(booking_in("requested"), reason=" ", alternative="", by=coordinator)

    assert len(refusal.value.messages) == 2


def test_ask_for_funding_opens_one_order_that_names_the_reference(booking_in):
    """R8: what the funder reads is the reference and the public title of the package."""
    booking = booking_in("quoted")

    assert booking.order
    assert booking.order.title == f"Training {booking.reference}"
    assert booking.order.funder.email == "funder@example.gov.uk"
    assert [line.description for line in booking.order.lines.all()] == [
        f"Training day: {booking.package_title}"
    ]


def test_asking_again_replaces_the_quote_and_its_lines(booking_in, coordinator, council):
    booking = booking_in("quoted")

    actions.ask_for_funding(
        booking, product=product(), quantity=Decimal(2), funder=funder_of(council), by=coordinator
    )

    order = bookings.fresh(booking).order
    assert order
    assert [q.status for q in order.quotes.order_by("version")] == ["withdrawn", "issued"]
    assert order.lines.count() == 1


def test_confirm_date_invites_booker_trainer_and_delegates(booking_in, consultant):
    booking = booking_in("confirmed")

    meeting = booking.meeting
    assert meeting
    assert (meeting.title, meeting.about) == (f"Training {booking.reference}", booking.reference)
    assert [(a.email, a.role) for a in meeting.invited] == [
        ("booker@example.org", "Booker"),
        ("consultant@example.nhs.uk", "Trainer"),
        ("sam.brook@example.org", "Delegate"),
        ("jo.lane@example.org", "Delegate"),
    ]
    assert meeting.resources == [Resource.objects.get(user=consultant)]
    invites = Message.objects.filter(method="REQUEST")
    assert invites.count() == 4


def test_record_delivered_holds_the_meeting(booking_in):
    booking = booking_in("delivered")

    assert booking.meeting
    assert (booking.status, booking.meeting.status) == (Status.DELIVERED, Meeting.Status.HELD)
    assert letters(booking)[-1][0] == "training/delivered"


def test_record_delivered_takes_a_meeting_that_was_held_already(booking_in, coordinator):
    from meetings import actions as meetings

    booking = bookings.day_comes(booking_in("confirmed"))
    assert booking.meeting
    meetings.record_held(booking.meeting, by=coordinator)

    actions.record_delivered(bookings.fresh(booking), by=coordinator)

    assert bookings.fresh(booking).status == Status.DELIVERED


def test_issue_invoice_and_close(booking_in, coordinator):
    booking = booking_in("paid")

    actions.close(booking, by=coordinator)

    booking = bookings.fresh(booking)
    assert booking.status == Status.CLOSED
    assert booking.order.invoices.get().purchase_order_number == "PO-7781"
    assert letters(booking)[-1] == ("training/closed", "booker@example.org")


def test_withdraw_cancels_the_date_and_an_order_nobody_agreed_to(booking_in, booker):
    booking = booking_in("quoted")

    actions.withdraw(booking, reason="The team has moved.", by=booker)

    booking = bookings.fresh(booking)
    assert (booking.status, booking.order.status) == (Status.WITHDRAWN, "cancelled")
    assert booking.order.quotes.get().status == "withdrawn"


def test_withdraw_by_staff_cancels_the_invites_and_leaves_the_funded_order(booking_in, coordinator):
    booking = booking_in("confirmed")

    actions.withdraw(booking, reason="Illness.", by=coordinator)

    booking = bookings.fresh(booking)
    assert [m.status for m in booking.meetings.all()] == [Meeting.Status.CANCELLED]
    assert booking.order.status == "open"
    assert Message.objects.filter(method="CANCEL").count() == 4


def test_once_the_cost_is_agreed_a_booker_rings_instead(booking_in, booker):
    booking = booking_in("funded")

    with pytest.raises(Refused, match="cancelling may cost"):
        actions.withdraw(booking, reason="No time.", by=booker)

    assert bookings.fresh(booking).status == Status.ACCEPTED


# --- At the wrong time ---------------------------------------------------------------------------

ACTS: dict[str, tuple[Callable[..., object], set[str]]] = {
    "accept": (
        lambda b, by, **_: actions.accept_booking(b, by=by),
        {"requested"},
    ),
    "decline": (
        lambda b, by, **_: actions.decline_booking(b, reason="Full", alternative="Later", by=by),
        {"requested"},
    ),
    "ask_for_funding": (
        lambda b, by, funder, **_: actions.ask_for_funding(b, product=product(), funder=funder, by=by),
        {"accepted", "quoted"},
    ),
    "confirm_date": (
        lambda b, by, trainer, **_: confirm(b, by, trainer),
        {"funded"},
    ),
    "record_delivered": (
        lambda b, by, **_: actions.record_delivered(b, by=by),
        set(),  # a confirmed date lies ahead; that it may be done on the day is tested above
    ),
    "issue_invoice": (
        lambda b, by, **_: actions.issue_invoice(b, by=by),
        {"delivered"},
    ),
    "close": (
        lambda b, by, **_: actions.close(b, by=by),
        {"paid"},
    ),
    "withdraw": (
        lambda b, by, **_: actions.withdraw(b, reason="Moved", by=by),
        {"requested", "accepted", "quoted", "funded", "confirmed"},
    ),
}


@pytest.mark.parametrize("state", STATES)
def test_an_act_out_of_step_changes_nothing_and_says_so(booking_in, coordinator, consultant, council, state):
    """R7: in each state, each act that is not for it. One booking bears them all, since none may leave a trace."""
    booking, funder = booking_in(state), funder_of(council)
    before = Booking.objects.filter(pk=booking.pk).values().get()
    sent, meetings = Message.objects.count(), Meeting.objects.count()

    for act in (act for act, allowed in ACTS.values() if state not in allowed):
        with pytest.raises(Refused) as refusal:
            act(bookings.fresh(booking), coordinator, trainer=consultant, funder=funder)
        assert refusal.value.messages
        assert Booking.objects.filter(pk=booking.pk).values().get() == before
        assert (Message.objects.count(), Meeting.objects.count()) == (sent, meetings)


def test_a_stale_second_answer_changes_nothing(booking_in, coordinator, lead):
    """R7: two coordinators with the same page open leave one decision."""
    booking = booking_in("requested")
    other_tab = bookings.fresh(booking)
    actions.accept_booking(booking, by=coordinator)

    with pytest.raises(Stale):
        actions.decline_booking(other_tab, reason="Full", alternative="Later", by=lead)

    assert bookings.fresh(booking).status == Status.ACCEPTED


def test_no_date_before_funding_unless_the_service_says_so(booking_in, coordinator, consultant):
    """R3"""
    booking = booking_in("quoted")
    with pytest.raises(Refused, match="Funding is not agreed yet"):
        confirm(booking, coordinator, consultant)

    relaxed = TrainingSettings.load()
    relaxed.confirm_before_funding = True
    relaxed.save()

    confirm(bookings.fresh(booking), coordinator, consultant)
    assert bookings.fresh(booking).is_confirmed


def test_a_trainer_is_not_booked_twice(booking_in, booker, council, coordinator, consultant):
    """R3: the second is refused, with the trainer's name and the time, and leaves no meeting."""
    booking_in("confirmed")
    second = bookings.funded(booker, council, coordinator)

    with pytest.raises(Refused, match=f"{consultant} is already booked then"):
        confirm(second, coordinator, consultant)

    assert bookings.fresh(second).meeting is None
    assert Meeting.objects.count() == 1


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (
            "funded",
            ["The training has not been marked as delivered yet.", "The invoice has not been issued yet."],
        ),
        ("delivered", ["The invoice has not been issued yet."]),
        ("invoiced", ["The invoice has not been paid in full yet."]),
        ("paid", []),
        ("closed", ["This booking is closed already."]),
    ],
)
def test_closing_tells_everything_missing_at_once(booking_in, state, told):
    assert booking_in(state).missing_for_closing() == told


# --- All or nothing, and once ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "act"),
    [
        ("requested", lambda b, by: actions.accept_booking(b, by=by)),
        ("requested", lambda b, by: actions.decline_booking(b, reason="Full", alternative="Later", by=by)),
        ("funded", lambda b, by: confirm(b, by, by)),
        ("confirmed", lambda b, by: actions.record_delivered(bookings.day_comes(b), by=by)),
        ("delivered", lambda b, by: actions.issue_invoice(b, by=by)),
        ("paid", lambda b, by: actions.close(b, by=by)),
        ("confirmed", lambda b, by: actions.withdraw(b, reason="Moved", by=by)),
    ],
)
def test_when_the_mail_cannot_be_written_nothing_has_happened(
    booking_in, coordinator, no_mail_can_be_written, state, act
):
    booking = booking_in(state)
    standing = booking.meeting.status if booking.meeting else None
    before = (booking.status, ModelLogEntry.objects.count(), Message.objects.count())

    no_mail_can_be_written()
    with pytest.raises(TemplateDoesNotExist):
        act(booking, coordinator)

    after = bookings.fresh(booking)
    assert (after.status, ModelLogEntry.objects.count(), Message.objects.count()) == before
    assert (after.meeting.status if after.meeting else None) == standing
    assert not (after.order and state == "delivered" and after.order.is_invoiced)


def test_a_request_is_all_or_nothing(booker, council, no_mail_can_be_written):
    page = bookings.package()
    draft = actions.keep_answers(page, "team", {"numbers": ["3"]}, by=booker)

    no_mail_can_be_written()
    with pytest.raises(TemplateDoesNotExist):
        actions.ask_for_training(page, council, bookings.answers(), by=booker, draft=draft)

    draft.refresh_from_db()
    assert not Booking.objects.exists()
    assert not Message.objects.exists()


def test_a_draft_is_sent_once(booker, council):
    """R10: the same draft, sent again, makes no second booking."""
    page = bookings.package()
    draft = actions.keep_answers(page, "team", {"numbers": ["3"]}, by=booker)
    again = type(draft).objects.get(pk=draft.pk)
    actions.ask_for_training(page, council, bookings.answers(), by=booker, draft=draft)

    with pytest.raises(Stale):
        actions.ask_for_training(page, council, bookings.answers(), by=booker, draft=again)

    assert Booking.objects.count() == 1


def test_follow_up_of_an_accepted_quote_mails_the_booker_once(booking_in):
    """R10: the job may run twice; the mail goes once."""
    booking = booking_in("funded")

    tasks.quote_accepted(booking.order_id)
    tasks.quote_accepted(booking.order_id)

    assert letters(booking).count(("training/funding_agreed", "booker@example.org")) == 1


def test_follow_up_of_a_declined_quote_mails_the_booker_once(booking_in):
    """R10"""
    booking = booking_in("quoted")
    quote = booking.order.quotes.get()
    billing.decline_quote(quote, reason="No budget this year.", by=quote.funder)

    tasks.quote_declined(booking.order_id)
    tasks.quote_declined(booking.order_id)

    told = [letter for letter in letters(booking) if letter[0] == "training/funding_declined"]
    assert told == [("training/funding_declined", "booker@example.org")]


def test_follow_ups_pass_over_other_orders(booking_in):
    booking = booking_in("funded")
    before = Message.objects.count()

    tasks.quote_accepted(booking.order_id + 1)

    assert Message.objects.count() == before


def test_the_follow_ups_are_wired(settings):
    assert "training.tasks.quote_accepted" in settings.FOLLOW_UPS["quote_accepted"]
    assert "training.tasks.quote_declined" in settings.FOLLOW_UPS["quote_declined"]


def test_every_mail_carries_references_only(booking_in):
    """R8: nothing the booker wrote travels by mail, invites included."""
    booking = booking_in("closed")

    assert Message.objects.filter(about=booking.reference).count() >= 7
    for message in Message.objects.all():
        said = message.subject + message.text + message.html + bytes(message.calendar or b"").decode()
        assert booking.needs not in said
        assert booking.notes not in said


# --- Races ----------------------------------------------------------------------------------------


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("guarded", [True, False])
def test_eight_confirmations_at_once_leave_one_date(
    postgres, council, coordinator, consultant, booker, at_once, monkeypatch, guarded
):
    """R3: the row is locked, so seven see that a date stands. Without the lock the trainer's diary holds."""
    booking = bookings.funded(booker, council, coordinator)
    if not guarded:
        monkeypatch.setattr(Booking, "locked", classmethod(lambda cls, pk: cls.objects.get(pk=pk)))

    results = at_once([lambda: confirm(booking, coordinator, consultant)] * 8)

    assert sum(isinstance(one, Meeting) for one in results) == 1
    assert all(isinstance(one, Meeting | Refused) for one in results)
    assert Meeting.objects.count() == 1
    if guarded:
        assert sum("A date is confirmed already" in str(one) for one in results) == 7


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("guarded", [True, False])
def test_eight_sendings_of_one_draft_leave_one_booking(postgres, council, booker, at_once, guarded):
    """R10, with the control: without the draft eight requests are made."""
    page = bookings.package()
    draft = actions.keep_answers(page, "team", {"numbers": ["3"]}, by=booker) if guarded else None
    pk = draft.pk if draft else None

    def send():
        mine = RequestDraft.objects.filter(pk=pk).first() if pk else None
        if pk and mine is None:
            raise Stale("gone")
        return actions.ask_for_training(page, council, bookings.answers(), by=booker, draft=mine)

    at_once([send] * 8)

    assert Booking.objects.count() == (1 if guarded else 8)


def test_dates_that_have_passed_are_told_and_stop_nothing(booking_in):
    booking = booking_in("accepted")
    past = timezone.localdate() - timedelta(days=1)
    Booking.objects.filter(pk=booking.pk).update(earliest_on=past, latest_on=past)

    assert bookings.fresh(booking).is_window_past
