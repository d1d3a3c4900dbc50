"""Asking for a batch, what we decide, what it costs and how it ends: done, at the wrong time, all or nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.template import TemplateDoesNotExist
from django.utils import timezone
from wagtail.models import ModelLogEntry

from billing import actions as billing
from changes.refusals import Refused, Stale
from consultations import tasks
from consultations.actions import batch as actions
from consultations.actions import batch_money, sessions
from consultations.batch_stages import stage_of_batch
from consultations.models import Batch, BatchSession, BatchSettings, Consultation
from mail.models import Message
from meetings.models import Meeting
from organisations.models import Membership
from tests.consultations.conftest import BATCH_STATES, tried
from tests.factories import batches
from tests.factories import consultations as cases
from tests.factories.billing import funder_of

pytestmark = pytest.mark.django_db
Status = Batch.Status
fresh: Any = batches.fresh  # with the facts of its order, which the tests below know to be there


def letters(batch: Batch) -> list[str]:
    """Of what was mailed about it, in order; the quote's and the invoice's own mails are billing's."""
    ours = Message.objects.filter(about=batch.reference, template__startswith="consultations/batch_")
    return [
        name.removeprefix("consultations/batch_")
        for name in ours.order_by("pk").values_list("template", flat=True)
    ]


def quote(batch: Batch, by: Any, bought: int = 2, **given: Any) -> Any:
    return batch_money.ask_for_funding(
        batch,
        product=batches.product(),
        sessions=bought,
        funder=funder_of(batch.organisation),
        by=by,
        **given,
    )


def rows() -> list[Any]:
    """Everything an act could leave behind."""
    kept: list[Any] = [list(m.objects.order_by("pk").values()) for m in (Batch, BatchSession, Consultation)]
    return [*kept, *(m.objects.count() for m in (Message, Meeting, ModelLogEntry))]


# --- Asking --------------------------------------------------------------------------------------


def test_begin_opens_a_draft_that_is_its_bookers_alone(referrer, colleague, council):
    """R9: a colleague who sees all bookings of the organisation does not see what was not sent."""
    Membership.objects.filter(user=colleague).update(role=Membership.Role.MANAGER)

    batch = actions.begin(council, by=referrer)

    assert batch.reference.startswith("BC-")
    assert (batch.status, batch.contact.user, batch.created_by) == (Status.DRAFT, referrer, referrer)
    assert list(Batch.objects.visible_to(referrer)) == [batch]
    assert list(Batch.objects.visible_to(colleague)) == []
    assert ModelLogEntry.objects.get(action="batch.begun").user == referrer


def test_begin_refuses_an_organisation_of_others(outsider, council):
    """R9"""
    with pytest.raises(Refused, match="You do not belong to Elmshire Council"):
        actions.begin(council, by=outsider)
    assert not Batch.objects.exists()


def test_answers_are_kept_step_by_step(referrer, council):
    """R13: what was typed stays, whatever step comes next or never."""
    batch = actions.begin(council, by=referrer)
    actions.save_answers(batch, {"team": "Family support", "people": 8}, by=referrer)
    actions.save_answers(batch, {"aims": "Steadier plans."}, by=referrer)

    batch = fresh(batch)
    assert (batch.team, batch.people, batch.aims) == ("Family support", 8, "Steadier plans.")


def test_what_it_should_bring_is_kept_encrypted(a_batch):
    from django.db import connection

    batch = a_batch("drafted")
    with connection.cursor() as cursor:
        cursor.execute("SELECT aims FROM consultations_batch WHERE id = %s", [batch.pk])
        kept = str(cursor.fetchone()[0])
    assert kept
    assert "Steadier" not in kept


@pytest.mark.parametrize(
    ("lacking", "told"),
    [
        ({"team": ""}, ["Finish “Your team”."]),
        ({"people": None, "aims": ""}, ["Finish “Your team”.", "Finish “What it is for”."]),
        ({"mode": "in_person"}, ["Finish “The sessions”."]),
        ({"arrangement": "partnership"}, ["Finish “The cost”."]),
        (
            {"mode": "in_person", "place": "Town hall", "arrangement": "partnership", "partnership": "North"},
            [],
        ),
    ],
)
def test_request_names_every_unfinished_step_at_once(referrer, council, lacking, told):
    batch = batches.drafted(referrer, council, **lacking)
    if not told:
        actions.request(batch, by=referrer)
        assert fresh(batch).status == Status.REQUESTED
        return
    with pytest.raises(Refused) as refusal:
        actions.request(batch, by=referrer)
    assert refusal.value.messages == told
    assert not Message.objects.exists()


def test_request_moves_logs_and_mails_both(a_batch, referrer):
    batch = a_batch("requested")

    assert batch.requested_at is not None
    assert ModelLogEntry.objects.get(action="batch.requested").user == referrer
    assert list(Message.objects.order_by("pk").values_list("to", flat=True)) == [
        "referrer@example.gov.uk",
        "office@fingerpost.example.org",
    ]
    assert letters(batch) == ["request_received", "request_to_office"]


# --- What a coordinator decides ------------------------------------------------------------------


def test_accept_moves_logs_and_mails(a_batch, coordinator):
    batch = a_batch("accepted")

    assert batch.accepted_at is not None
    assert ModelLogEntry.objects.get(action="batch.accepted").user == coordinator
    assert letters(batch)[-1] == "accepted"


def test_decline_keeps_reason_and_alternative_off_the_mail(a_batch):
    """R8"""
    batch = a_batch("declined")

    assert (batch.decline_reason, batch.alternative) == ("No room this term.", "An open course.")
    assert batch.ended_at is not None
    message = Message.objects.get(template="consultations/batch_declined")
    assert "No room" not in message.text + message.html
    assert "open course" not in message.text + message.html


def test_decline_wants_both_texts(a_batch, coordinator):
    batch = a_batch("requested")
    with pytest.raises(Refused) as refusal:
        actions.decline(batch, reason=" ", alternative="", by=coordinator)
    assert len(refusal.value.messages) == 2
    assert fresh(batch).status == Status.REQUESTED


def test_a_stale_second_answer_changes_nothing(a_batch, coordinator, lead):
    """R7: two coordinators with the same page open leave one decision."""
    batch = a_batch("requested")
    other_tab = fresh(batch)
    actions.accept(batch, by=coordinator)
    before = rows()

    with pytest.raises(Stale):
        actions.decline(other_tab, reason="Full", alternative="Later", by=lead)

    assert rows() == before


def test_name_lead_takes_a_clinician_once(a_batch, coordinator, consultant, finance):
    batch = a_batch("accepted")
    with pytest.raises(Refused, match="is no clinician"):
        actions.name_lead(batch, finance, by=coordinator)

    actions.name_lead(batch, consultant, by=coordinator)
    actions.name_lead(batch, consultant, by=coordinator)

    assert fresh(batch).lead_consultant == consultant
    assert ModelLogEntry.objects.filter(action="batch.lead_named").count() == 1


# --- Money ---------------------------------------------------------------------------------------


def test_ask_for_funding_opens_one_order_that_names_the_reference(a_batch):
    """R8: what the funder reads is the reference, how many sessions and what each costs."""
    batch = a_batch("quoted", bought=6)

    assert batch.order.title == f"Batch consultation {batch.reference}"
    assert [(line.quantity, line.unit_price) for line in batch.order.lines.all()] == [(6, Decimal("420.00"))]
    assert batch.order.funder.email == "funder@example.gov.uk"
    assert (batch.bought, batch.balance.told) == (0, "0 bought: 0 used, 0 booked, 0 left")


@pytest.mark.parametrize("number", [-1, 0, 41])
def test_ask_for_funding_refuses_a_number_no_batch_has(a_batch, coordinator, number):
    batch = a_batch("accepted")
    with pytest.raises(Refused, match="from 1 to 40"):
        quote(batch, coordinator, number)
    assert fresh(batch).order is None


def test_asking_again_replaces_the_quote_and_its_lines(a_batch, coordinator):
    """R4: the quote that is out is withdrawn, never changed."""
    batch = a_batch("quoted", bought=6)
    quote(batch, coordinator, 4, unit_price=Decimal("400.00"))

    order = fresh(batch).order
    assert [q.status for q in order.quotes.order_by("version")] == ["withdrawn", "issued"]
    assert [(line.quantity, line.unit_price) for line in order.lines.all()] == [(4, Decimal("400.00"))]


def test_a_new_quote_follows_one_the_funder_declined(a_batch, coordinator):
    batch = a_batch("quoted")
    funder = batch.order.funder
    billing.decline_quote(batch.order.open_quote, reason="Too dear.", by=funder)
    tasks.batch_not_funded(batch.order_id)
    tasks.batch_not_funded(batch.order_id)

    quote(fresh(batch), coordinator, 1)

    assert letters(batch).count("funding_declined") == 1  # R10: the job ran twice
    assert fresh(batch).order.open_quote.status == "issued"


def test_funding_starts_the_time_and_tells_once(a_batch):
    """R10: the job may run twice; what is bought is on the mail."""
    batch = a_batch("quoted", bought=6)
    billing.accept_quote(batch.order.open_quote, purchase_order_number="PO-9", by=None, name="Morgan Field")
    tasks.batch_funded(batch.order_id)
    first = fresh(batch).expires_on
    tasks.batch_funded(batch.order_id)

    batch = fresh(batch)
    assert first == batch.expires_on
    assert letters(batch).count("funding_agreed") == 1
    assert batch.balance.told == "6 bought: 0 used, 0 booked, 6 left"


def test_how_long_it_lasts_is_a_setting(a_batch):
    rules = BatchSettings.load()
    rules.valid_months = 3
    rules.save()
    days = (a_batch("funded").expires_on - timezone.localdate()).days
    assert 89 <= days <= 92


def test_follow_ups_pass_over_the_orders_of_others(a_batch, a_case):
    batch, case = a_batch("quoted"), a_case("quoted")
    before = rows()
    tasks.batch_funded(case.order_id)
    tasks.batch_not_funded(case.order_id)
    tasks.batch_not_funded(batch.order_id)  # nobody has declined it
    assert rows() == before


def test_the_invoice_carries_the_purchase_order_number_and_all_sessions(a_batch, coordinator):
    """Sessions bought are invoiced, used or not: from the day the cost is agreed."""
    batch = a_batch("funded", bought=6)
    invoice = batch_money.issue_invoice(batch, by=coordinator)
    assert invoice.purchase_order_number == "PO-771"
    assert invoice.net == Decimal("2520.00")


def test_extend_gives_longer_with_a_reason(a_batch, coordinator):
    batch = a_batch("funded")
    later = batch.expires_on + timedelta(days=60)
    told = letters(batch)

    batch_money.extend(batch, expires_on=later, reason="Staff sickness.", by=coordinator)

    assert fresh(batch).expires_on == later
    assert letters(batch) == [*told, "extended"]
    assert ModelLogEntry.objects.get(action="batch.extended").data["reason"] == "Staff sickness."


def test_extend_gives_back_what_ran_out(a_batch, coordinator):
    batch = a_batch("run_out")
    assert (batch.balance.left, batch.balance.lapsed) == (0, 6)
    assert batch.balance.told == "6 bought: 0 used, 0 booked, 6 run out"

    batch_money.extend(batch, expires_on=timezone.localdate(), reason="One more month.", by=coordinator)

    assert fresh(batch).balance.told == "6 bought: 0 used, 0 booked, 6 left"


def test_extend_tells_everything_wrong_at_once(a_batch, coordinator):
    batch = a_batch("run_out")
    with pytest.raises(Refused) as refusal:
        batch_money.extend(batch, expires_on=date(2020, 1, 1), reason=" ", by=coordinator)
    assert len(refusal.value.messages) == 3
    with pytest.raises(Refused, match="today or a day to come"):
        Batch.objects.filter(pk=batch.pk).update(expires_on=timezone.localdate() - timedelta(days=9))
        batch_money.extend(
            batch, expires_on=timezone.localdate() - timedelta(days=1), reason="Late.", by=coordinator
        )


# --- The end -------------------------------------------------------------------------------------


def test_withdraw_by_the_booker_cancels_an_order_nobody_agreed_to(a_batch, referrer):
    batch = a_batch("quoted")
    actions.withdraw(batch, reason="The team has moved.", by=referrer)

    batch = fresh(batch)
    assert (batch.status, batch.order.status) == (Status.WITHDRAWN, "cancelled")
    assert batch.order.quotes.get().status == "withdrawn"
    assert letters(batch)[-1] == "withdrawn"


def test_a_draft_is_withdrawn_without_a_mail(a_batch, referrer):
    batch = a_batch("drafted")
    actions.withdraw(batch, reason="", by=referrer)
    assert fresh(batch).status == Status.WITHDRAWN
    assert not Message.objects.exists()


def test_once_the_cost_is_agreed_a_booker_rings_instead(a_batch, referrer):
    batch = a_batch("funded")
    with pytest.raises(Refused, match="Call us, and we will settle what is left"):
        actions.withdraw(batch, reason="No time.", by=referrer)
    assert fresh(batch).status == Status.ACCEPTED


def test_withdraw_by_staff_calls_off_what_is_booked(a_batch, coordinator):
    batch = a_batch("booked")
    actions.withdraw(batch, reason="Illness.", by=coordinator)

    batch = fresh(batch)
    assert [s.status for s in batch.sessions.all()] == ["cancelled"]
    assert [m.status for m in batch.meetings.all()] == [Meeting.Status.CANCELLED]
    assert batch.order.status == "cancelled"
    cancels = Message.objects.filter(method="CANCEL")
    assert cancels.count() == 1
    assert "Illness" not in "".join(m.text + m.html for m in cancels)  # R8: the reason stays with us


def test_a_batch_of_which_sessions_were_used_is_settled_not_withdrawn(a_batch, coordinator):
    """What took place is paid for: invoiced, what is left refunded, then closed. The order is never lost."""
    batch = a_batch("held", bought=3)
    with pytest.raises(Refused, match="Issue the invoice, refund the sessions that are left"):
        actions.withdraw(batch, reason="The team is dissolved.", by=coordinator)
    assert fresh(batch).order.status == "open"

    invoice = batch_money.issue_invoice(batch, by=coordinator)
    batch_money.refund_unused(batch, sessions=2, reason="The team is dissolved.", by=coordinator)
    batches.pay(invoice)
    actions.close(fresh(batch), by=coordinator)

    batch = fresh(batch)
    assert batch.balance.told == "3 bought: 1 used, 0 booked, 2 refunded, 0 left"
    assert batch.order.paid == Decimal("504.00")  # one session of £420 and its VAT
    assert batch.status == Status.CLOSED


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (
            "quoted",
            [
                "The funder has not accepted a quote yet. Withdraw the batch if it will not go ahead.",
                "The invoice has not been issued yet.",
            ],
        ),
        (
            "booked",
            [
                "1 session is booked and not held yet.",
                "1 session is left. Book or refund them, or let the time run out.",
                "The invoice has not been issued yet.",
            ],
        ),
        ("run_out", ["The invoice has not been issued yet."]),
        ("used_up", ["The invoice has not been issued yet."]),
        ("invoiced", ["The invoice has not been paid in full yet."]),
        ("paid", []),
        ("closed", ["This batch is closed, so it cannot be closed."]),
    ],
)
def test_closing_tells_everything_missing_at_once(a_batch, state, told):
    assert a_batch(state).missing_for_closing() == told


def test_close_ends_it_and_points_to_the_themes(a_batch):
    batch = a_batch("closed")
    assert batch.ended_at is not None
    assert letters(batch)[-1] == "closed"
    assert f"{batch.reference}/themes" in Message.objects.latest("pk").text


def test_renew_starts_from_the_answers_and_is_taken_up_again(a_batch, referrer):
    """R10: a second click opens no second draft."""
    batch = a_batch("held")
    following = actions.renew(batch, by=referrer)
    again = actions.renew(fresh(batch), by=referrer)

    assert again.pk == following.pk
    following = fresh(following)
    assert (following.status, following.renews, following.order) == (Status.DRAFT, batch, None)
    for name in actions.CARRIED_OVER:
        assert getattr(following, name) == getattr(batch, name)
    assert (following.starts_from, following.days_note) == (None, "")
    assert fresh(batch).renewal == following


def test_renew_is_for_members(a_batch, outsider):
    """R9"""
    with pytest.raises(Refused, match="You do not belong"):
        actions.renew(a_batch("held"), by=outsider)


# --- In every state, what may be done and what not -------------------------------------------------

LIVE = {"funded", "booked", "held", "used_up", "run_out", "part_invoiced", "invoiced", "paid"}
ACTS: dict[str, tuple[Callable[..., object], set[str]]] = {
    "save_answers": (lambda b, by, **_: actions.save_answers(b, {"team": "Other"}, by=by), {"drafted"}),
    "request": (lambda b, by, **_: actions.request(b, by=by), {"drafted"}),
    "accept": (lambda b, by, **_: actions.accept(b, by=by), {"requested"}),
    "decline": (lambda b, by, **_: actions.decline(b, reason="Full", alternative="Later", by=by), {"requested"}),
    "name_lead": (
        lambda b, by, consultant, **_: actions.name_lead(b, consultant, by=by),
        {"drafted", "requested", "accepted", "quoted", *LIVE},
    ),
    "ask_for_funding": (lambda b, by, **_: quote(b, by), {"accepted", "quoted"}),
    "extend": (
        lambda b, by, **_: batch_money.extend(
            b, expires_on=timezone.localdate() + timedelta(days=900), reason="Illness", by=by
        ),
        LIVE,
    ),
    "issue_invoice": (
        lambda b, by, **_: batch_money.issue_invoice(b, by=by),
        LIVE - {"part_invoiced", "invoiced", "paid"},
    ),
    "withdraw": (
        lambda b, by, **_: actions.withdraw(b, reason="Moved", by=by),
        {"drafted", "requested", "accepted", "quoted", "funded", "booked", "run_out"},
    ),
    "close": (lambda b, by, **_: actions.close(b, by=by), {"paid"}),
    "refund": (
        lambda b, by, **_: batch_money.refund_unused(b, sessions=1, reason="Not wanted", by=by),
        {"part_invoiced"},
    ),
    "renew": (lambda b, member, **_: actions.renew(b, by=member), {*LIVE, "closed"}),
    "book": (lambda b, by, **_: batches.book(b, by), {"funded", "booked", "held", "part_invoiced"}),
    "give_to_case": (
        lambda b, by, case, **_: sessions.give_to_case(b, case, by=by),
        {"funded", "booked", "held", "part_invoiced"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("state", BATCH_STATES)
def test_every_act_is_done_in_its_states_and_changes_nothing_in_the_others(
    a_batch, referrer, council, coordinator, consultant, state
):
    """R7: out of step, each act says why and leaves no trace. R3, R6: no session before funding or beyond it."""
    batch = a_batch(state)
    cases.checklist()
    case = cases.accepted(referrer, council, coordinator)
    funder_of(council)
    assert batch.status == {"drafted": "draft"}.get(state, state if state in Status.values else "accepted")
    before = rows()
    for name, (act, right) in ACTS.items():
        with transaction.atomic():
            said = tried(act, fresh(batch), by=coordinator, member=referrer, consultant=consultant, case=case)
            after = rows()
            transaction.set_rollback(True)
        assert (said == []) == (state in right), (name, said)
        assert state in right or after == before, name


@pytest.mark.parametrize(
    ("state", "name"),
    list(
        zip(
            BATCH_STATES,
            [
                "Draft request", "Requested", "Preparing the quote", "Waiting for funding", "Booking sessions",
                "Sessions booked", "Booking sessions", "Ready to invoice", "Run out", "Booking sessions",
                "Waiting for payment", "Ready to close", "Closed", "Declined", "Withdrawn",
            ],
            strict=True,
        )
    ),
)  # fmt: skip
def test_each_state_is_told_in_its_words(a_batch, state, name):
    assert stage_of_batch(a_batch(state)).name == name


# --- All or nothing -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "act"),
    [
        ("drafted", lambda b, by: actions.request(b, by=b.contact.user)),
        ("requested", lambda b, by: actions.accept(b, by=by)),
        ("requested", lambda b, by: actions.decline(b, reason="Full", alternative="Later", by=by)),
        ("accepted", lambda b, by: quote(b, by)),
        ("quoted", lambda b, by: quote(b, by, 5)),
        ("funded", lambda b, by: batch_money.extend(b, expires_on=date(2090, 1, 1), reason="Ill", by=by)),
        ("used_up", lambda b, by: batch_money.issue_invoice(b, by=by)),
        ("booked", lambda b, by: actions.withdraw(b, reason="Moved", by=by)),
        ("paid", lambda b, by: actions.close(b, by=by)),
    ],
)
def test_when_the_mail_cannot_be_written_nothing_has_happened(
    a_batch, coordinator, no_mail_can_be_written, state, act
):
    batch = a_batch(state)
    before, meetings = rows(), list(Meeting.objects.values("pk", "status", "sequence"))
    quotes = list(batch.order.quotes.values("pk", "status")) if batch.order else []

    no_mail_can_be_written()
    with pytest.raises(TemplateDoesNotExist):
        act(batch, coordinator)

    assert rows() == before
    assert list(Meeting.objects.values("pk", "status", "sequence")) == meetings
    order = fresh(batch).order
    assert (list(order.quotes.values("pk", "status")) if order else []) == quotes


def test_funding_that_cannot_be_told_is_told_when_the_job_runs_again(
    a_batch, no_mail_can_be_written, settings
):
    """R10: a job that fails leaves no expiry behind, so its retry does all of it."""
    batch = a_batch("quoted")
    billing.accept_quote(batch.order.open_quote, purchase_order_number="PO-9", by=None, name="Morgan Field")
    whole = settings.TEMPLATES
    no_mail_can_be_written()
    with pytest.raises(TemplateDoesNotExist):
        tasks.batch_funded(batch.order_id)
    assert fresh(batch).expires_on is None

    settings.TEMPLATES = whole
    tasks.batch_funded(batch.order_id)

    assert fresh(batch).expires_on is not None
    assert letters(batch).count("funding_agreed") == 1
