"""The meeting itself: agenda, who came, notes, pathway."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, transaction

from changes.refusals import Refused, Stale
from consultations import actions
from consultations.models import AgendaTemplate, Attendance, Consultation, MeetingRecord
from mail.models import Message
from tests.consultations.conftest import said, send, url

pytestmark = pytest.mark.django_db


def answers(case: Consultation, **more: object) -> dict[str, Any]:
    record = MeetingRecord.objects.get(consultation=case)
    return {"seen": record.updated_at.isoformat(), "agenda": "One", "notes": "", "also_there": "", **more}


def keep(case: Consultation, by: Any, **more: Any) -> MeetingRecord:
    said: dict[str, Any] = {
        "agenda": "",
        "notes": "",
        "also_there": "",
        "pathway": "",
        "came": {},
        "seen": None,
    }
    return actions.record_meeting(case, **{**said, **more}, by=by)


def test_a_strategy_discussion_is_among_the_agendas():
    points = AgendaTemplate.objects.get(title="Strategy discussion").points.splitlines()
    assert len(points) == 4


def test_the_agenda_comes_from_a_template_and_stays_off_mail(a_case, staff, coordinator, client, referrer):
    """R8"""
    case = a_case("documented")
    template = AgendaTemplate.objects.create(title="Short", points="The plan of J.B.")
    client = staff(coordinator)
    page = client.get(url("book", case)).content.decode()
    assert "Strategy discussion" in page
    people = [value for value, _ in client.get(url("book", case)).context["form"].fields["people"].choices]
    when = {"day": "2027-01-12", "start": "10:00", "minutes": 120, "place": "Room"}
    send(client, "book", case, **when, people=people, needed=people[:1], agenda=template.pk)
    assert [a.is_required for a in case.meetings.get().invited] == [True] + [False] * (len(people) - 1)
    record = MeetingRecord.objects.get()
    assert record.points == ["The plan of J.B."]
    assert not any("J.B." in m.text + m.html + str(m.calendar) for m in Message.objects.all())
    client.force_login(referrer)
    assert "The plan of J.B." in client.get(f"/consultations/{case.reference}/").content.decode()


def test_attendance_notes_and_pathway_are_kept(a_case, staff, consultant):
    case = a_case("booked")
    client = staff(consultant)
    people = case.meeting.invited
    assert "needed" in client.get(url("record", case)).content.decode()
    came = {f"came-{p.pk}": "came" for p in people[1:]} | {f"came-{people[0].pk}": "apologies"}
    done = send(
        client,
        "record",
        case,
        **answers(case, notes="All agreed.", pathway="both", also_there="Nurse"),
        **came,
    )
    assert done.url == url("inspect", case)
    assert said(client, done) == [f"Saved. Needed and not there: {people[0].name}."]
    record = MeetingRecord.objects.get()
    assert (record.notes, record.get_pathway_display()) == (
        "All agreed.",
        "Child protection and criminal justice",
    )
    assert record.attendances.filter(came=Attendance.Came.CAME).count() == len(people) - 1
    assert "Child protection and criminal justice" in client.get(done.url).content.decode()


def test_two_who_write_at_once_lose_nothing(a_case, staff, consultant):
    """R7, R13: the second is told, with what they typed still on the page."""
    case = a_case("booked")
    client = staff(consultant)
    late = answers(case, notes="Typed on the older page.")
    send(client, "record", case, **answers(case, notes="First."))
    page = send(client, "record", case, **late)
    assert page.status_code == 422
    assert "Typed on the older page." in page.content.decode()
    assert MeetingRecord.objects.get().notes == "First."
    seen = page.context["form"]["seen"].value()
    send(client, "record", case, **{**late, "seen": seen})
    assert MeetingRecord.objects.get().notes == "Typed on the older page."


@pytest.mark.parametrize("state", ["accepted", "withdrawn", "declined"])
def test_without_a_meeting_nothing_is_recorded(a_case, consultant, state):
    """R7"""
    with pytest.raises(Refused):
        keep(a_case(state), consultant)


def test_recording_is_atomic_and_a_repeat_on_an_old_page_is_refused(a_case, consultant):
    """R7, R10"""
    case = a_case("booked")
    seen = MeetingRecord.objects.get().updated_at
    with pytest.raises(RuntimeError), transaction.atomic():
        keep(case, consultant, notes="x")
        raise RuntimeError
    assert MeetingRecord.objects.get().notes == ""
    keep(case, consultant, notes="x", seen=seen)
    with pytest.raises(Stale):
        keep(case, consultant, notes="y", seen=seen)


def test_notes_are_encrypted_at_rest(a_case, consultant):
    keep(a_case("booked"), consultant, notes="The grandmother spoke.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT notes FROM consultations_meetingrecord")
        assert "grandmother" not in cursor.fetchone()[0]


def test_notes_are_for_staff_of_the_case(a_case, staff, lead, finance, editor, referrer, outsider):
    """R9: a lead who is not on the case may; those who read no case get a 404, those outside never arrive."""
    case = a_case("booked")
    assert staff(lead).get(url("record", case)).status_code == 200
    for person in (finance, editor):
        assert staff(person).get(url("record", case)).status_code == 404
    for person in (referrer, outsider):
        assert staff(person).get(url("record", case)).status_code in (302, 404)
