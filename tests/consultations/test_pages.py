"""The referrer's pages: who sees them, what they keep, what they say."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from accounts.actions import add_person
from consultations import actions, tasks
from consultations.actions.meeting import default_invitees
from consultations.models import Consultation, DocumentRequest
from consultations.sections import SECTIONS
from design import tokens
from design.templatetags.design import long_date
from meetings.actions import poll as polls
from organisations.actions import ask_to_join
from tests.factories import consultations as cases

pytestmark = pytest.mark.django_db

PAGES_OF_A_DRAFT = [
    "case", "withdraw", "referral", "network", "check",
]  # fmt: skip


@pytest.fixture
def draft(referrer, council):
    return cases.draft(referrer, council)


@pytest.fixture
def funded(referrer, council, coordinator, funder):
    return cases.funded(referrer, council, coordinator, funder)


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def post(client: Client, url: str, user, follow: bool = True, **data: object):
    """As a browser sends a form of ours: with its once-only token."""
    return client.post(url, {tokens.FIELD: tokens.new(user), **data}, follow=follow)


@pytest.mark.parametrize("page", PAGES_OF_A_DRAFT)
def test_the_referrer_alone_sees_the_case(draft, referrer, colleague, outsider, finance, editor, page):
    """R9: the owner sees it; a colleague, an outsider and staff without the role get a 404; others sign in."""
    url = reverse(f"consultations:{page}", args=[draft.reference])

    assert signed_in(referrer).get(url).status_code == 200
    for other in (colleague, outsider, finance, editor):
        assert signed_in(other).get(url).status_code == 404
    anonymous = Client().get(url)
    assert (anonymous.status_code, anonymous["Location"]) == (302, f"/accounts/login/?next={url}")


@pytest.mark.parametrize("section", [s.slug for s in SECTIONS])
def test_each_step_opens_for_the_referrer_alone(draft, referrer, colleague, outsider, section):
    """R9"""
    url = f"/consultations/{draft.reference}/referral/{section}/"

    assert signed_in(referrer).get(url).status_code == 200
    assert signed_in(colleague).get(url).status_code == 404
    assert signed_in(outsider).get(url).status_code == 404
    assert Client().get(url).status_code == 302


def test_every_step_shows_what_still_blocks_acceptance(referrer, council):
    """R2: live, on every step."""
    case = actions.begin(council, by=referrer)
    client = signed_in(referrer)

    page = client.get(f"/consultations/{case.reference}/referral/you/").content.decode()
    assert "A social worker has to be allocated" in page
    assert "Tell us what keeps the young person safe now." in page

    post(
        client,
        f"/consultations/{case.reference}/referral/safeguarding/",
        referrer,
        safety_of_young_person="Supervised.",
        safety_of_others="School plan.",
    )
    page = client.get(f"/consultations/{case.reference}/referral/you/").content.decode()
    assert "Tell us what keeps the young person safe now." not in page


def test_an_incomplete_step_keeps_what_was_typed(referrer, council):
    """R13: the field is named, the rest stays."""
    case = actions.begin(council, by=referrer)

    page = post(
        signed_in(referrer),
        f"/consultations/{case.reference}/referral/young-person/",
        referrer,
        own_reference="EL-77",
        initials="JB",
        age="40",
        gender="boy",
        learning_needs="Speech and language plan.",
    ).content.decode()

    assert "We work with children and young people up to 21" in page
    assert 'value="EL-77"' in page
    assert "Speech and language plan." in page


def test_save_and_come_back_later_keeps_a_part(referrer, council):
    """R13"""
    case = actions.begin(council, by=referrer)

    post(
        signed_in(referrer),
        f"/consultations/{case.reference}/referral/safeguarding/",
        referrer,
        safety_of_young_person="Half an answer",
        safety_of_others="",
        later="1",
    )

    assert cases.fresh(case).referral.safety_of_young_person == "Half an answer"


def test_a_session_that_ran_out_loses_nothing(referrer, council):
    """R13: what was typed comes back after sign-in."""
    case = actions.begin(council, by=referrer)
    url = f"/consultations/{case.reference}/referral/tried/"
    client = Client()

    answer = client.post(url, {tokens.FIELD: tokens.new(referrer), "tried": "A long story."})
    assert answer["Location"] == f"/accounts/login/?next={url}"
    client.force_login(referrer)

    assert "A long story." in client.get(url).content.decode()


def test_check_sends_the_referral_once(draft, referrer):
    """R7, R13: a double click sends one referral and lands on the same page."""
    client, url = signed_in(referrer), reverse("consultations:check", args=[draft.reference])
    form = {tokens.FIELD: tokens.new(referrer)}

    first, second = client.post(url, form), client.post(url, form)

    sent = reverse("consultations:sent", args=[draft.reference])
    assert (first["Location"], second["Location"]) == (sent, sent)
    assert ModelLogEntry.objects.filter(action="consultation.submitted").count() == 1
    assert draft.reference in client.get(sent).content.decode()


def test_check_names_the_steps_left(referrer, council):
    case = actions.begin(council, by=referrer)

    page = signed_in(referrer).get(reverse("consultations:check", args=[case.reference])).content.decode()

    assert "Some steps are not finished" in page
    assert "Send the referral" not in page


def test_refer_begins_a_draft_for_a_member(referrer, council):
    client = signed_in(referrer)

    post(client, "/consultations/refer/", referrer, organisation=council.pk)

    case = Consultation.objects.get()
    assert (case.organisation, case.contact.user) == (council, referrer)


def test_refer_takes_no_organisation_of_others(outsider, council):
    """R9"""
    page = post(signed_in(outsider), "/consultations/refer/", outsider, organisation=council.pk)

    assert page.status_code == 200
    assert Consultation.objects.count() == 0


def test_the_stop_page_is_open_to_everybody(db):
    page = Client().get("/consultations/refer/").content.decode()

    assert "Is a child in danger now?" in page
    assert "Create an account" in page


def test_whoever_belongs_nowhere_is_led_to_an_organisation_and_back(council):
    newcomer = add_person("nell.quarry@example.org", "Nell Quarry")
    page = signed_in(newcomer).get("/consultations/refer/").content.decode()
    assert "/accounts/organisation/join/?next=/consultations/refer/" in page

    ask_to_join(newcomer, council)

    page = signed_in(newcomer).get("/consultations/refer/").content.decode()
    assert f"You asked to join {council}" in page
    assert "Tell us your organisation" not in page


def test_a_question_stands_on_the_case_page_with_the_way_to_answer(draft, referrer, coordinator):
    actions.refer(draft, by=referrer)
    actions.ask_for_more(draft, question="Who is with him after school?", by=coordinator)

    page = signed_in(referrer).get(f"/consultations/{draft.reference}/").content.decode()

    assert "Who is with him after school?" in page
    assert f"/consultations/{draft.reference}/referral/answer/" in page


def test_a_draft_says_until_when_it_is_kept(draft, referrer):
    ends = timezone.localdate() + timedelta(days=90)

    page = signed_in(referrer).get(f"/consultations/{draft.reference}/referral/").content.decode()

    assert f"We keep this draft until {long_date(ends)}" in page


def test_a_date_that_is_past_is_no_date_to_wait_for(draft, referrer):
    """R13: it is said by its box, and kept there."""
    url = f"/consultations/{draft.reference}/referral/availability/"

    page = post(
        signed_in(referrer),
        url,
        referrer,
        availability="Tuesdays",
        needed_by_day="1",
        needed_by_month="2",
        needed_by_year="2020",
    ).content.decode()

    assert "or later" in page
    assert 'value="2020"' in page


def test_a_draft_is_thrown_away_without_a_reason_and_a_sent_one_asks_why(draft, referrer, council):
    url = f"/consultations/{draft.reference}/withdraw/"
    page = signed_in(referrer).get(url).content.decode()
    assert "Nothing of it has been sent to us." in page
    assert "None" not in page

    post(signed_in(referrer), url, referrer)

    assert Consultation.objects.get(pk=draft.pk).status == Consultation.Status.WITHDRAWN

    sent = cases.submitted(referrer, council)
    page = post(signed_in(referrer), f"/consultations/{sent.reference}/withdraw/", referrer).content.decode()
    assert "Write the reason" in page
    assert Consultation.objects.get(pk=sent.pk).status == Consultation.Status.SUBMITTED


def test_my_list_tells_my_cases_apart_by_my_own_reference(draft, referrer):
    page = signed_in(referrer).get("/consultations/").content.decode()

    assert draft.referral.own_reference in page


def test_a_sent_referral_opens_no_step(draft, referrer):
    actions.refer(draft, by=referrer)

    url = f"/consultations/{draft.reference}/referral/you/"
    assert signed_in(referrer).get(url).status_code == 404
    assert post(signed_in(referrer), url, referrer, job_title="x").status_code == 404


def test_the_case_page_says_whose_turn_it_is(draft, referrer):
    page = signed_in(referrer).get(f"/consultations/{draft.reference}/").content.decode()
    assert "Your turn" in page
    assert "Go on with the referral" in page

    actions.refer(draft, by=referrer)

    page = signed_in(referrer).get(f"/consultations/{draft.reference}/").content.decode()
    assert "A coordinator is reading it" in page


def test_my_consultations_take_as_many_queries_for_one_as_for_many(
    referrer, council, coordinator, funder, django_assert_num_queries
):
    client = signed_in(referrer)
    cases.funded(referrer, council, coordinator, funder)
    client.get("/consultations/")
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as one:
        client.get("/consultations/")
    for _ in range(49):
        cases.draft(referrer, council)
    with django_assert_num_queries(len(one)):
        page = client.get("/consultations/").content.decode()
    assert page.count("fp-reference") == 50


def test_the_checklist_and_a_file(funded, referrer, colleague, outsider):
    """R9: the referrer sends and reads back; others get a 404. The reading is logged."""
    line = cases.first_required(funded)
    url = reverse("consultations:document", args=[funded.reference, line.number])
    client = signed_in(referrer)

    page = client.post(
        url,
        {
            tokens.FIELD: tokens.new(referrer),
            "token": uuid4(),
            "documents": [cases.text_file(), cases.text_file("two.txt")],
        },
        follow=True,
    )
    assert "2 files sent." in page.content.decode()
    document = line.files.get(pk=line.files.earliest("pk").pk)
    document.move_to("clean", by=None)
    tasks.document_scanned(document._meta.label_lower, document.pk)
    assert DocumentRequest.objects.get(pk=line.pk).status == "received"

    download = reverse("consultations:download", args=[funded.reference, line.number, document.pk])
    answer = client.get(download)
    assert b"".join(answer) == b"2026-01-04 First contact."
    assert funded.reference in answer["Content-Disposition"]
    assert ModelLogEntry.objects.filter(action="vault.read", user=referrer).count() == 1
    for other in (colleague, outsider):
        assert signed_in(other).get(url).status_code == 404
        assert signed_in(other).get(download).status_code == 404


def test_one_bad_file_loses_no_other(funded, referrer):
    """R13"""
    line = cases.first_required(funded)
    url = reverse("consultations:document", args=[funded.reference, line.number])
    bad = cases.text_file("empty.pdf", "")

    page = signed_in(referrer).post(
        url,
        {
            tokens.FIELD: tokens.new(referrer),
            "token": uuid4(),
            "documents": [cases.text_file(), cases.text_file("fake.pdf"), bad],
        },
    )

    said = page.content.decode()
    assert "fake.pdf" in said
    assert line.files.count() <= 1
    if line.files.count() == 1:
        assert "1 file sent. What did not work is below" in said


def test_a_file_that_is_not_scanned_yet_is_not_read(funded, referrer):
    line = cases.first_required(funded)
    document = actions.receive_document(line, cases.text_file(), by=referrer)

    url = reverse("consultations:download", args=[funded.reference, line.number, document.pk])
    assert signed_in(referrer).get(url).status_code == 404


def test_reading_the_recommendations_is_logged(
    referrer, colleague, outsider, council, coordinator, funder, consultant, lead
):
    """R9: who, when and what; nobody else reads."""
    report = cases.issued(referrer, council, coordinator, funder, consultant, lead)
    page = reverse("consultations:recommendations", args=[report.consultation.reference])
    pdf = reverse("consultations:recommendations_pdf", args=[report.consultation.reference])

    client = signed_in(referrer)
    assert "Review the safety plan." in client.get(page).content.decode()
    assert b"".join(client.get(pdf)).startswith(b"%PDF-")
    logged = ModelLogEntry.objects.filter(user=referrer, action__in=["recommendations.read", "vault.read"])
    assert logged.count() == 2
    for other in (colleague, outsider):
        assert signed_in(other).get(page).status_code == 404
        assert signed_in(other).get(pdf).status_code == 404
    assert Client().get(page).status_code == 302


def test_the_case_page_shows_every_step_of_a_closed_case(
    referrer, council, coordinator, funder, consultant, lead, finance
):
    from billing import actions as billing

    report = cases.issued(referrer, council, coordinator, funder, consultant, lead)
    case = cases.fresh(report.consultation)
    assert case.order
    invoice = billing.issue_invoice(case.order, by=finance)
    billing.record_payment(
        invoice, amount=invoice.total, method="bank", received_on=invoice.issued_on + timedelta(days=0),
        bank_reference="BACS 1", by=finance,
    )  # fmt: skip
    actions.close(cases.fresh(case), by=coordinator)

    page = signed_in(referrer).get(f"/consultations/{case.reference}/").content.decode()

    said = [
        "Referral begun", "Referral sent to us", "Referral accepted", "Quote sent to the funder",
        "Cost agreed by the funder", "Documents asked for", "Chronology: waived", "Meeting booked", "Meeting held",
        "Recommendations signed off", "Recommendations issued", "Invoice", "Payment recorded", "Paid in full",
        "Consultation closed",
    ]  # fmt: skip
    assert [words for words in said if words not in page] == []


def test_the_case_page_names_everybody_on_the_case_while_it_is_open(
    referrer, council, coordinator, funder, consultant, lead
):
    case = cases.funded(referrer, council, coordinator, funder)
    actions.allocate(case, consultant=consultant, second=lead, by=coordinator)
    path = reverse("consultations:case", args=[case.reference])
    open_page = signed_in(referrer).get(path).content.decode()
    for words in (
        str(consultant),
        str(lead),
        "Sam Brook, Elmshire Police",
        "Read or change what you told us",
    ):
        assert words in open_page

    actions.withdraw(cases.fresh(case), reason="The family moved away.", by=referrer)

    ended = signed_in(referrer).get(path).content.decode()
    assert "Read what you told us" in ended
    assert "Let a colleague in" not in ended


def test_the_case_page_asks_whoever_reads_it_which_dates_suit(
    referrer, colleague, council, coordinator, funder
):
    """R9: each by a link of their own, and nobody for another."""
    case = cases.documented(referrer, council, coordinator, funder)
    actions.let_in(case, email=colleague.email, by=referrer)
    day = (timezone.now() + timedelta(days=10)).replace(minute=0, second=0, microsecond=0)
    poll = actions.offer_dates(
        case,
        slots=[(day, day + timedelta(hours=1)), (day + timedelta(days=1), day + timedelta(days=1, hours=1))],
        closes_at=day - timedelta(days=1),
        people=default_invitees(case),
        place="Video",
        by=coordinator,
    )
    url, voter = f"/consultations/{case.reference}/", poll.voters.get(email=referrer.email)
    link = reverse("meetings:poll", args=[voter.link_token])

    page = signed_in(referrer).get(url).content.decode()
    assert "Say which of our dates suit you." in page
    assert link in page
    assert "/meetings/poll/" not in signed_in(colleague).get(url).content.decode()

    polls.answer(voter, {slot.pk: "yes" for slot in poll.slots.all()})

    page = signed_in(referrer).get(url).content.decode()
    assert "Say which of our dates suit you." not in page
    assert "Change which dates suit you" in page


def test_the_case_page_asks_whoever_is_invited_whether_they_come(referrer, council, coordinator, funder):
    case = cases.booked(referrer, council, coordinator, funder)
    assert case.meeting is not None
    attendee = case.meeting.attendees.get(email=referrer.email)
    url = f"/consultations/{case.reference}/"

    page = signed_in(referrer).get(url).content.decode()
    assert "Say whether you are coming." in page
    assert reverse("meetings:reply", args=[attendee.reply_token]) in page

    attendee.partstat = "ACCEPTED"
    attendee.save()

    assert "Say whether you are coming." not in signed_in(referrer).get(url).content.decode()
