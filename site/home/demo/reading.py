"""The documents and the meeting of a demonstration case."""

from __future__ import annotations

from datetime import datetime, timedelta

from consultations import actions
from consultations.models import AgendaTemplate, Attendance, DocumentRequest, MeetingRecord
from home.demo import logbook, papers, polling
from home.demo.case import Told, Until
from home.demo.clock import Story
from home.demo.diary import answer, first_free, slots
from meetings import actions as meetings
from meetings.models import Meeting, Resource

KINDS = ("pdf", "docx", "pdf", "jpg", "pdf", "txt")
NOTES = "We went through the agenda. School and social care agree on what happened; the plan is at home and holds."
CAME = {
    "DECLINED": Attendance.Came.APOLOGIES,
    "NEEDS-ACTION": Attendance.Came.ABSENT,
}  # by what they answered
NOTE = "The dates before the move do not agree with the chronology. Ask at the meeting."
NOT_YET = "We cannot share it while the investigation goes on. Ask us again after the charging decision."
MOVED = "The file stayed with the area where the family lived before. We have asked there."
REDACT = "Page 1 gives the address of the family who took part. Please black it out."
SHORT = "This copy ends in the middle of page 2. Please send the whole document again."


def _send(told: Told, request: DocumentRequest, kind: str) -> None:
    words = told.tale.words
    sheet = papers.paper(
        request.title,
        reference=words["own_reference"],
        agency=str(told.cast.organisation_of(told.case.who)),
        kind=kind,
    )
    actions.receive_document(request, sheet, by=told.cast.users[told.case.who])


def collect(told: Told) -> Story:
    """The checklist went out with the funding; what is required comes in, and some of the rest."""
    case, days = told.case, told.days
    coordinator = told.cast.staff("coordinator")
    yield days.at(11, 16)  # by then the follow-up of the accepted quote has sent the checklist
    requests = list(told.fresh().document_requests.all())
    required = [r for r in requests if r.is_required]
    others = days.random.sample([r for r in requests if not r.is_required], 2)
    waived = required.pop(1) if case.waived else None

    for kind, request in zip(KINDS, required[:2], strict=False):
        _send(told, request, kind)
    if case.until == Until.SENDING:
        _ask_an_agency(told, others)
        return
    yield days.at(14, 11)
    first = _again(required[0])
    if case.returned or case.until == Until.RETURNED:
        actions.return_document(first, reason=SHORT, by=coordinator)
    else:
        actions.accept_document(first, by=coordinator)
    if waived is not None:
        actions.waive_document(_again(waived), reason=case.waived, by=coordinator)
    if case.until == Until.RETURNED:
        actions.accept_document(_again(required[1]), by=coordinator)
        _ask_for_redaction(told, required[1])
        return
    yield days.at(16, 15)
    if case.returned:
        _send(told, _again(required[0]), "pdf")
    for kind, request in zip(KINDS[2:], [*required[2:], *others], strict=False):
        _send(told, request, kind)
    yield days.at(18, 10)
    for request in told.fresh().document_requests.filter(status=DocumentRequest.Status.RECEIVED):
        actions.accept_document(request, by=coordinator)
    yield days.at(19, 14)
    names = filter(None, (case.consultant, case.second_consultant))
    logbook.read_documents(told, *map(told.cast.staff, names))
    if (read := _again(required[0]).newest) is not None:
        actions.note(read, NOTE, by=told.cast.staff(case.consultant))


def _ask_an_agency(told: Told, requests: list[DocumentRequest]) -> None:
    """One agency is asked by a link for two documents: one it cannot share; the other, it turns out, nobody holds."""
    member = told.consultation.network.first()
    if member is None:
        return
    link = actions.make_agency_link(
        told.consultation,
        name=member.name,
        agency=member.agency,
        email=member.email,
        lines=requests,
        by=told.cast.staff("coordinator"),
    )
    refused, not_held = (_again(request) for request in requests)
    actions.decline_document(refused, status=DocumentRequest.Status.REFUSED, words=NOT_YET, by=link)
    referrer = told.cast.users[told.case.who]
    actions.decline_document(not_held, status=DocumentRequest.Status.NOT_HELD, words=MOVED, by=referrer)


def _ask_for_redaction(told: Told, request: DocumentRequest) -> None:
    if (file := _again(request).newest) is not None:
        actions.ask_for_redaction(file, reason=REDACT, by=told.cast.users[told.case.who])


def _again(request: DocumentRequest) -> DocumentRequest:
    return DocumentRequest.objects.select_related("consultation").get(pk=request.pk)


def _slots(told: Told, first_day: int) -> list[datetime]:
    over = told.reached(Until.HELD)
    return slots(told.days, first_day, [(10, 0), (14, 0)], over=over)


def _resources(told: Told) -> list[Resource]:
    rooms = sorted(told.cast.rooms)
    room = told.cast.rooms[rooms[told.days.random.randrange(len(rooms))]]
    return [*(Resource.objects.of(one) for one in told.fresh().consultants), room]


def _book(told: Told, first_day: int) -> Meeting:
    """The first slot when consultants and room are all free."""
    resources = _resources(told)
    room = resources[-1]
    is_online = room.kind == Resource.Kind.VIDEO
    return first_free(
        _slots(told, first_day),
        lambda starts_at: actions.book_meeting(
            told.fresh(),
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=2),
            place="" if is_online else f"{room.name}, London N19 0ZZ",
            video_url=f"https://video.example.nhs.uk/{room.name[-1].lower()}" if is_online else "",
            joining="Please read nothing aloud from case records until everybody has joined.",
            resources=resources,
            agenda=AgendaTemplate.objects.earliest("position").points,
            by=told.cast.staff("coordinator"),
        ),
    )


def _move(told: Told, meeting: Meeting, first_day: int) -> Meeting:
    return first_free(
        _slots(told, first_day),
        lambda starts_at: meetings.move(
            meeting,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=2),
            by=told.cast.staff("coordinator"),
        ),
    )


def meet(told: Told) -> Story:
    """Booked, answered, perhaps moved or called off, and held."""
    case, days, coordinator = told.case, told.days, told.cast.staff("coordinator")
    yield days.at(20, 11)
    meeting = _book(told, 35 if not case.called_off else 30)
    if case.called_off:
        yield days.at(21, 16)
        meetings.cancel(meeting, reason="The police colleague cannot attend on that day.", by=coordinator)
        yield days.at(22, 10)
        meeting = _book(told, 35)
    yield days.at(22, 14)
    answer(meeting)
    if case.stand_in:
        yield days.at(24, 16)
        logbook.stand_in(told)
    if case.moved:
        yield days.at(23, 10)
        meeting = _move(told, meeting, 37)
        yield days.at(24, 9)
        answer(meeting)
    if not told.reached(Until.HELD):
        polling.prepare(meeting, told)
        return
    yield meeting.ends_at + timedelta(minutes=20)
    consultant = told.cast.staff(case.consultant)
    meetings.record_held(meeting, by=consultant)
    record = MeetingRecord.objects.get(meeting=meeting)
    actions.record_meeting(
        told.consultation,
        agenda=record.agenda,
        notes=told.tale.words.get("network_view", NOTES),
        also_there="",
        pathway=MeetingRecord.Pathway.EARLY_HELP if case.returned else MeetingRecord.Pathway.CHILD_PROTECTION,
        came={person.pk: CAME.get(person.partstat, Attendance.Came.CAME) for person in meeting.invited},
        seen=record.updated_at,
        by=consultant,
    )
