"""`manage.py demo`: every state once, made by the real actions, in the order of time, and nothing left to do."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone
from django_q.models import OrmQ
from wagtail.models import ModelLogEntry

from accounts.models import User
from billing.models import CreditNote, Invoice, Order, Quote
from consultations.models import CaseDocument, Consultation, DocumentRequest, Recommendations
from consultations.stages import stage_of
from home.demo.clock import working_day
from home.demo.tales import tales
from home.desk import needs_of
from home.sign_ins import PASSWORD, SIGN_INS
from mail.models import Message
from meetings.actions import book
from meetings.models import BusyTime, Leave, Meeting, Resource
from organisations.models import Contact
from training.models import Booking, PackagePage
from training.stages import stage_of as stage_of_booking


def statuses(model) -> set[str]:
    return set(model.objects.values_list("status", flat=True))


@pytest.mark.parametrize(
    "model", [Consultation, DocumentRequest, Recommendations, Booking, Order, Quote, Meeting]
)
def test_every_status_occurs(demo, model):
    assert statuses(model) == set(model.Status.values)


def test_every_stage_of_a_consultation_occurs(demo):
    stages = {stage_of(case).name for case in Consultation.objects.for_stages()}  # type: ignore[attr-defined]

    assert stages == {
        "Draft referral",
        "Waiting for triage",
        "More asked",
        "Paused",
        "Preparing the quote",
        "Waiting for funding",
        "Collecting documents",
        "Booking the meeting",
        "Meeting booked",
        "Writing",
        "In review",
        "Signed off",
        "Ready to invoice",
        "Waiting for payment",
        "Ready to close",
        "Declined",
        "Withdrawn",
        "Closed",
    }


def test_every_stage_of_a_booking_occurs(demo):
    stages = {stage_of_booking(booking).name for booking in Booking.objects.for_stages()}

    assert stages == {
        "Requested",
        "Preparing the quote",
        "Waiting for funding",
        "Finding a date",
        "Date confirmed",
        "Day has come",
        "Ready to invoice",
        "Waiting for payment",
        "Ready to close",
        "Declined",
        "Withdrawn",
        "Closed",
    }


def test_nobody_is_booked_today_and_all_meetings_lie_in_office_hours(demo):
    """So whoever looks at the demonstration can book anybody for any minute of today."""
    begun, _ = demo
    for meeting in Meeting.objects.all():
        start, end = timezone.localtime(meeting.starts_at), timezone.localtime(meeting.ends_at)
        assert start.date() != timezone.localdate(begun)
        assert start.weekday() < 5
        assert time(9) <= start.time() < end.time() <= time(17)


def test_every_consultant_can_be_booked_for_right_now(demo):
    """R3. No double booking and no warning, at any hour of the day."""
    begun, _ = demo
    for person in User.objects.filter(groups__name__in=["consultant", "clinical lead"]):
        for minutes in (0, 2, 60):
            starts_at = begun + timedelta(minutes=minutes)
            with transaction.atomic():
                book(
                    title="Consultation C-26-7K4M",
                    starts_at=starts_at,
                    ends_at=starts_at + timedelta(minutes=90),
                    place="Here",
                    invitees=[],
                    resources=[Resource.objects.of(person), *Resource.objects.exclude(kind="person")],
                    by=None,
                )
                transaction.set_rollback(True)


def test_the_diary_shows_leave_hours_and_a_busy_calendar(demo):
    assert set(Leave.objects.values_list("word", flat=True)) == {"away", "course"}
    visitor = Resource.objects.get(name__startswith="Wren Carey")
    assert visitor.hours.count() == 4
    assert BusyTime.objects.filter(calendar__resource=visitor).count() > 50


def test_four_packages_are_offered(demo):
    assert PackagePage.objects.live().count() == 4


def test_the_booker_sees_bookings_in_several_states(demo):
    booker = User.objects.get(email="booker@example.org")
    assert {"requested", "accepted", "delivered", "closed"} <= {
        b.status for b in Booking.objects.visible_to(booker)
    }


def test_invoices_are_open_overdue_paid_in_part_and_paid(demo):
    kinds = {(i.is_paid, i.is_overdue, i.paid > 0) for i in Invoice.objects.with_facts()}

    assert kinds == {
        (False, False, False),
        (False, True, False),
        (False, True, True),
        (True, False, True),
    }


def test_invoice_numbers_follow_their_dates(demo):
    """R5: as they would in life, since all cases share one clock."""
    by_time = list(Invoice.objects.order_by("issued_at").values_list("number", flat=True))

    assert by_time == sorted(by_time)
    assert len(by_time) > 5


def test_a_case_was_accepted_by_override_with_its_reason(demo):
    """R2: without an allocated social worker only so."""
    (case,) = Consultation.objects.exclude(override_reason="")

    assert (case.referral.social_worker_allocated, case.status) == ("no", "accepted")


def test_the_steps_of_a_closed_case_are_in_order_of_time(demo):
    begun, _ = demo
    case = Consultation.objects.filter(status="closed").latest("created_at")
    entries = case.timeline()
    said = [str(entry.message) for entry in entries]

    assert [e.timestamp for e in entries] == sorted(e.timestamp for e in entries)
    assert entries[0].timestamp < begun - timedelta(days=80)
    assert said[-1] == "Consultation closed"
    steps = [
        "Referral sent to us",
        "Referral accepted",
        "Recommendations signed off",
        "Recommendations issued",
        "Consultation closed",
    ]
    assert [step for step in said if step in steps] == steps


def test_nothing_happened_later_than_now(demo):
    assert not ModelLogEntry.objects.filter(timestamp__gt=timezone.now()).exists()
    assert not Message.objects.filter(sent_at__gt=timezone.now()).exists()
    assert not Consultation.objects.filter(created_at__gt=timezone.now()).exists()


def test_nothing_is_left_for_the_worker(demo):
    """R10: every job done and every letter delivered, at the moment it was written."""
    assert OrmQ.objects.count() == 0
    assert statuses(Message) == {"sent"}
    assert Message.objects.count() > 200
    late = [
        m for m in Message.objects.all() if not m.sent_at or m.sent_at - m.created_at > timedelta(minutes=2)
    ]
    assert late == []


def test_files_are_readable_and_said_to_be_unscanned(demo):
    assert statuses(CaseDocument) == {"unscanned"}
    assert set(CaseDocument.objects.values_list("content_type", flat=True)) == {
        "application/pdf",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "image/jpeg",
        "text/plain",
    }


def test_the_referrer_has_something_to_do_and_something_to_read(demo):
    mine = Consultation.objects.for_stages().filter(contact__user__email="referrer@example.gov.uk")  # type: ignore[attr-defined]

    assert mine.count() >= 8
    assert {"Collecting documents", "More asked", "Draft referral"} <= {stage_of(c).name for c in mine}
    assert [c for c in mine if c.issued_report]


def test_the_funder_has_an_account_and_a_quote_waiting(demo):
    funder = User.objects.get(email="funder@example.gov.uk")
    waiting = Quote.objects.filter(status="issued", funder__user=funder)

    assert [quote.can_be_answered for quote in waiting] == [True]


def test_no_letter_goes_to_a_real_domain(demo):
    """R8 aside, invented people have invented mailboxes."""
    domains = {to.rpartition("@")[2] for to in Message.objects.values_list("to", flat=True)}
    assert [
        d for d in domains if not f".{d}".endswith((".example.org", ".example.gov.uk", ".example.nhs.uk"))
    ] == []


@pytest.mark.parametrize("email", SIGN_INS)
def test_the_password_opens_the_demonstration_and_nothing_else(demo, client, settings, email):
    def sign_in() -> bool:
        client.post("/accounts/login/", {"login": email, "password": PASSWORD})
        return "_auth_user_id" in client.session

    settings.DEMO = False
    assert sign_in() is False
    settings.DEMO = True
    assert sign_in() is True


def test_loading_again_is_refused(demo):
    before = Consultation.objects.count()

    with pytest.raises(CommandError, match="There are people in this database already"):
        call_command("demo", verbosity=0)
    call_command("demo", if_empty=True, verbosity=0)

    assert Consultation.objects.count() == before


def test_progress_is_told(demo):
    _, said = demo
    assert [line.partition(":")[0] for line in said.splitlines()][:3] == [
        "People and organisations",
        "Pages",
        "Consultations, batches and bookings",
    ]
    assert "referrer@example.gov.uk" in said


def test_every_tale_is_told_of_a_case():
    from home.demo.case_list import CASES

    assert sorted(tales()) == sorted(case.tale for case in CASES)


@pytest.mark.parametrize("later", [False, True])
def test_a_working_day_is_none_of_a_weekend(later):
    days = [timezone.localdate() + timedelta(days=n) for n in range(14)]
    assert {working_day(day, later=later).weekday() for day in days} == {0, 1, 2, 3, 4}


def test_readings_are_logged_as_people_make_them(demo):
    """R9: documents by both consultants and by one who says why, the report by who referred."""
    read = ModelLogEntry.objects.filter(action="vault.read")
    case = Consultation.objects.exclude(second_consultant=None).get(meetings__status="confirmed")
    readers = {entry.user for entry in read.filter(object_id=case.pk, data__has_key="file")}
    opened = ModelLogEntry.objects.get(action="consultation.opened")

    assert readers == {case.lead_consultant, case.second_consultant, opened.user}
    assert opened.comment
    reports = ModelLogEntry.objects.filter(action="recommendations.read").values_list("object_id", flat=True)
    issued = Recommendations.objects.filter(version=1).exclude(issued_at=None)
    assert set(reports) == {str(one.pk) for one in issued}


def test_a_session_given_back_is_credited_and_finance_hears_what_we_owe(demo):
    note = CreditNote.objects.get()
    finance = User.objects.get(email="finance@example.nhs.uk")

    owed = [need for need in needs_of(finance) if need.what == f"We owe £{note.total:,.2f} back"]
    assert [need.reference for need in owed] == [note.order.reference]
    assert note.order.funder == Contact.objects.get(email="funder@example.gov.uk")
