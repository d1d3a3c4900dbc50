"""Changing a referral that was sent: what was, what is, why and who."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from wagtail.models import ModelLogEntry

from changes.refusals import Refused, Stale
from consultations import actions
from consultations.models import Amendment, Consultation
from design import tokens
from mail.models import Message
from tests.consultations.conftest import url
from tests.factories import consultations as cases

pytestmark = pytest.mark.django_db
Status = Consultation.Status
TRIED: dict[str, object] = {"tried": "A safety plan and weekly sessions."}


@pytest.fixture
def submitted(referrer, council):
    return cases.submitted(referrer, council)


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def post(client: Client, path: str, user, **data: object):
    return client.post(path, {tokens.FIELD: tokens.new(user), **data}, follow=True)


def test_amend_keeps_what_was_said_why_and_who(submitted, referrer):
    actions.amend(submitted, TRIED, section="tried", reason="It began on Monday.", by=referrer)

    kept = Amendment.objects.get()
    assert (kept.field, kept.old, kept.new) == ("tried", "A safety plan at school.", TRIED["tried"])
    assert (kept.reason, kept.amended_by) == ("It began on Monday.", referrer)
    assert cases.fresh(submitted).referral.tried == TRIED["tried"]


def test_what_changed_stays_off_timeline_and_mail(submitted, referrer):
    """R8: the log names the step, the mail the reference."""
    actions.amend(submitted, TRIED, section="tried", reason="Because of J.B.", by=referrer)

    entry = ModelLogEntry.objects.get(action="consultation.amended")
    assert entry.data == {"section": "What has been tried"}
    mail = Message.objects.get(template="consultations/amended")
    assert submitted.reference in mail.subject
    assert "weekly" not in mail.text + mail.html
    with connection.cursor() as cursor:
        cursor.execute("SELECT old, new, reason FROM consultations_amendment")
        assert not any("plan" in column or "J.B." in column for column in cursor.fetchone())


@pytest.mark.parametrize("status", [s for s in Status if s not in {Status.SUBMITTED, Status.ACCEPTED}])
def test_amend_refuses_any_other_status(submitted, referrer, status):
    """R7"""
    Consultation.objects.filter(pk=submitted.pk).update(status=status)

    with pytest.raises(Stale):
        actions.amend(submitted, TRIED, section="tried", reason="Late.", by=referrer)

    assert cases.fresh(submitted).referral.tried == "A safety plan at school."
    assert not Amendment.objects.exists()


@pytest.mark.parametrize(
    ("answers", "reason", "told"),
    [(TRIED, " ", "why it changes"), ({"tried": "A safety plan at school."}, "Again.", "same as before")],
)
def test_amend_needs_a_reason_and_a_difference(submitted, referrer, answers, reason, told):
    with pytest.raises(Refused, match=told):
        actions.amend(submitted, answers, section="tried", reason=reason, by=referrer)


def test_amend_is_atomic(submitted, referrer):
    """R10"""
    with pytest.raises(RuntimeError), transaction.atomic():
        actions.amend(submitted, TRIED, section="tried", reason="Now.", by=referrer)
        raise RuntimeError

    assert not Amendment.objects.exists()
    assert cases.fresh(submitted).referral.tried == "A safety plan at school."


def test_changes_made_while_answering_are_kept_too(submitted, referrer, coordinator):
    actions.ask_for_more(submitted, question="Who supervises?", by=coordinator)
    actions.save_step(submitted, {**TRIED, "answer": "His aunt."}, by=referrer)
    actions.remove_from_network(submitted.network.get(), by=referrer)

    kept = {one.field: (one.old, one.new) for one in Amendment.objects.all()}
    assert kept["tried"] == ("A safety plan at school.", TRIED["tried"])
    assert kept["network"][0].splitlines()[:2] == ["Sam Brook", "Elmshire Police"]
    assert kept["network"][1] == ""


def test_an_earlier_question_and_its_answer_are_kept(submitted, referrer, coordinator):
    """R13"""
    actions.ask_for_more(submitted, question="Who supervises?", by=coordinator)
    actions.save_step(submitted, {"answer": "His aunt."}, by=referrer)
    actions.refer(cases.fresh(submitted), by=referrer)
    actions.ask_for_more(cases.fresh(submitted), question="And at night?", by=coordinator)

    assert Amendment.objects.get(field="asked").old == "Who supervises?\n\nHis aunt."
    assert cases.fresh(submitted).referral.asked == "And at night?"


def test_the_referrer_amends_on_the_page_and_staff_see_it(submitted, referrer, staff, coordinator):
    answers = reverse("consultations:answers", args=[submitted.reference])
    amend = reverse("consultations:amend", args=[submitted.reference, "tried"])
    client = signed_in(referrer)
    assert amend in client.get(answers).content.decode()

    page = post(client, amend, referrer, **TRIED, reason="New this week.").content.decode()

    assert "is changed" in page
    assert "A safety plan at school." in page
    assert "New this week." in page
    seen = staff(coordinator).get(url("inspect", submitted)).content.decode()
    for words in ("A safety plan at school.", TRIED["tried"], "New this week."):
        assert words in seen


def test_an_amendment_without_a_reason_keeps_what_was_typed(submitted, referrer):
    """R13"""
    amend = reverse("consultations:amend", args=[submitted.reference, "tried"])

    page = post(signed_in(referrer), amend, referrer, **TRIED).content.decode()

    assert "Write the reason" in page
    assert TRIED["tried"] in page
    assert not Amendment.objects.exists()


@pytest.mark.parametrize("name", ["answers", "amend"])
def test_others_neither_read_nor_change_it(submitted, referrer, colleague, outsider, finance, name):
    """R9"""
    slug = ["tried"] if name == "amend" else []
    path = reverse(f"consultations:{name}", args=[submitted.reference, *slug])
    assert signed_in(referrer).get(path).status_code == 200
    for other in (colleague, outsider, finance):
        assert signed_in(other).get(path).status_code == 404
    assert Client().get(path).status_code == 302
    actions.let_in(submitted, email=colleague.email, by=referrer)
    assert signed_in(colleague).get(path).status_code == 200


def test_access_ends_when_a_referral_is_declined(submitted, referrer, colleague, coordinator):
    """R9: the answers close, colleagues are out; the referrer still reads why, and what to try instead."""
    actions.let_in(submitted, email=colleague.email, by=referrer)

    actions.decline_referral(submitted, reason="Over 21.", alternative="Adult services.", by=coordinator)

    case = reverse("consultations:case", args=[submitted.reference])
    answers = reverse("consultations:answers", args=[submitted.reference])
    assert "Adult services." in signed_in(referrer).get(case).content.decode()
    assert signed_in(referrer).get(answers).status_code == 404
    assert signed_in(colleague).get(case).status_code == 404
