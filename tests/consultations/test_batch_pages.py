"""The team's pages of a batch: who sees them, what they keep, what they say."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from accounts.models import User
from billing import actions as billing
from consultations.actions import batch as actions
from consultations.actions import session_notes, sessions
from consultations.batch_sections import SECTIONS
from consultations.models import Batch, BatchSession, Theme
from design import tokens
from engagements.timeline import entries_of
from meetings import actions as meetings
from meetings.actions import Invitee
from meetings.models import Attendee, Meeting
from organisations.models import Membership
from tests.factories import batches
from tests.people import person

pytestmark = pytest.mark.django_db

OF_A_DRAFT = ["batch", "batch_tasks", "batch_check", "batch_withdraw"]
OF_A_BATCH = ["batch", "batch_sent", "batch_withdraw", "batch_renew", "batch_themes"]
OF_A_SESSION = ["session", "session_items", "session_cancel", "session_file"]


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def post(client: Client, url: str, user: User, **data: object) -> Any:
    """As a browser sends a form of ours: with its once-only token."""
    return client.post(url, {tokens.FIELD: tokens.new(user), **data}, follow=True)


def words_of(page: Any) -> str:
    """What a page says, without its markup."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page.content.decode())))


def url(name: str, batch: Batch, *args: object) -> str:
    return reverse(f"consultations:{name}", args=[batch.reference, *args])


@pytest.fixture
def manager(council) -> User:
    """Same organisation, books for it."""
    user = person("manager@example.gov.uk", "Mo Manning")
    Membership.objects.create(organisation=council, user=user, role=Membership.Role.MANAGER)
    return user


@pytest.fixture
def guest(db) -> User:
    """Somebody of another organisation who is invited to one session."""
    return person("guest@example.org", "Gil Guest")


@pytest.fixture
def draft(referrer, council) -> Batch:
    return batches.drafted(referrer, council)


@pytest.fixture
def booked(referrer, council, coordinator) -> Batch:
    return batches.booked(referrer, council, coordinator)


# --- Who sees what --------------------------------------------------------------------------------


def alone(page: str, users: dict[int, list[User]]) -> None:
    for status, people in users.items():
        for user in people:
            assert signed_in(user).get(page).status_code == status, user
    anonymous = Client().get(page)
    assert (anonymous.status_code, anonymous["Location"]) == (302, f"/accounts/login/?next={page}")


@pytest.mark.parametrize("name", OF_A_DRAFT)
def test_a_draft_is_its_booker_s_alone(draft, referrer, manager, colleague, outsider, coordinator, name):
    """R9: not even the managers of the organisation see it before it is sent."""
    alone(url(name, draft), {200: [referrer], 404: [manager, colleague, outsider, coordinator]})


@pytest.mark.parametrize("section", [section.slug for section in SECTIONS])
def test_a_step_is_its_booker_s_alone(draft, referrer, manager, outsider, section):
    alone(url("batch_step", draft, section), {200: [referrer], 404: [manager, outsider]})


@pytest.mark.parametrize("name", OF_A_BATCH)
def test_a_batch_is_seen_by_who_asked_and_who_books_for_the_team(
    booked, referrer, manager, colleague, outsider, finance, name
):
    """R9: a plain colleague, an outsider and staff without the role get a 404."""
    alone(url(name, booked), {200: [referrer, manager], 404: [colleague, outsider, finance]})


@pytest.mark.parametrize("name", OF_A_SESSION)
def test_a_session_is_seen_by_its_team(booked, referrer, manager, colleague, outsider, name):
    alone(url(name, booked, 1), {200: [referrer, manager], 404: [colleague, outsider]})


def test_somebody_invited_sees_their_session_and_nothing_else(booked, guest, coordinator):
    """R9: the session and what is brought to it; not the batch, its cost, or another session."""
    batches.book(booked, coordinator, days=40, invitees=[Invitee("Gil Guest", guest.email, user=guest)])
    client = signed_in(guest)

    assert client.get(url("session", booked, 2)).status_code == 200
    assert client.get(url("session_items", booked, 2)).status_code == 200
    for closed in [url("batch", booked), url("session", booked, 1), url("session_cancel", booked, 2)]:
        assert client.get(closed).status_code == 404
    assert url("session", booked, 2) in client.get("/consultations/").content.decode()
    assert f'"{url("batch", booked)}"' not in client.get("/consultations/").content.decode()


def test_whoever_is_invited_answers_from_the_page_by_their_own_link(booked, guest, manager, coordinator):
    """R9: a reader who is not invited finds no link."""
    [session] = batches.book(
        booked, coordinator, days=40, invitees=[Invitee("Gil Guest", guest.email, user=guest)]
    )
    attendee = Attendee.objects.get(meeting=session.meeting, email=guest.email)
    answer = reverse("meetings:reply", args=[attendee.reply_token])
    here = url("session", booked, session.number)

    assert answer in signed_in(guest).get(here).content.decode()
    assert "/meetings/reply/" not in signed_in(manager).get(here).content.decode()


def test_somebody_taken_off_the_list_no_longer_sees_it(booked, guest, coordinator):
    """R9"""
    [session] = batches.book(
        booked, coordinator, days=40, invitees=[Invitee("Gil Guest", guest.email, user=guest)]
    )
    meetings.uninvite(Attendee.objects.get(meeting=session.meeting, email=guest.email), by=coordinator)

    assert signed_in(guest).get(url("session", booked, 2)).status_code == 404


def test_the_address_of_an_account_opens_nothing_until_it_is_proved(booked, guest, coordinator):
    """R9: whoever registers somebody else's address and has not proved it reads nothing of theirs."""
    batches.book(booked, coordinator, days=40, invitees=[Invitee("Gil Guest", guest.email)])

    assert signed_in(guest).get(url("session", booked, 2)).status_code == 404

    guest.emailaddress_set.create(email=guest.email, verified=True, primary=True)
    assert signed_in(guest).get(url("session", booked, 2)).status_code == 200


def test_without_a_session_s_date_there_is_no_file(booked, referrer, coordinator):
    sessions.cancel(booked.sessions.get(), reason="They asked.", by=coordinator, by_team=False)

    assert signed_in(referrer).get(url("session_file", booked, 1)).status_code == 404


# --- Asking ---------------------------------------------------------------------------------------


def steps() -> dict[str, dict[str, object]]:
    first = timezone.localdate() + timedelta(days=20)
    return {
        "team": {"team": "Duty team", "people": "8", "roles": "Social workers"},
        "purpose": {"purpose": "advice", "aims": "To answer alike."},
        "sessions": {
            "sessions_wanted": "6",
            "how_often": "monthly",
            "minutes": "90",
            "mode": "in_person",
            "place": "Elmbridge EX1 1AA",
            "starts_from_day": first.day,
            "starts_from_month": first.month,
            "starts_from_year": first.year,
            "days_note": "",
        },
        "cost": {
            "arrangement": "bespoke",
            "partnership": "",
            "funder_name": "Morgan Field",
            "funder_email": "funder@example.gov.uk",
        },
    }


def test_what_it_is_is_told_to_anybody(client):
    page = client.get("/consultations/batches/ask/")

    assert page.status_code == 200
    assert "Create an account" in page.content.decode()


def test_whoever_has_no_organisation_is_led_to_it(client, db):
    client.force_login(person("new@example.org", "New Comer"))

    assert "Tell us your organisation" in client.get("/consultations/batches/ask/").content.decode()


def test_a_request_is_made_step_by_step_and_sent(referrer, council, client):
    """R13: each step is saved as it is made; the last sends it, once."""
    client.force_login(referrer)
    begun = post(client, "/consultations/batches/ask/", referrer, organisation=council.pk)
    batch = Batch.objects.get()
    assert begun.redirect_chain[-1][0] == url("batch_tasks", batch)

    went = [
        post(client, url("batch_step", batch, slug), referrer, **typed) for slug, typed in steps().items()
    ]

    assert [page.redirect_chain[-1][0] for page in went] == [
        url("batch_step", batch, "purpose"),
        url("batch_step", batch, "sessions"),
        url("batch_step", batch, "cost"),
        url("batch_check", batch),
    ]
    sent = post(client, url("batch_check", batch), referrer)
    assert "Request sent" in words_of(sent)
    batch.refresh_from_db()
    assert (batch.status, batch.team, batch.minutes, batch.place) == (
        "requested", "Duty team", 90, "Elmbridge EX1 1AA",
    )  # fmt: skip


def test_what_was_typed_is_there_again_after_a_mistake(draft, referrer):
    """R13: next to the field, with what to do."""
    client = signed_in(referrer)
    typed = {**steps()["sessions"], "sessions_wanted": "ninety", "place": "", "starts_from_year": "20"}

    page = post(client, url("batch_step", draft, "sessions"), referrer, **typed)

    assert page.status_code == 422
    words = words_of(page)
    assert "Enter how many sessions as a whole number, for example 6" in words
    assert "Enter a town and postcode, so that we know how far we travel" in words
    assert "the year must have 4 numbers" in words
    assert 'value="ninety"' in page.content.decode()


def test_half_a_step_can_be_kept_for_later(draft, referrer):
    """R13"""
    client = signed_in(referrer)

    page = post(client, url("batch_step", draft, "purpose"), referrer, aims="Half a", later="1")

    assert page.redirect_chain[-1][0] == url("batch_tasks", draft)
    draft.refresh_from_db()
    assert (draft.purpose, draft.aims) == ("", "Half a")


def test_a_partnership_has_a_name(draft, referrer):
    typed = {**steps()["cost"], "arrangement": "partnership"}

    page = post(signed_in(referrer), url("batch_step", draft, "cost"), referrer, **typed)

    assert "Enter the name of the partnership" in words_of(page)


def test_what_is_not_finished_is_named_before_sending(referrer, council):
    batch = actions.begin(council, by=referrer)
    client = signed_in(referrer)

    page = words_of(client.get(url("batch_check", batch)))
    assert "Some steps are not finished" in page
    assert "Send the request" not in page

    refused = words_of(post(client, url("batch_check", batch), referrer))
    assert "Finish “Your team”." in refused
    batch.refresh_from_db()
    assert batch.status == "draft"


def test_a_name_is_pointed_out_before_sending(draft, referrer):
    """R8: kindly, and it stops nobody."""
    actions.save_answers(draft, {"aims": "A boy called Jamie worries us."}, by=referrer)

    page = words_of(signed_in(referrer).get(url("batch_check", draft)))

    assert "“Jamie” in What do you hope they will bring?" in page
    assert "Send the request" in page


def test_once_sent_its_steps_are_closed(referrer, council):
    batch = batches.requested(referrer, council)

    for name, args in (("batch_tasks", ()), ("batch_step", ("team",)), ("batch_check", ())):
        assert signed_in(referrer).get(url(name, batch, *args)).status_code == 404


def test_a_second_click_sends_nothing_more(draft, referrer):
    """R7, R10: the second is told, and one mail goes to the office."""
    client = signed_in(referrer)
    post(client, url("batch_check", draft), referrer)

    again = post(client, url("batch_check", draft), referrer)

    assert "has changed since you opened the page" in words_of(again)
    assert ModelLogEntry.objects.filter(action="batch.requested").count() == 1


# --- The page of a batch --------------------------------------------------------------------------


def test_the_balance_stands_on_the_page_and_in_the_list(booked, referrer):
    """R6: used, booked and left, wherever the team looks."""
    client = signed_in(referrer)

    assert "6 bought 0 used 1 booked 5 left" in words_of(client.get(url("batch", booked)))
    assert "6 bought: 0 used, 1 booked, 5 left" in words_of(client.get("/consultations/"))


def test_a_lower_case_reference_leads_to_the_page(booked, referrer):
    page = signed_in(referrer).get(f"/consultations/batches/{booked.reference.lower()}/")

    assert page["Location"] == url("batch", booked)


def test_a_declined_request_says_why_and_what_instead(referrer, council, coordinator):
    batch = batches.requested(referrer, council)
    actions.decline(batch, reason="No clinician is free.", alternative="A training day.", by=coordinator)

    page = words_of(signed_in(referrer).get(url("batch", batch)))

    assert "No clinician is free." in page
    assert "A training day." in page


def test_before_the_last_session_the_next_batch_is_offered(referrer, council, coordinator):
    batch = batches.booked(referrer, council, coordinator, bought=1)
    client = signed_in(referrer)
    assert "Ask for the next batch" in words_of(client.get(url("batch", batch)))

    begun = post(client, url("batch_renew", batch), referrer)

    following = Batch.objects.get(renews=batch)
    assert begun.redirect_chain[-1][0] == url("batch_tasks", following)
    assert (following.team, following.sessions_wanted) == (batch.team, batch.sessions_wanted)
    assert "Ask for the next batch" not in words_of(client.get(url("batch", batch)))


def test_a_draft_is_thrown_away_without_a_reason(referrer, council):
    batch = batches.drafted(referrer, council)

    page = words_of(post(signed_in(referrer), url("batch_withdraw", batch), referrer))

    assert "is thrown away" in page
    batch.refresh_from_db()
    assert batch.status == "withdrawn"


def test_withdrawing_takes_a_reason_and_says_what_happens(referrer, council):
    batch = batches.requested(referrer, council)
    client = signed_in(referrer)

    assert "Write the reason" in words_of(post(client, url("batch_withdraw", batch), referrer))
    post(client, url("batch_withdraw", batch), referrer, reason="The team has moved.")

    batch.refresh_from_db()
    assert batch.status == "withdrawn"
    assert client.get(url("batch_withdraw", batch)).status_code == 404


def test_once_the_cost_is_agreed_a_person_settles_it(booked, referrer):
    page = words_of(signed_in(referrer).get(url("batch_withdraw", booked)))

    assert "The cost has been agreed. Call us, and we will settle what is left." in page
    assert "Withdraw the batch" not in page


def test_themes_are_told_without_pointing_to_anybody(referrer, council, coordinator):
    """R8, R9: one session of a theme is fewer than three; of one session alone nothing is told."""
    batch = batches.held(referrer, council, coordinator)
    session = batch.sessions.get()
    theme = Theme.objects.get(title="Online behaviour")
    session_notes.write_note(session, note="N", came=7, themes=[theme], seen=None, by=coordinator)
    client = signed_in(referrer)

    page = words_of(client.get(url("batch_themes", batch)))
    assert "It is told once 3 have been held." in page
    assert "Online behaviour" not in page

    for _ in range(2):
        batches.hold(batches.book(batch, coordinator)[0], coordinator)
    page = words_of(client.get(url("batch_themes", batch)))
    assert "Online behaviour fewer than 3" in page
    assert "Case discussion 3" in page


# --- A session ------------------------------------------------------------------------------------


def test_what_to_bring_is_added_and_taken_off(booked, referrer, manager):
    client = signed_in(referrer)
    added = post(client, url("session_items", booked, 1), referrer, text="How do we plan evenings?")
    assert "How do we plan evenings?" in words_of(added)
    item = booked.sessions.get().items.get()

    refused = post(signed_in(manager), url("session_item_remove", booked, 1, item.pk), manager)
    assert "Only whoever added it can take it off." in words_of(refused)

    post(client, url("session_item_remove", booked, 1, item.pk), referrer)
    assert not booked.sessions.get().items.exists()


def test_a_name_in_what_to_bring_is_pointed_out_once(booked, referrer):
    """R8, R13: what was typed stays; sent again as it is, it is taken."""
    client, page = signed_in(referrer), url("session_items", booked, 1)

    first = post(client, page, referrer, text="A girl called Marnie hits out.")
    assert first.status_code == 422
    assert "Change “Marnie” if it is somebody’s name, or send it again as it is" in words_of(first)
    looked = re.search(r'name="looked_at" value="([^"]+)"', first.content.decode())
    assert looked

    other = post(client, page, referrer, text="A boy called Perrin hits out.", looked_at=unescape(looked[1]))
    assert other.status_code == 422

    again = post(client, page, referrer, text="A girl called Marnie hits out.", looked_at=unescape(looked[1]))
    assert again.status_code == 200
    assert booked.sessions.get().items.get().text == "A girl called Marnie hits out."


def test_nothing_is_brought_once_it_has_begun(booked, referrer):
    session = booked.sessions.get()
    begin = timezone.now() - timedelta(minutes=5)
    Meeting.objects.filter(pk=session.meeting_id).update(starts_at=begin, ends_at=begin + timedelta(hours=1))
    client = signed_in(referrer)

    assert client.get(url("session_items", booked, 1)).status_code == 404
    late = post(client, url("session_items", booked, 1), referrer, text="Too late")
    assert "has begun or is off" in words_of(late)
    assert not session.items.exists()


def test_cancelling_says_first_what_it_costs(referrer, council, coordinator):
    """R6: in time it counts again as left; late it is used."""
    batch = batches.funded(referrer, council, coordinator)
    batches.book(batch, coordinator, days=30)
    batches.book(batch, coordinator, starts_at=timezone.now() + timedelta(hours=20))
    client = signed_in(referrer)
    in_time, late = url("session_cancel", batch, 1), url("session_cancel", batch, 2)

    assert "You cancel in time: it does not count as used" in words_of(client.get(in_time))
    assert "This uses the session" in words_of(client.get(late))

    post(client, in_time, referrer, reason="Half the team is away.")
    post(client, late, referrer, reason="Half the team is away.")
    assert [s.status for s in batches.fresh(batch).sessions.all()] == ["cancelled", "late"]
    assert "6 bought 1 used 0 booked 5 left" in words_of(client.get(url("batch", batch)))


def test_a_note_is_read_by_its_people_and_each_reading_is_kept(referrer, council, coordinator, outsider):
    """R9: who, when, what; before it is shared there is nothing to read."""
    batch = batches.held(referrer, council, coordinator)
    session = batch.sessions.get()
    client, page = signed_in(referrer), url("session_note", batch, session.number)
    assert client.get(page).status_code == 404
    session_notes.write_note(
        session, note="To take away: one adult.", came=8, themes=[], seen=None, by=coordinator
    )
    session_notes.share_note(session, by=coordinator)

    assert "To take away: one adult." in words_of(client.get(page))
    assert signed_in(outsider).get(page).status_code == 404
    assert Client().get(page).status_code == 302
    [entry] = ModelLogEntry.objects.filter(action="batchsession.note_read")
    assert (entry.user, entry.object_id) == (referrer, str(session.pk))


# --- Queries --------------------------------------------------------------------------------------


def test_the_page_asks_as_often_with_one_session_as_with_many(referrer, council, coordinator):
    batch = batches.booked(referrer, council, coordinator, bought=12)
    client = signed_in(referrer)

    def asked(page: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page).status_code == 200
        return len(queries)

    page = url("batch", batch)
    asked(page)
    one, one_in_list = asked(page), asked("/consultations/")
    batches.book(batch, coordinator, days=40, count=9)
    for _ in range(9):
        batches.drafted(referrer, council)

    assert (asked(page), asked("/consultations/")) == (one, one_in_list)
    assert BatchSession.objects.count() == 10


def test_what_another_answer_made_needless_is_not_told_as_left_out(referrer, council, coordinator):
    asked = batches.drafted(referrer, council)
    page = words_of(signed_in(referrer).get(url("batch_check", asked)))
    assert "Online or in person?" in page
    assert "If in person, where?" not in page
    assert "If yes, which partnership?" not in page
    actions.save_answers(asked, {"mode": "in_person", "place": "Elmbury EL1 2AA"}, by=referrer)
    page = words_of(signed_in(referrer).get(url("batch_check", asked)))
    assert "If in person, where?" in page


def test_a_declined_quote_is_one_step_of_the_timeline(referrer, council, coordinator):
    order = batches.quoted(referrer, council, coordinator).order
    assert order
    billing.decline_quote(order.quotes.get(), reason="Above our budget.", by=order.funder)
    batch = Batch.objects.get()
    steps = [entry.what for entry in entries_of(batch) if "declined" in entry.what.lower()]
    assert steps == ["Quote declined by the funder"]
