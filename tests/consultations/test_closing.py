"""The end of a case and of its records: outcome, the days they are kept to, legal hold, destruction."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.utils import timezone
from wagtail.models import ModelLogEntry

from changes.refusals import Refused, Stale
from consultations import actions, tasks
from consultations.models import (
    CaseDocument,
    Closure,
    Consultation,
    DocumentNote,
    DocumentRequest,
    LegalHold,
    ReportRevision,
)
from consultations.models.retention import documents_until, kept_until, reports_until
from consultations.staff import access
from tests.consultations.conftest import said, send, url
from tests.factories import consultations as cases
from vault import storage
from vault.reading import content

pytestmark = pytest.mark.django_db
LATER = timedelta(days=190)  # more than six months


@pytest.fixture
def closed(world: Any, a_case, referrer, coordinator) -> Consultation:
    """Closed today, with one uploaded document."""
    case = a_case("invoiced")
    line = case.document_requests.filter(is_required=False).first()
    actions.receive_document(line, cases.text_file(), by=referrer)
    cases.pay(case)
    actions.close(cases.fresh(case), outcome=Closure.Outcome.ASSESSMENT, note="In spring.", by=coordinator)
    return cases.fresh(case)


def test_closing_keeps_the_outcome(closed):
    assert (closed.closure.outcome, closed.closure.note) == ("assessment", "In spring.")


def test_closing_is_atomic_and_happens_once(a_case, coordinator):
    """R7, R10"""
    case = a_case("invoiced")
    cases.pay(case)
    with pytest.raises(RuntimeError), transaction.atomic():
        actions.close(cases.fresh(case), by=coordinator)
        raise RuntimeError
    assert not Closure.objects.exists()
    first, second = cases.fresh(case), cases.fresh(case)
    actions.close(first, by=coordinator)
    with pytest.raises(Stale):
        actions.close(second, by=coordinator)


def test_coordinator_says_what_came_of_it(a_case, staff, coordinator):
    case = a_case("invoiced")
    cases.pay(case)
    client = staff(coordinator)
    assert "Choose what came of it" in send(client, "close", case).content.decode()
    done = send(client, "close", case, outcome="elsewhere", note="")
    page = client.get(done.url).content.decode()
    assert "Another service takes it up" in page
    assert "Kept to" in page


def test_each_class_of_record_is_kept_to_its_day(closed, client, referrer):
    """The report never goes before the 25th birthday that somebody of 14 can have at the latest."""
    today = timezone.localdate()
    assert documents_until(closed) == today + relativedelta(months=6)
    assert reports_until(closed) == timezone.localdate(closed.submitted_at) + relativedelta(years=11)
    client.force_login(referrer)
    page = client.get(f"/consultations/{closed.reference}/").content.decode()
    for one in kept_until(closed):
        assert one.why.replace("’", "&#x27;") in page or one.why in page


@pytest.mark.parametrize(("age", "years"), [(None, 25), (0, 25), (10, 15), (24, 1), (25, 0), (30, 0)])
def test_the_report_is_kept_to_the_latest_possible_birthday(closed, age, years):
    closed.referral.age = age
    told = timezone.localdate(closed.submitted_at)
    expected: date = max(told + relativedelta(years=years), timezone.localdate() + relativedelta(months=6))
    assert reports_until(closed) == expected


def test_documents_are_destroyed_on_their_day_and_once(closed):
    """R10: the bytes and working papers go; the row, the log and the issued report stay."""
    file = CaseDocument.objects.get()
    DocumentNote.objects.create(document=file, author=closed.lead_consultant, text="Page 3 matters.")
    DocumentRequest.objects.filter(pk=file.request_id).update(holder_words="The school has it.")
    assert file.storage_key in set(storage.names())
    assert tasks.destroy_records() == 0
    with time_machine.travel(timezone.now() + LATER):
        assert tasks.destroy_records() == 1
        assert tasks.destroy_records() == 0
    file.refresh_from_db()
    assert (file.destroyed_at is not None, file.wrapped_key, file.original_name) == (True, "", "")
    assert not ReportRevision.objects.exists()
    assert not DocumentNote.objects.exists()
    assert DocumentRequest.objects.get(pk=file.request_id).holder_words == ""
    assert content(closed.issued_report).startswith(b"%PDF")
    entry = ModelLogEntry.objects.get(action="consultation.documents_destroyed")
    assert (entry.data["files"], entry.object_id) == ("1 file", str(closed.pk))
    assert ModelLogEntry.objects.filter(action="vault.destroyed").count() == 1
    assert any("destroyed" in str(step.message) for step in closed.timeline())


def test_the_report_is_destroyed_on_its_own_day(closed, client, referrer, staff, lead):
    """R4, R10: until then nothing changes it; then its words are gone everywhere, and that it was stays."""
    before = closed.issued_report
    years = relativedelta(years=11, days=200)
    with time_machine.travel(timezone.now() + years):
        actions.set_legal_hold(closed, reason="Inquiry.", by=lead)
        assert tasks.destroy_records() == 0
        actions.lift_legal_hold(closed, reason="Over.", by=lead)
        assert tasks.destroy_records() == 2  # the document and the report
        assert tasks.destroy_records() == 0
    report = type(before).objects.get()
    assert (report.snapshot_text, report.formulation, report.wrapped_key) == ("", "", "")
    assert (report.sha256, report.issued_at) == (before.sha256, before.issued_at)
    assert report.items.get().text == ""
    referral = cases.fresh(closed).referral
    assert (referral.behaviours, referral.initials, referral.age) == ("", "", 14)
    client.force_login(referrer)
    assert client.get(f"/consultations/{closed.reference}/recommendations/").status_code == 404
    assert client.get(f"/consultations/{closed.reference}/").status_code == 200
    page = staff(lead).get(url("inspect", closed)).content.decode()
    assert "Report, referral and notes destroyed" in page
    assert staff(lead).get(url("read_report", closed, 1)).status_code == 404


def test_destruction_is_atomic(closed):
    """R10: a crash in the middle destroys nothing, and the next run does it."""
    with time_machine.travel(timezone.now() + LATER):
        with pytest.raises(RuntimeError), transaction.atomic():
            actions.destroy_documents(closed)
            raise RuntimeError
        assert CaseDocument.objects.get().wrapped_key
        assert tasks.destroy_records() == 1


@pytest.mark.parametrize("state", ["funded", "issued"])
def test_nothing_of_an_open_case_is_destroyed(a_case, referrer, state):
    """R7"""
    case = a_case(state)
    actions.receive_document(
        case.document_requests.filter(is_required=False).first(), cases.text_file(), by=referrer
    )
    with time_machine.travel(timezone.now() + timedelta(days=1000)):
        assert actions.destroy_documents(case) == 0
        assert tasks.destroy_records() == 0


def test_a_withdrawn_case_keeps_its_documents_as_long(a_case, referrer, coordinator):
    case = a_case("funded")
    actions.receive_document(cases.first_required(case), cases.text_file(), by=referrer)
    actions.withdraw(case, reason="They asked.", by=coordinator)
    assert tasks.destroy_records() == 0
    with time_machine.travel(timezone.now() + LATER):
        assert tasks.destroy_records() == 1


def test_a_legal_hold_stops_destruction_until_it_is_lifted(closed, lead):
    actions.set_legal_hold(closed, reason="Family court, case 12.", by=lead)
    with time_machine.travel(timezone.now() + LATER):
        assert tasks.destroy_records() == 0
        actions.lift_legal_hold(closed, reason="The court is done.", by=lead)
        assert tasks.destroy_records() == 1
    assert {"consultation.hold_set", "consultation.hold_lifted"} <= {e.action for e in closed.timeline()}


def test_holds_are_set_and_lifted_once_by_a_lead_with_a_reason(closed, lead, coordinator, consultant):
    """R7, R9"""
    for act in (actions.set_legal_hold, actions.lift_legal_hold):
        with pytest.raises(Refused, match="Write why"):
            act(closed, reason=" ", by=lead)
        for person in (coordinator, consultant):
            with pytest.raises(Refused, match="Only a clinical lead"):
                act(closed, reason="Court.", by=person)
    actions.set_legal_hold(closed, reason="Court.", by=lead)
    with pytest.raises(Stale):
        actions.set_legal_hold(closed, reason="Again.", by=lead)
    actions.lift_legal_hold(closed, reason="Done.", by=lead)
    with pytest.raises(Stale):
        actions.lift_legal_hold(closed, reason="Again.", by=lead)
    assert LegalHold.objects.count() == 1


def test_hold_in_the_admin(closed, staff, lead, coordinator, finance, client, referrer):
    """R9: the lead's alone, and its reason is not for those outside."""
    browser = staff(lead)
    assert url("hold_records", closed) in browser.get(url("inspect", closed)).content.decode()
    done = send(browser, "hold_records", closed, reason="Family court, case 12.")
    assert said(browser, done)[-1].startswith("The hold is set.")
    assert "Family court, case 12." in browser.get(url("inspect", closed)).content.decode()
    for person in (coordinator, finance):
        assert staff(person).get(url("lift_hold", closed)).status_code == 404
    client.force_login(referrer)
    page = client.get(f"/consultations/{closed.reference}/").content.decode()
    assert "Legal hold" not in page
    send(staff(lead), "lift_hold", closed, reason="Done.")
    assert LegalHold.objects.get().lifted_at
    assert access.HOLD == "consultations.hold_records"
