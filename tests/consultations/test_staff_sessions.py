"""Sessions in the admin: booking them, holding, cancelling, giving back, the note and its themes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from consultations.actions import batch as acts
from consultations.actions import session_notes, sessions
from consultations.models import Batch, BatchSession, SessionItem, Theme
from consultations.staff.batch.acts import PERMISSIONS
from mail.models import Message
from meetings.models import Leave, Meeting, Resource
from tests.consultations.batches import at, fresh, send, session_of, words
from tests.consultations.conftest import said
from tests.factories import batches
from tests.factories import consultations as cases

pytestmark = pytest.mark.django_db
Status = BatchSession.Status


@pytest.fixture
def team(referrer, council, coordinator):
    return (referrer, council, coordinator)


@pytest.fixture
def funded(team, consultant, coordinator) -> Batch:
    batch = batches.funded(*team)
    acts.name_lead(batch, consultant, by=coordinator)
    return fresh(batch)


@pytest.fixture
def booked(team) -> Batch:
    return batches.booked(*team)


@pytest.fixture
def held(team) -> Batch:
    return batches.held(*team)


def answers(days: int = 30, **given: Any) -> dict[str, Any]:
    start = timezone.localtime(batches.at(days))
    return {
        "day": start.date().isoformat(),
        "start": "10:00",
        "minutes": 90,
        "count": 1,
        "repeats": "",
        "purpose": "advice",
        "focus": "Break times",
        "usual": ["referrer@example.gov.uk", "consultant@example.nhs.uk"],
        "people": "",
        "place": "",
        "video_url": "https://video.example.org/1",
        **given,
    }


def booked_of(batch: Batch) -> int:
    """Asked of the database: a batch from the factory remembers the sessions it had."""
    return BatchSession.objects.filter(batch=batch).count()


def seen_and_confirmed(client: Any, batch: Batch, given: dict[str, Any]) -> Any:
    shown = send(client, "book", batch, **given)
    assert shown.status_code == 200, shown.context["form"].errors
    done = send(client, "book", batch, **given, confirmed=shown.context["fingerprint"])
    assert done.status_code == 302, done.context["form"].errors
    return done


# Booking


def test_one_session_is_looked_at_then_booked(funded, staff, coordinator):
    client = staff(coordinator)

    shown = send(client, "book", funded, **answers())
    assert "1 session will be booked" in words(shown)
    assert booked_of(funded) == 0
    assert Message.objects.filter(template="consultations/batch_sessions_booked").count() == 0

    done = send(client, "book", funded, **answers(), confirmed=shown.context["fingerprint"])
    session = funded.sessions.get()
    assert done.url == at("inspect", funded)
    assert (session.purpose, session.focus) == ("advice", "Break times")
    assert [a.email for a in session.meeting.invited] == [
        "referrer@example.gov.uk",
        "consultant@example.nhs.uk",
    ]


def test_a_series_shows_its_dates_and_the_days_left_out(funded, staff, coordinator, consultant):
    """R11: one rule; days on which not everybody works are told, and do not count."""
    diary = Resource.objects.of(consultant)
    start = timezone.localtime(batches.at(30)).date()
    away = start + timedelta(days=14)
    Leave.objects.create(resource=diary, first_on=away, last_on=away)
    client = staff(coordinator)
    given = answers(count=3, repeats="fortnightly", resources=[diary.pk])

    shown = send(client, "book", funded, **given)
    assert "3 sessions will be booked" in words(shown)
    assert list(shown.context["planned"].skipped) == [away]
    assert "Left out:" in words(shown)

    send(client, "book", funded, **given, confirmed=shown.context["fingerprint"])
    days = [timezone.localdate(s.meeting.starts_at) for s in funded.sessions.select_related("meeting")]
    assert away not in days
    assert len(days) == 3


def test_a_changed_form_shows_its_dates_again(funded, staff, coordinator):
    """What is booked is what was seen."""
    client = staff(coordinator)
    shown = send(client, "book", funded, **answers())

    again = send(client, "book", funded, **answers(days=50), confirmed=shown.context["fingerprint"])

    assert again.status_code == 200
    assert booked_of(funded) == 0


def test_a_clash_is_told_before_anything_is_booked(funded, team, staff, coordinator, consultant):
    """R3"""
    diary = Resource.objects.of(consultant)
    batches.book(batches.funded(*team), coordinator, resources=[diary])
    client = staff(coordinator)

    page = send(client, "book", funded, **answers(resources=[diary.pk]))

    assert page.status_code == 422
    assert f"{consultant} is already booked then" in words(page)
    assert "Break times" in words(page)


def test_leave_may_be_overridden_with_a_reason(funded, staff, coordinator, consultant):
    diary = Resource.objects.of(consultant)
    day = timezone.localtime(batches.at(30)).date()
    Leave.objects.create(resource=diary, first_on=day, last_on=day)
    client = staff(coordinator)
    given = answers(resources=[diary.pk])

    page = send(client, "book", funded, **given)
    assert page.status_code == 422
    assert "Book it all the same" in words(page)
    page = send(client, "book", funded, **given, go_ahead="on")
    assert "Say why it is booked all the same" in words(page)

    seen_and_confirmed(client, funded, {**given, "go_ahead": "on", "despite": "She offered it."})
    assert booked_of(funded) == 1


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"count": 7, "repeats": "weekly"}, "You ask for 7 sessions, and 6 sessions are left"),
        ({"count": 2, "repeats": ""}, "Choose how often the sessions repeat"),
        ({"days": 400}, "Sessions have to be held by"),
        ({"people": "no address"}, "Write each person as name, comma, email"),
        ({"usual": []}, "Choose somebody to invite"),
        ({"video_url": ""}, "Enter a place or a video link"),
        ({"count": "x"}, "Enter how many sessions as a whole number"),
    ],
)
def test_booking_says_what_is_wrong_and_keeps_what_was_typed(funded, staff, coordinator, given, why):
    """R6, R13"""
    page = send(staff(coordinator), "book", funded, **answers(**given))

    assert page.status_code == 422
    assert why in words(page)
    assert "Break times" in words(page)
    assert booked_of(funded) == 0


def test_others_are_invited_once_each(funded, staff, coordinator):
    given = answers(people="Sam Reed, sam@example.gov.uk\nRowan Again, REFERRER@example.gov.uk", usual=[])
    seen_and_confirmed(staff(coordinator), funded, given)

    invited = funded.sessions.get().meeting.invited
    assert [(a.name, a.email) for a in invited] == [
        ("Sam Reed", "sam@example.gov.uk"),
        ("Rowan Again", "referrer@example.gov.uk"),
    ]


def test_form_begins_with_what_the_team_asked_for(funded, staff, coordinator, consultant):
    form = staff(coordinator).get(at("book", funded)).context["form"]

    assert form["repeats"].value() == "monthly"
    assert form["minutes"].value() == 90
    assert form["resources"].value() == [Resource.objects.of(consultant).pk]
    assert form["usual"].value() == ["referrer@example.gov.uk", "consultant@example.nhs.uk"]


def test_a_consultant_books(funded, staff, consultant):
    seen_and_confirmed(staff(consultant), funded, answers())
    assert booked_of(funded) == 1


# The page, and who may do what


def test_page_shows_what_the_team_brings(booked, staff, consultant, referrer):
    session_notes.add_item(session_of(booked), text="A boy of nine at lunch.", by=referrer)
    page = words(staff(consultant).get(at("session", booked, 1)))

    assert "A boy of nine at lunch." in page
    assert "It starts" in page
    assert "The session has not been held yet." in page
    assert reverse("meeting:move", args=[session_of(booked).meeting_id]) in page


def test_what_says_too_much_is_taken_off(booked, staff, consultant, referrer):
    item = session_notes.add_item(session_of(booked), text="Too much.", by=referrer)
    client = staff(consultant)
    send(client, "remove_item", booked, 1, item.pk)

    assert not SessionItem.objects.exists()
    assert send(client, "remove_item", booked, 1, item.pk).status_code == 404


@pytest.mark.parametrize("key", ["describe", "hold", "cancel", "give_back", "give_session", "note", "share"])
def test_an_act_on_a_session_is_for_its_roles(booked, staff, consultant, finance, editor, referrer, key):
    """R9"""
    people = [finance, editor, referrer]
    if PERMISSIONS[key] == "consultations.triage_batch":
        people.append(consultant)
    for person in people:
        assert send(staff(person), key, booked, 1).status_code == 404
    assert send(staff(consultant), key, booked, 99).status_code == 404
    assert session_of(booked).status == Status.BOOKED


def test_describe(booked, staff, consultant):
    client = staff(consultant)
    assert said(client, send(client, "describe", booked, 1, purpose="advice", focus="Screens")) == ["Saved."]
    assert session_of(booked).focus == "Screens"


# Holding, cancelling, giving


def test_hold(booked, staff, consultant):
    client = staff(consultant)
    assert "It starts" in said(client, send(client, "hold", booked, 1))[0]

    begin = timezone.now() - timedelta(hours=1)
    Meeting.objects.filter(batch_session__batch=booked).update(
        starts_at=begin, ends_at=begin + timedelta(hours=2)
    )
    assert said(client, send(client, "hold", booked, 1)) == ["Session 1 is marked held. The note is next."]
    assert "nothing was changed" in said(client, send(client, "hold", booked, 1))[0]
    assert fresh(booked).balance.used == 1


def soon(batch: Batch) -> None:
    """The session is tomorrow: less notice than agreed."""
    begin = timezone.now() + timedelta(hours=20)
    Meeting.objects.filter(batch_session__batch=batch).update(
        starts_at=begin, ends_at=begin + timedelta(hours=1)
    )


def cancelled(client: Any, batch: Batch, told: str, who: str, **given: str) -> Any:
    return send(client, "cancel", batch, 1, told=told, who=who, reason="Half the team is ill.", **given)


@pytest.mark.parametrize(
    ("is_late", "who", "given", "status"),
    [
        (False, "team", {}, Status.CANCELLED),
        (False, "us", {}, Status.CANCELLED),
        (True, "team", {}, Status.LATE),
        (True, "us", {}, Status.CANCELLED),
        (True, "team", {"give_back": "A death in the team."}, Status.CANCELLED),
    ],
)
def test_cancelling_uses_the_session_by_the_rule_alone(
    booked, staff, coordinator, is_late, who, given, status
):
    """The page says so before it is confirmed."""
    if is_late:
        soon(booked)
    client = staff(coordinator)
    page = words(client.get(at("cancel", booked, 1)))
    assert ("less notice than 2 working days" in page) is is_late
    assert ("This is in time" in page) is not is_late

    told = said(client, cancelled(client, booked, "late" if is_late else "in time", who, **given))[0]

    assert session_of(booked).status == status
    assert ("counts as used" in told) is (status == Status.LATE)


def test_notice_that_became_late_meanwhile_is_told_again(booked, staff, coordinator):
    """Nobody loses a session to a page that said it was in time."""
    client = staff(coordinator)
    client.get(at("cancel", booked, 1))
    soon(booked)

    page = cancelled(client, booked, "in time", "team")
    assert page.status_code == 422
    assert "the notice is late now" in words(page)
    assert 'name="told" value="late"' in words(page)
    assert session_of(booked).status == Status.BOOKED

    cancelled(client, booked, "late", "team")
    assert session_of(booked).status == Status.LATE


def test_give_back_what_late_notice_used(booked, staff, coordinator):
    soon(booked)
    client = staff(coordinator)
    cancelled(client, booked, "late", "team")
    assert fresh(booked).balance.used == 1

    assert send(client, "give_back", booked, 1).status_code == 422
    send(client, "give_back", booked, 1, reason="We agreed on the phone.")

    assert fresh(booked).balance.left == 6
    assert "moved on" in said(client, client.get(at("give_back", booked, 1)))[-1]


def test_a_booked_session_is_given_to_a_case(booked, team, staff, coordinator):
    """R6: its date is called off, it counts as used."""
    case = cases.accepted(*team)
    client = staff(coordinator)
    response = send(client, "give_session", booked, 1, case=case.pk)

    assert response.url == at("inspect", booked)
    session = session_of(booked)
    assert (session.status, session.consultation) == (Status.TRANSFERRED, case)
    assert session.meeting is not None
    assert session.meeting.status == Meeting.Status.CANCELLED


# The note


def note(**given: Any) -> dict[str, Any]:
    return {"note": "Two next steps.", "came": "7", "themes": [], "seen": "", **given}


def test_note_is_written_then_shared(held, staff, consultant):
    theme = Theme.objects.all()[0]
    client = staff(consultant)
    assert "Write the note first." in words(client.get(at("session", held, 1)))

    send(client, "note", held, 1, **note(themes=[theme.pk]))
    session = session_of(held)
    assert (session.note, session.came, list(session.themes.all())) == ("Two next steps.", 7, [theme])
    assert not session.has_shared_note

    assert "The note is shared" in said(client, send(client, "share", held, 1))[-1]
    assert session_of(held).has_shared_note
    assert said(client, send(client, "share", held, 1)) == ["The note has been shared already."]


def test_two_writers_are_told_of_each_other(held, staff, consultant, lead):
    """R13: the later one's words are shown again, not lost, and save on the next try."""
    client = staff(consultant)
    seen = client.get(at("note", held, 1)).context["form"]["seen"].value()
    session_notes.write_note(session_of(held), note="Hers.", came=5, themes=[], seen=None, by=lead)

    page = send(client, "note", held, 1, **note(seen=seen))
    assert page.status_code == 422
    assert "Somebody saved this page after you opened it" in words(page)
    assert "Two next steps." in words(page)
    assert session_of(held).note == "Hers."

    send(client, "note", held, 1, **note(seen=page.context["form"]["seen"].value()))
    assert session_of(held).note == "Two next steps."


def test_a_shared_note_is_corrected_with_a_reason(held, staff, consultant):
    session_notes.write_note(session_of(held), note="One step.", came=7, themes=[], seen=None, by=consultant)
    session_notes.share_note(session_of(held), by=consultant)
    client = staff(consultant)

    page = send(client, "note", held, 1, **note())
    assert (
        page.content.decode().count("Write why the note is corrected") == 2
    )  # over the form and by the field
    send(client, "note", held, 1, **note(reason="A step was missing."))

    assert session_of(held).note == "Two next steps."
    assert Message.objects.filter(template="consultations/batch_note_shared").count() >= 2


def test_other_line_ends_are_no_correction(held, staff, consultant):
    """A browser sends its own; a shared note that nobody changed is saved without a reason."""
    said_so = "One step.\n\nAnother."
    session_notes.write_note(session_of(held), note=said_so, came=7, themes=[], seen=None, by=consultant)
    session_notes.share_note(session_of(held), by=consultant)
    told = Message.objects.count()

    done = send(staff(consultant), "note", held, 1, **note(note="One step.\r\n\r\nAnother. ", came="8"))

    assert done.status_code == 302
    assert (session_of(held).note, session_of(held).came) == (said_so, 8)
    assert Message.objects.count() == told


def test_a_note_has_to_wait_for_the_session(booked, staff, consultant):
    client = staff(consultant)
    assert said(client, client.get(at("note", booked, 1))) == ["The session has not been held yet."]
    page = send(client, "note", booked, 1, **note())
    assert "The session has not been held yet." in words(page)


def test_who_read_which_note(held, staff, coordinator, referrer):
    """R9"""
    session_notes.note_read(session_of(held), by=referrer)

    for page in (at("inspect", held), at("session", held, 1)):
        shown = words(staff(coordinator).get(page))
        assert "Note of session 1" in shown
        assert "Who read which note (1)" in shown


# Themes


def test_themes_are_kept_in_a_list_and_those_in_use_stay(held, staff, coordinator, consultant):
    used, unused = Theme.objects.all()[:2]
    session_of(held).themes.add(used)
    client = staff(coordinator)

    for theme in (used, unused):
        send_to = reverse("theme:delete", args=[theme.pk])
        response = client.post(send_to)
        assert response.url == reverse("theme:index")
    assert list(Theme.objects.filter(pk__in=[used.pk, unused.pk])) == [used]
    assert any("so it stays" in str(m) for m in get_messages(client.get(reverse("theme:index")).wsgi_request))
    assert staff(consultant).post(reverse("theme:delete", args=[used.pk])).status_code in (302, 403)
    assert Theme.objects.filter(pk=used.pk).exists()


def test_themes_report_of_one_and_of_all_hides_small_numbers(team, staff, coordinator, council):
    """R8: a count below 3 is told as “fewer than 3”, whichever page shows it."""
    batch = batches.funded(*team)
    often, once = Theme.objects.all()[:2]
    for number in range(3):
        session = batches.book(batch, coordinator, days=30 + number)[0]
        begin = timezone.now() - timedelta(days=number + 1)
        Meeting.objects.filter(batch_session=session).update(
            starts_at=begin, ends_at=begin + timedelta(hours=1)
        )
        session = BatchSession.objects.get(pk=session.pk)
        sessions.hold(session, by=coordinator)
        session.themes.set([often, once] if number == 0 else [often])
    client = staff(coordinator)

    every = reverse("themes_report")
    for page in (at("themes", batch), every, f"{every}?organisation={council.pk}", f"{every}?organisation=x"):
        shown = words(client.get(page))
        assert "3 sessions held" in shown or "organisation=x" in page
        assert f'{once}</th><td class="fp-themes__count">fewer than 3' in shown
        assert '<rect width="100"' in shown
    assert words(client.get(f"{every}?organisation=0")).count("<rect") >= 1
