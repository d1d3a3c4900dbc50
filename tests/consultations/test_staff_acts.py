"""Each act of the staff side: done, refused and told, kept out of, and nothing changed by a stale page."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone
from wagtail.models import ModelLogEntry

from billing.models import Product, Quote
from consultations import actions
from consultations.models import Consultation, DocumentRequest
from meetings.models import Leave, Resource
from organisations.models import Contact
from tests.consultations.conftest import said, send, url
from tests.factories import consultations as cases

pytestmark = pytest.mark.django_db
Status = Consultation.Status

# name, state it is for, who, what is typed, status afterwards
DECISIONS = [
    ("accept", "submitted", "coordinator", {}, Status.ACCEPTED),
    ("ask", "submitted", "coordinator", {"question": "Who holds the plan?"}, Status.QUESTIONED),
    (
        "decline",
        "submitted",
        "coordinator",
        {"reason": "Too old.", "alternative": "Adults."},
        Status.DECLINED,
    ),
    ("withdraw", "accepted", "coordinator", {"reason": "They asked us."}, Status.WITHDRAWN),
]


@pytest.mark.parametrize(("name", "state", "who", "answers", "after"), DECISIONS)
def test_decision_is_taken_once_and_told(a_case, staff, request, name, state, who, answers, after):
    """R7: a second sending of another page changes nothing and says so."""
    case = a_case(state)
    client = staff(request.getfixturevalue(who))

    done = send(client, name, case, **answers)

    assert done.url == url("inspect", case)
    assert cases.fresh(case).status == after
    assert len(said(client, done)) == 1
    entries = ModelLogEntry.objects.count()
    again = send(client, name, case, **answers)
    assert again.status_code in {302, 422}
    assert cases.fresh(case).status == after
    assert ModelLogEntry.objects.count() == entries


@pytest.mark.parametrize("who", ["finance", "editor", "referrer", "outsider"])
@pytest.mark.parametrize(("name", "state", "_who", "answers", "_after"), DECISIONS)
def test_decision_is_not_there_for_others(a_case, staff, request, who, name, state, _who, answers, _after):
    """R9"""
    case = a_case(state)
    sent = send(staff(request.getfixturevalue(who)), name, case, **answers)
    assert sent.status_code == 404
    assert cases.fresh(case).status == case.status


def test_decision_needs_a_sign_in(a_case, client):
    case = a_case("submitted")
    sent = client.post(url("accept", case), {})
    assert sent.status_code == 302
    assert "login" in sent.url
    assert cases.fresh(case).status == Status.SUBMITTED


@pytest.mark.parametrize(
    "name", ["accept", "invoice", "issue", "begin", "hold", "sign_off", "request_documents"]
)
def test_an_act_without_a_form_answers_post_alone(a_case, staff, django_user_model, name):
    boss = django_user_model.objects.create_superuser("boss@example.nhs.uk", "x")
    case = a_case("accepted")
    Consultation.objects.filter(pk=case.pk).update(lead_consultant=boss)
    assert staff(boss).get(url(name, case)).status_code == 405


@pytest.mark.parametrize(("name", "state", "missing"), [
    ("ask", "submitted", ["Write what you need to know"]),
    ("decline", "submitted", ["Write why we cannot take this on", "Write what the referrer could try instead"]),
    ("withdraw", "accepted", ["Write why the case is withdrawn"]),
])  # fmt: skip
def test_an_empty_form_says_what_to_write(a_case, staff, coordinator, name, state, missing):
    case = a_case(state)
    page = send(staff(coordinator), name, case)
    assert page.status_code == 422
    for words in missing:
        assert words in page.content.decode()
    assert cases.fresh(case).status == case.status


def test_accepting_without_the_safeguards_is_the_leads_with_a_reason(
    staff, coordinator, lead, referrer, council
):
    """R2: refused to a coordinator with everything missing; a lead gives a reason, and the page shows it."""
    case = cases.submitted(referrer, council)
    case.referral.social_worker_allocated, case.referral.safety_of_others = "no", ""
    case.referral.save()
    client = staff(coordinator)
    refused = send(client, "accept", case)
    assert len(said(client, refused)) == 2
    assert send(client, "override", case, reason="Starts Monday.").status_code == 404

    client = staff(lead)
    assert "A social worker has to be allocated" in client.get(url("override", case)).content.decode()
    assert send(client, "override", case, reason="").status_code == 422
    send(client, "override", case, reason="The allocation starts on Monday.")

    accepted = cases.fresh(case)
    assert (accepted.status, accepted.override_reason) == (
        Status.ACCEPTED,
        "The allocation starts on Monday.",
    )
    assert "The allocation starts on Monday." in client.get(url("inspect", case)).content.decode()


def test_lead_names_the_lead_consultant(a_case, staff, lead, consultant, coordinator, finance):
    case = a_case("submitted")
    assert send(staff(coordinator), "allocate", case, consultant=consultant.pk).status_code == 404
    client = staff(lead)
    assert "Finn Penny" not in client.get(url("allocate", case)).content.decode()
    assert send(client, "allocate", case, consultant=finance.pk).status_code == 422

    done = send(client, "allocate", case, consultant=consultant.pk)

    assert said(client, done) == [f"Connie Marsh leads {case.reference}."]
    assert cases.fresh(case).lead_consultant == consultant


def test_quote_goes_to_the_funder_whom_the_referral_names(a_case, staff, coordinator, council):
    case = a_case("accepted")
    product = cases.product()
    client = staff(coordinator)
    page = client.get(url("quote", case)).content.decode()
    assert "Morgan Field" in page
    assert "funder@example.gov.uk" in page

    done = send(client, "quote", case, product=product.pk, quantity="2", unit_price="", funder_name="Max Dee",
                funder_email="max.dee@example.gov.uk")  # fmt: skip

    quote = Quote.objects.get()
    assert (str(quote.total), quote.funder.email) == ("2500.00", "max.dee@example.gov.uk")
    assert Contact.objects.get(email="max.dee@example.gov.uk").organisation == council
    assert quote.reference in said(client, done)[0]
    assert cases.fresh(case).order == quote.order


def test_quote_form_keeps_what_was_typed(a_case, staff, coordinator):
    """R13"""
    page = send(staff(coordinator), "quote", a_case("accepted"), quantity="many", funder_name="Max Dee")
    assert page.status_code == 422
    assert "Max Dee" in page.content.decode()
    assert not Quote.objects.exists()


def test_documents_wait_for_funding_and_go_out_once(a_case, staff, coordinator):
    client = staff(coordinator)
    unfunded = a_case("accepted")
    refused = send(client, "request_documents", unfunded)
    assert said(client, refused)[0].startswith("Funding is not agreed yet.")
    funded = a_case("funded")
    before = funded.document_requests.count()
    send(client, "request_documents", funded)
    assert funded.document_requests.count() == before


@pytest.fixture
def received(a_case, referrer):
    """A case with one document that waits to be looked at."""
    case = a_case("funded")
    line = cases.first_required(case)
    document = actions.receive_document(line, cases.text_file(), by=referrer)
    type(document).objects.filter(pk=document.pk).update(status="clean")
    document.refresh_from_db()
    actions.document_scanned(document)
    line.refresh_from_db()
    return case, line, document


def test_document_is_read_and_its_reading_logged(received, staff, consultant, coordinator, finance):
    """R9: who, when and what; and only those who read cases."""
    case, _, document = received
    for person in (consultant, coordinator):
        answer = staff(person).get(url("read_document", case, document.pk))
        assert b"".join(answer.streaming_content) == b"2026-01-04 First contact."
        assert case.reference in answer["Content-Disposition"]
        assert "chronology" not in answer["Content-Disposition"]
    assert staff(finance).get(url("read_document", case, document.pk)).status_code == 404
    read = ModelLogEntry.objects.filter(action="vault.read")
    assert {e.user for e in read} == {consultant, coordinator}
    assert {e.object_id for e in read} == {str(case.pk)}


def test_a_document_of_another_case_is_not_there(received, a_case, staff, coordinator):
    """R9"""
    _, _, document = received
    assert staff(coordinator).get(url("read_document", a_case("submitted"), document.pk)).status_code == 404


def test_consultant_off_the_case_reads_no_document_without_a_reason(received, staff, consultant):
    """R9"""
    case, _, document = received
    Consultation.objects.filter(pk=case.pk).update(lead_consultant=None)
    answer = staff(consultant).get(url("read_document", case, document.pk))
    assert answer.url.startswith(url("open", case))
    assert not ModelLogEntry.objects.filter(action="vault.read").exists()


def test_document_in_quarantine_is_not_read(received, staff, coordinator):
    case, _, document = received
    type(document).objects.filter(pk=document.pk).update(status="infected")
    client = staff(coordinator)
    answer = client.get(url("read_document", case, document.pk))
    assert said(client, answer) == ["This file was infected, so nobody can open it. Ask for a clean copy."]


@pytest.mark.parametrize(("name", "answers", "after"), [
    ("accept_document", {}, DocumentRequest.Status.ACCEPTED),
    ("return_document", {"reason": "Page 2 is missing."}, DocumentRequest.Status.RETURNED),
])  # fmt: skip
def test_document_is_judged_once(received, staff, coordinator, name, answers, after):
    """R7"""
    case, line, _ = received
    client = staff(coordinator)
    send(client, name, case, line.number, **answers)
    line.refresh_from_db()
    assert line.status == after
    again = send(client, "accept_document", case, line.number)
    assert "Nothing was done" in said(client, again)[-1]


def test_waiving_needs_a_reason(a_case, staff, coordinator):
    """R1"""
    case = a_case("funded")
    line = cases.first_required(case)
    client = staff(coordinator)
    assert send(client, "waive_document", case, line.number).status_code == 422
    send(client, "waive_document", case, line.number, reason="It was never written.")
    line.refresh_from_db()
    assert (line.status, line.reason) == ("waived", "It was never written.")


def booking(**more: object) -> dict[str, object]:
    day = (timezone.localdate() + timedelta(days=9)).isoformat()
    return {"day": day, "start": "10:00", "minutes": "90", "place": "Room 2",
            "people": ["sam.brook@example.org"], **more}  # fmt: skip


def test_meeting_is_booked_with_those_ticked(a_case, staff, coordinator, consultant):
    case = a_case("documented")
    client = staff(coordinator)
    page = client.get(url("book", case)).content.decode()
    assert page.count("checked") >= 3  # the network ticked, the consultant's diary reserved
    diary = Resource.objects.of(consultant)

    send(client, "book", case, **booking(resources=[diary.pk]))

    meeting: Any = cases.fresh(case).meeting
    assert [a.email for a in meeting.invited] == ["sam.brook@example.org"]
    assert (meeting.resources, meeting.about) == ([diary], case.reference)


def test_meeting_before_funding_is_refused(a_case, staff, coordinator):
    """R3"""
    case = a_case("quoted")
    page = send(staff(coordinator), "book", case, **booking())
    assert page.status_code == 422
    assert "Funding is not agreed yet" in page.content.decode()
    assert cases.fresh(case).meeting is None


def test_a_booked_consultant_is_not_booked_twice(a_case, staff, coordinator, consultant):
    """R3: one clear message over the form, what was typed kept."""
    diary = Resource.objects.of(consultant)
    first, second = a_case("documented"), a_case("documented")
    client = staff(coordinator)
    send(client, "book", first, **booking(resources=[diary.pk]))

    page = send(client, "book", second, **booking(resources=[diary.pk], place="Room 7"))

    assert page.status_code == 422
    assert "Connie Marsh is already booked then" in page.content.decode()
    assert "Room 7" in page.content.decode()
    assert cases.fresh(second).meeting is None


def test_a_consultant_on_leave_is_booked_with_a_reason_only(a_case, staff, coordinator, consultant):
    """A warning first, what was typed kept (R13); then the tick and the reason, which the meeting's log keeps."""
    diary = Resource.objects.of(consultant)
    case, client = a_case("documented"), staff(coordinator)
    day = timezone.localdate() + timedelta(days=9)
    Leave.objects.create(resource=diary, first_on=day, last_on=day)

    page = send(client, "book", case, **booking(resources=[diary.pk], place="Room 7")).content.decode()
    assert "Connie Marsh is marked “Away” then" in page
    assert "Room 7" in page
    assert cases.fresh(case).meeting is None

    reason = {"go_ahead": "on", "despite": "She comes in for it."}
    send(client, "book", case, **booking(resources=[diary.pk], **reason))
    assert cases.fresh(case).meeting is not None
    assert ModelLogEntry.objects.get(action="meeting.despite").data["reason"] == "She comes in for it."


def test_finding_a_time_fills_in_the_booking(a_case, staff, coordinator, consultant):
    client, address = staff(coordinator), url("book", a_case("documented"))
    link = re.findall(r'href="([^"]*/find/[^"]*)"', client.get(address).content.decode())[0]
    found = client.get(link.replace("&amp;", "&")).content.decode()
    slot = re.findall(rf'href="({address}\?[^"]*)"', found)[0].replace("&amp;", "&")

    page = client.get(slot).content.decode()

    asked = parse_qs(urlsplit(slot).query)
    assert f'value="{asked["day"][0]}"' in page
    assert f'value="{asked["start"][0]}"' in page
    assert asked["resources"] == [str(Resource.objects.of(consultant).pk)]


def test_meeting_is_held_from_its_start_on(a_case, staff, coordinator):
    case = a_case("booked")
    client = staff(coordinator)
    refused = send(client, "hold", case)
    assert "Mark it held once it has started." in said(client, refused)[0]

    earlier = timezone.now() - timedelta(hours=3)
    type(case.meeting).objects.update(starts_at=earlier, ends_at=earlier + timedelta(hours=2))
    send(client, "hold", case)
    assert cases.fresh(case).is_met


def test_closing_tells_everything_that_is_missing(a_case, staff, coordinator):
    case = a_case("met")
    client = staff(coordinator)
    missing = ["The recommendations have not been issued yet.", "The invoice has not been issued yet."]
    assert said(client, client.get(url("close", case))) == missing
    refused = send(client, "close", case, outcome="recommended")
    assert refused.context["form"].non_field_errors() == missing
    assert cases.fresh(case).status == Status.ACCEPTED


def test_coordinator_issues_no_invoice(a_case, staff, coordinator):
    case = a_case("issued")
    assert send(staff(coordinator), "invoice", case).status_code == 404
    assert not case.order.invoices.exists()


def test_invoice_waits_for_the_recommendations(a_case, staff, django_user_model):
    boss = django_user_model.objects.create_superuser("boss@example.nhs.uk", "x")
    client = staff(boss)
    early, ready = a_case("met"), a_case("issued")
    refused = send(client, "invoice", early)
    assert said(client, refused) == ["The recommendations have not been issued yet."]
    send(client, "invoice", ready)
    assert ready.order.invoices.count() == 1


def test_a_quote_begins_with_what_is_sold_by_the_consultation(a_case, staff, coordinator):
    """Not with whatever comes first in the price list: a tired hand would send it."""
    case = a_case("accepted")
    Product.objects.create(name="A day of training", unit="day", unit_price=900)
    one = cases.product()

    form = staff(coordinator).get(url("quote", case)).context["form"]

    assert form.initial["product"] == one
    one.is_active = False
    one.save()
    page = send(
        staff(coordinator), "quote", case, quantity="0", unit_price="-1", funder_name="Jo"
    ).content.decode()
    for told in ["Choose what the quote is for", "Enter 0.25 or more", "Enter a price of £0 or more"]:
        assert page.count(told) == 2
