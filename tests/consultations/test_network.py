"""The professionals around a case, changed after the referral was sent, and who is at the table then."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from changes.refusals import Refused, Stale
from consultations import actions
from consultations.actions.meeting import default_invitees
from consultations.models import Amendment, Consultation, NetworkMember
from consultations.models.recipient import Recipient
from design import tokens
from mail.models import Message
from meetings.models import Attendee, Poll, Voter
from tests.consultations.conftest import url
from tests.factories import consultations as cases

pytestmark = pytest.mark.django_db
Status = Consultation.Status
SAM = "Sam Brook\nElmshire Police\nsam.brook@example.org\nSees the meeting: when, where and who comes"
KIM = (
    "Kim Marsh\nNurse, Elmshire Health\nkim.marsh@example.nhs.uk\nSees the meeting: when, where and who comes"
)
NURSE = {
    "name": "Kim Marsh",
    "agency": "Elmshire Health",
    "role": "Nurse",
    "email": "kim.marsh@example.nhs.uk",
    "may_see": "meeting",
}


def nurse(**other: object) -> NetworkMember:
    return NetworkMember(**{**NURSE, **other})


@pytest.fixture
def submitted(referrer, council):
    return cases.submitted(referrer, council)


@pytest.fixture
def booked(world):
    return cases.booked(*world)


def invited(case: Consultation) -> set[str]:
    return set(
        Attendee.objects.filter(meeting=case.meeting, uninvited_at=None).values_list("email", flat=True)
    )


def revision(case: Consultation) -> int:
    meeting = cases.fresh(case).meeting
    assert meeting is not None
    return meeting.sequence


def add(case: Consultation, by, **other: object) -> None:
    actions.add_to_network(case, nurse(**other), reason="She joined on Monday.", by=by)


def test_what_was_said_of_them_is_kept_with_what_is_said_now_why_and_who(submitted, referrer):
    add(submitted, referrer)
    sam = submitted.network.get(name="Sam Brook")
    sam.phone = "01632 960111"
    actions.change_in_network(sam, reason="A new phone.", by=referrer)
    actions.remove_from_network(sam, reason="He moved on.", by=referrer)

    kept = [(one.field, one.old, one.new, one.reason, one.amended_by) for one in Amendment.objects.all()]
    with_phone = SAM.replace("\nSees", "\n01632 960111\nSees")
    assert kept == [
        ("network", "", KIM, "She joined on Monday.", referrer),
        ("network", SAM, with_phone, "A new phone.", referrer),
        ("network", with_phone, "", "He moved on.", referrer),
    ]
    assert [one.name for one in submitted.network.all()] == ["Kim Marsh"]


def test_the_timeline_names_the_step_and_the_mail_the_reference(submitted, referrer):
    """R8"""
    add(submitted, referrer)

    entry = ModelLogEntry.objects.get(action="consultation.amended")
    mail = Message.objects.get(template="consultations/amended")
    assert entry.data == {"section": "The professionals involved"}
    assert submitted.reference in mail.subject
    assert "Marsh" not in mail.text + mail.html


def acts_of(case: Consultation, reason: str, by):
    """Every act on the list, none done yet."""
    sam = case.network.get()
    changed = NetworkMember.objects.get(pk=sam.pk)
    changed.role = "Sergeant"
    return [
        lambda: actions.add_to_network(case, nurse(), reason=reason, by=by),
        lambda: actions.change_in_network(changed, reason=reason, by=by),
        lambda: actions.remove_from_network(sam, reason=reason, by=by),
    ]


@pytest.mark.parametrize("status", Consultation.ENDED)
@pytest.mark.parametrize("act", range(3))
def test_nothing_changes_once_the_case_has_ended(submitted, referrer, status, act):
    """R7"""
    Consultation.objects.filter(pk=submitted.pk).update(status=status)

    with pytest.raises(Stale):
        acts_of(submitted, "Late.", referrer)[act]()

    assert [one.said for one in submitted.network.all()] == [SAM]
    assert not Amendment.objects.exists()


@pytest.mark.parametrize("act", range(3))
def test_nothing_changes_without_a_reason(submitted, referrer, act):
    with pytest.raises(Stale, match="with a reason"):
        acts_of(submitted, " ", referrer)[act]()

    assert [one.said for one in submitted.network.all()] == [SAM]


def test_a_change_needs_a_difference_an_address_of_its_own_and_somebody_who_is_there(submitted, referrer):
    """R7"""
    add(submitted, referrer)
    sam, kim = submitted.network.order_by("pk")
    with pytest.raises(Refused, match="same as before"):
        actions.change_in_network(sam, reason="Again.", by=referrer)
    kim.email = "SAM.BROOK@example.org"
    with pytest.raises(Refused, match="on the list already"):
        actions.change_in_network(kim, reason="A mistake.", by=referrer)
    gone = NetworkMember.objects.get(pk=sam.pk)
    actions.remove_from_network(sam, reason="He moved on.", by=referrer)
    with pytest.raises(Stale, match="taken off the list already"):
        actions.remove_from_network(gone, reason="He moved on.", by=referrer)


def test_the_last_one_stays_until_somebody_else_is_named(submitted, referrer):
    with pytest.raises(Refused, match="Add somebody else first"):
        actions.remove_from_network(submitted.network.get(), reason="He moved on.", by=referrer)

    assert submitted.network.count() == 1


@pytest.mark.parametrize("act", range(2))
def test_an_amendment_of_the_network_is_atomic(booked, referrer, act):
    """R10"""
    before = Message.objects.count()
    with pytest.raises(RuntimeError), transaction.atomic():
        acts_of(booked, "Now.", referrer)[act]()
        raise RuntimeError

    assert [one.said for one in booked.network.all()] == [SAM]
    assert (Amendment.objects.count(), Message.objects.count()) == (0, before)
    assert invited(booked) == {"referrer@example.gov.uk", "sam.brook@example.org"}


def test_who_is_added_is_invited_and_who_is_removed_no_longer(booked, referrer):
    """R11: a CANCEL to the one, an invite to the other, a new revision for the rest."""
    first = revision(booked)
    add(booked, referrer, is_required=True)
    actions.remove_from_network(booked.network.get(name="Sam Brook"), reason="He moved on.", by=referrer)

    assert invited(booked) == {"referrer@example.gov.uk", "kim.marsh@example.nhs.uk"}
    assert Attendee.objects.get(email="kim.marsh@example.nhs.uk").is_required
    assert revision(booked) == first + 2
    assert Message.objects.filter(template="meetings/uninvited", to="sam.brook@example.org").count() == 1


def test_a_new_mailbox_is_invited_in_the_place_of_the_old_one(booked, referrer):
    sam = booked.network.get()
    sam.email = "s.brook@example.org"
    actions.change_in_network(sam, reason="A slip.", by=referrer)

    assert invited(booked) == {"referrer@example.gov.uk", "s.brook@example.org"}


def test_another_detail_leaves_the_invites_alone(booked, referrer):
    first = revision(booked)
    sent = Message.objects.filter(template__startswith="meetings/").count()
    sam = booked.network.get()
    sam.role = "Sergeant"
    actions.change_in_network(sam, reason="Promoted.", by=referrer)

    assert revision(booked) == first
    assert Message.objects.filter(template__startswith="meetings/").count() == sent


def test_a_meeting_that_was_held_keeps_its_people(world, referrer):
    met = cases.met(*world)
    add(met, referrer)
    actions.remove_from_network(met.network.get(name="Sam Brook"), reason="He moved on.", by=referrer)

    assert invited(met) == {"referrer@example.gov.uk", "sam.brook@example.org"}


def test_the_referrers_own_mailbox_is_never_taken_off(booked, referrer):
    add(booked, referrer, email=referrer.email.upper())
    actions.remove_from_network(booked.network.get(name="Kim Marsh"), reason="A slip.", by=referrer)

    assert invited(booked) == {"referrer@example.gov.uk", "sam.brook@example.org"}


def test_an_open_date_poll_asks_who_is_added_and_no_longer_who_is_removed(world, referrer, coordinator):
    case = cases.documented(*world)
    day = (timezone.now() + timedelta(days=10)).replace(minute=0, second=0, microsecond=0)
    slots = [(day, day + timedelta(hours=1)), (day + timedelta(days=1), day + timedelta(days=1, hours=1))]
    actions.offer_dates(
        case,
        slots=slots,
        closes_at=day - timedelta(days=1),
        people=default_invitees(case),
        place="Video",
        by=coordinator,
    )
    add(case, referrer)
    actions.remove_from_network(case.network.get(name="Sam Brook"), reason="He moved on.", by=referrer)

    asked = Voter.objects.filter(poll=Poll.objects.get(), taken_off_at=None)
    assert sorted(one.email for one in asked) == ["kim.marsh@example.nhs.uk", "referrer@example.gov.uk"]


def test_who_is_removed_opens_nothing_of_the_case_any_more(world, referrer, coordinator):
    """R9"""
    case = cases.funded(*world)
    sam = case.network.get()
    lines = [line for line in case.asked_documents if line.takes_files][:1]
    link = actions.make_agency_link(
        case, name=sam.name, agency=sam.agency, email=sam.email, lines=lines, by=coordinator
    )
    actions.name_recipient(case, name=sam.name, email=sam.email, by=coordinator)
    actions.name_recipient(case, name="Jo Fell", email="jo.fell@example.org", by=coordinator)
    add(case, referrer)
    actions.remove_from_network(sam, reason="He moved on.", by=referrer)

    link.refresh_from_db()
    assert link.revoked_at is not None
    assert [one.email for one in Recipient.objects.standing()] == ["jo.fell@example.org"]


def test_a_new_social_worker_is_invited_in_the_place_of_the_one_before(booked, referrer):
    for name in ("First Worker", "Second Worker"):
        email = f"{name.split()[0].lower()}@example.gov.uk"
        answers: dict[str, object] = {
            "social_worker_allocated": "yes",
            "social_worker_name": name,
            "social_worker_email": email,
        }
        actions.amend(cases.fresh(booked), answers, section="social-worker", reason="A new one.", by=referrer)

    assert invited(booked) == {
        "referrer@example.gov.uk",
        "sam.brook@example.org",
        "second@example.gov.uk",
    }


# The pages


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def post(client: Client, path: str, user, **data: object):
    return client.post(path, {tokens.FIELD: tokens.new(user), **data}, follow=True)


def pages_of(case: Consultation) -> dict[str, str]:
    pk = case.network.get(name="Sam Brook").pk
    return {
        "add": reverse("consultations:amend_network", args=[case.reference]),
        "change": reverse("consultations:network_change", args=[case.reference, pk]),
        "remove": reverse("consultations:network_remove", args=[case.reference, pk]),
    }


def test_the_referrer_amends_the_network_on_the_pages_and_staff_see_it(
    submitted, referrer, staff, coordinator
):
    client, pages = signed_in(referrer), pages_of(submitted)
    answers = client.get(reverse("consultations:answers", args=[submitted.reference])).content.decode()
    assert pages["add"] in answers

    added = post(client, pages["add"], referrer, **NURSE, reason="She joined.").content.decode()
    assert "Kim Marsh is on the list. Whoever works on the case is being told." in added
    assert pages["change"] in added
    sam = {"name": "Sam Brook", "agency": "Elmshire Police", "role": "Sergeant", "may_see": "report"}
    changed = post(
        client, pages["change"], referrer, **sam, email="sam.brook@example.org", reason="Promoted."
    )
    assert "Sam Brook: changed." in changed.content.decode()
    removed = post(client, pages["remove"], referrer, reason="He moved on.").content.decode()
    assert "Sam Brook is no longer on the list" in removed

    seen = staff(coordinator).get(url("inspect", submitted)).content.decode()
    for words in ("She joined.", "Promoted.", "He moved on.", "Sergeant, Elmshire Police"):
        assert words in seen


@pytest.mark.parametrize("page", ["add", "change"])
def test_what_was_typed_without_a_reason_is_kept(submitted, referrer, page):
    """R13"""
    answer = post(signed_in(referrer), pages_of(submitted)[page], referrer, **NURSE).content.decode()

    assert "Write the reason" in answer
    assert 'value="kim.marsh@example.nhs.uk"' in answer
    assert not Amendment.objects.exists()


def test_an_address_that_is_there_is_told_by_its_box_and_nothing_typed_is_lost(referrer, council):
    """R13"""
    draft = cases.draft(referrer, council)
    page = reverse("consultations:network", args=[draft.reference])
    twice = {**NURSE, "email": "SAM.BROOK@example.org"}

    answer = post(signed_in(referrer), page, referrer, **twice).content.decode()

    assert answer.count("Sam Brook is on the list with this address already") == 2  # the summary and the box
    assert 'value="Kim Marsh"' in answer
    assert draft.network.count() == 1


def test_a_removal_without_a_reason_removes_nobody(submitted, referrer):
    add(submitted, referrer)

    answer = post(signed_in(referrer), pages_of(submitted)["remove"], referrer).content.decode()

    assert "Write the reason" in answer
    assert submitted.network.count() == 2


def test_a_draft_changes_and_removes_without_a_reason(referrer, council):
    draft = cases.draft(referrer, council)
    pages, client = pages_of(draft), signed_in(referrer)
    assert "Why does it change?" not in client.get(pages["change"]).content.decode()

    post(client, pages["change"], referrer, **NURSE)
    assert draft.network.get().said == KIM
    post(client, pages["remove"], referrer)

    assert not draft.network.exists()
    assert not Amendment.objects.exists()


@pytest.mark.parametrize("page", ["add", "change", "remove"])
def test_others_neither_see_nor_change_the_network(submitted, referrer, colleague, outsider, finance, page):
    """R9"""
    path = pages_of(submitted)[page]
    assert signed_in(referrer).get(path).status_code == 200
    for other in (colleague, outsider, finance):
        assert signed_in(other).get(path).status_code == 404
        assert post(signed_in(other), path, other, **NURSE, reason="Mine.").status_code == 404
    assert Client().get(path).status_code == 302
    actions.let_in(submitted, email=colleague.email, by=referrer)
    assert signed_in(colleague).get(path).status_code == 200


@pytest.mark.parametrize("page", ["add", "change", "remove"])
def test_the_pages_close_with_the_case(submitted, referrer, coordinator, page):
    """R7: and a page that stood open answers nothing any more."""
    path = pages_of(submitted)[page]
    actions.withdraw(submitted, reason="They asked.", by=coordinator)

    client = signed_in(referrer)
    assert client.get(path).status_code == 404
    post(client, path, referrer, **NURSE, reason="Late.")

    assert [one.said for one in submitted.network.all()] == [SAM]
