"""Three months on: how the recommendations went, the reminder of a review, what people thought of us."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.utils import timezone
from wagtail.models import ModelLogEntry

from changes.refusals import Refused, Stale
from consultations import actions, tasks
from consultations.models import (
    FeedbackLink,
    Progress,
    ProgressLink,
    Recommendation,
    Recommendations,
    ReviewReminder,
)
from design import tokens
from mail.models import Message
from tests.consultations.conftest import url
from tests.factories import consultations as cases

pytestmark = pytest.mark.django_db
SAM = "sam.brook@example.org"  # of the network


@pytest.fixture
def issued(world: Any, consultant, lead) -> Recommendations:
    """Two recommendations: one the referrer answers for, one somebody of the network."""
    report = cases.written(*world, consultant)  # type: ignore[call-arg]
    items = [cases.item("Review the plan."), cases.item("Visit monthly.", owner="Police", owner_email=SAM)]
    actions.write(report, words={}, items=items, by=consultant)
    actions.send_for_review(report, by=consultant)
    actions.sign_off(report, by=lead)
    actions.issue_recommendations(report, by=lead)
    return report


@pytest.fixture
def asked(issued) -> Recommendations:
    assert actions.ask_for_progress(issued) == 2
    return issued


def token_in(template: str, to: str) -> str:
    mail = Message.objects.get(template=f"consultations/{template}", to=to)
    found = re.search(r"/(?:progress|feedback)/([\w-]+)/open/", mail.text)
    assert found
    return found[1]


def open_door(client: Client, kind: str, template: str, to: str) -> str:
    """Through the link and the mailed code, as its holder would; where it leads."""
    address = f"/consultations/{kind}/{token_in(template, to)}/open/"
    assert b"Send the code" in client.get(address).content
    client.post(address, {"send": "1"})
    code = re.search(r"\b\d{6}\b", Message.objects.filter(to=to).latest("pk").text)
    assert code
    return client.post(address, {"code": code[0]}).headers["Location"]


def once() -> dict[str, str]:
    return {tokens.FIELD: tokens.new(None)}


def test_owners_are_asked_after_three_months_once_and_by_reference_alone(issued):
    """R8, R10"""
    assert tasks.ask_for_progress() == 0
    with time_machine.travel(timezone.now() + timedelta(days=93)):
        assert [tasks.ask_for_progress(), tasks.ask_for_progress()] == [2, 0]
    mails = Message.objects.filter(template="consultations/progress_asked")
    assert sorted(m.to for m in mails) == ["referrer@example.gov.uk", SAM]
    for mail in mails:
        assert issued.consultation.reference in mail.subject
        assert mail.sensitive
        for detail in ("Review the plan", "Visit monthly", "J.B."):
            assert detail not in mail.text + mail.html + mail.subject


def test_asking_is_atomic(issued):
    """R10: a crash leaves neither link nor mail, so the next run asks."""
    with pytest.raises(RuntimeError), transaction.atomic():
        actions.ask_for_progress(issued)
        raise RuntimeError
    assert not ProgressLink.objects.exists()
    assert actions.ask_for_progress(issued) == 2


def test_a_replaced_version_is_not_asked_about(issued):
    """R7"""
    Recommendations.objects.filter(pk=issued.pk).update(status="replaced")
    assert actions.ask_for_progress(Recommendations.objects.get()) == 0


def test_an_owner_sees_their_own_recommendation_and_no_other(asked, client, outsider):
    """R9: nothing without the code; then one part of the report, and the reading is logged."""
    link = ProgressLink.objects.get(email=SAM)
    page = f"/consultations/progress/{link.pk}/"
    for person in (None, outsider):
        if person:
            client.force_login(person)
        assert client.get(page).status_code == 404
    there = open_door(client, "progress", "progress_asked", SAM)
    assert there == page
    words = client.get(page).content.decode()
    assert "Visit monthly." in words
    for hidden in ("Review the plan.", "loss and isolation", "J.B.", "Rowan"):
        assert hidden not in words
    assert (
        client.get(
            f"/consultations/progress/{ProgressLink.objects.exclude(pk=link.pk).get().pk}/"
        ).status_code
        == 404
    )
    assert (
        ModelLogEntry.objects.filter(action="recommendations.read", data__what="Their own part").count() == 1
    )


def test_an_answer_is_kept_and_may_be_changed_and_not_done_needs_a_reason(asked, client):
    """R13"""
    page = open_door(client, "progress", "progress_asked", SAM)
    item = asked.items.get(owner_email=SAM)
    other = asked.items.get(owner_email="")
    state, why = f"state-{item.pk}", f"why-{item.pk}"
    empty = client.post(page, once())
    assert (empty.status_code, "how it went" in empty.content.decode()) == (422, True)
    wrong = client.post(page, {state: "not_done", why: " ", **once()})
    assert (wrong.status_code, "Write why it was not done." in wrong.content.decode()) == (422, True)
    client.post(
        page, {state: "not_done", why: "No visits were agreed.", f"state-{other.pk}": "done", **once()}
    )
    told = Progress.objects.get()
    assert (told.recommendation, told.state, told.why) == (item, "not_done", "No visits were agreed.")
    client.post(page, {state: "done", why: "", **once()})
    assert Progress.objects.get().state == "done"
    with pytest.raises(Refused):
        actions.tell_progress(ProgressLink.objects.get(email=SAM), {other.pk: ("done", "")})


def test_clinicians_see_what_the_owners_said(asked, staff, lead):
    link = ProgressLink.objects.get(email=SAM)
    item = asked.items.get(owner_email=SAM)
    actions.tell_progress(link, {item.pk: ("not_done", "No visits were agreed.")})
    page = staff(lead).get(url("read_report", asked.consultation, 1)).content.decode()
    assert "No visits were agreed." in page
    assert "No answer yet" in page


def test_the_referrer_chooses_a_day_and_is_reminded_once(issued, client, referrer, colleague, outsider):
    """R9, R10"""
    case = issued.consultation
    page = f"/consultations/{case.reference}/review/"
    for person in (colleague, outsider):
        client.force_login(person)
        assert client.get(page).status_code == 404
    client.force_login(referrer)
    assert client.get(page).status_code == 200
    token = {tokens.FIELD: tokens.new(referrer)}
    past = client.post(page, {"on_day": "1", "on_month": "2", "on_year": "2020", **token})
    assert past.status_code == 422
    assert "Choose a day within the next twelve months." in past.content.decode()
    assert not ReviewReminder.objects.exists()
    on = timezone.localdate() + timedelta(days=120)
    day = {"on_day": on.day, "on_month": on.month, "on_year": on.year}
    client.post(page, {**day, tokens.FIELD: tokens.new(referrer)})
    assert ReviewReminder.objects.get().remind_on == on
    assert tasks.remind_of_reviews() == 0
    with time_machine.travel(timezone.now() + timedelta(days=121)):
        assert [tasks.remind_of_reviews(), tasks.remind_of_reviews()] == [1, 0]
    mail = Message.objects.get(template="consultations/review_due")
    assert (mail.to, mail.subject) == (referrer.email, f"Review the plan: {case.reference}")


def test_no_reminder_before_there_is_a_report(a_case, referrer):
    """R7"""
    with pytest.raises(Refused):
        actions.choose_review(a_case("met"), on=timezone.localdate() + timedelta(days=100), by=referrer)


def test_feedback_is_asked_of_everybody_at_closure_and_given_once(a_case, client, coordinator):
    """R7, R10"""
    case = a_case("invoiced")
    cases.pay(case)
    actions.close(cases.fresh(case), by=coordinator)
    assert sorted(FeedbackLink.objects.values_list("email", "part")) == [
        ("referrer@example.gov.uk", "referrer"),
        (SAM, "network"),
    ]
    page = open_door(client, "feedback", "feedback_asked", SAM)
    assert client.post(page, {"answered_us": "yes", **once()}).status_code == 422
    said = {"answered_us": "yes", "clear": "partly", "confident": "no", "words": "More time."}
    client.post(page, {**said, **once()})
    link = FeedbackLink.objects.get(email=SAM)
    assert (link.answered_us, link.clear, link.confident, link.words) == ("yes", "partly", "no", "More time.")
    assert "You have told us" in client.get(page).content.decode()
    with pytest.raises(Stale):
        actions.give_feedback(link, answers=said, words="")


def test_report_counts_by_category_and_hides_small_numbers(asked, staff, coordinator, finance, editor):
    """R9: one to four are not told, nor the counts beside them that would give them away."""
    report = asked
    link = ProgressLink.objects.get(email=SAM)
    category = report.items.first().category
    Recommendation.objects.bulk_create(
        Recommendation(report=report, position=at, text="x", owner="y", category=category) for at in range(7)
    )
    for item in report.items.all()[:6]:
        Progress.objects.create(recommendation=item, state="done", link=link)
    client = staff(coordinator)
    page = client.get("/admin/reports/consultations/progress/").content.decode()
    assert "not shown" in page
    csv = client.get("/admin/reports/consultations/progress/?export=csv")
    lines = b"".join(csv.streaming_content).decode().split("\r\n")
    assert lines[0] == "About,Done,Under way,Not done,No answer yet,All"
    assert lines[1] == "Safety planning,not shown,0,0,not shown,9"
    xlsx = client.get("/admin/reports/consultations/progress/?export=xlsx")
    assert b"".join(xlsx).startswith(b"PK")
    for person in (finance, editor):
        assert staff(person).get("/admin/reports/consultations/progress/").status_code == 404
        assert staff(person).get("/admin/reports/consultations/feedback/").status_code == 404


def test_feedback_report_shows_counts_and_words(a_case, staff, lead):
    case = a_case("accepted")
    for at in range(6):
        link, _ = FeedbackLink.make(
            email=f"p{at}@example.org", days=1, consultation=case, name="P", part="network"
        )
        answers = {"answered_us": "yes", "clear": "yes" if at else "no", "confident": "partly"}
        actions.give_feedback(link, answers=answers, words="Thank you." if at == 0 else "")
    page = staff(lead).get("/admin/reports/consultations/feedback/").content.decode()
    for words in ("Did the consultation answer", "not shown", "Thank you."):
        assert words in page
    assert case.reference not in page
    assert url("inspect", case) not in page


def test_the_reports_take_the_same_queries_for_many(a_case, staff, lead, django_assert_max_num_queries):
    case = a_case("issued")
    link, _ = ProgressLink.make(email=SAM, days=1, report=case.issued_report, name="Sam")
    client = staff(lead)
    category = case.issued_report.items.get().category
    client.get("/admin/reports/consultations/progress/")
    for count in (1, 50):
        Recommendation.objects.bulk_create(
            Recommendation(report=case.issued_report, position=at, text="x", owner="y", category=category)
            for at in range(count)
        )
        with django_assert_max_num_queries(12):
            client.get("/admin/reports/consultations/progress/")
    assert link.is_open
