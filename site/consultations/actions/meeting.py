"""The one meeting with the network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from changes.log import record
from changes.refusals import Refused, Stale
from consultations.models import Attendance, Consultation, ConsultationSettings, MeetingRecord
from consultations.people import around
from meetings import actions as meetings
from meetings.actions import poll as polls
from meetings.models import Meeting

if TYPE_CHECKING:
    from accounts.models import User
    from meetings.models import Resource


@transaction.atomic
def book_meeting(
    consultation: Consultation,
    *,
    starts_at: datetime,
    ends_at: datetime,
    by: User,
    place: str = "",
    video_url: str = "",
    dial_in: str = "",
    joining: str = "",
    invitees: Sequence[meetings.Invitee] | None = None,
    resources: Sequence[Resource] = (),
    despite: str = "",
    agenda: str = "",
) -> Meeting:
    """Book the meeting and invite the network (R3). With no `invitees`, the referrer and the whole network.

    `agenda`, a point a line, is kept with the case and never mailed (R8).

    Raises Refused when funding is not agreed, a meeting stands already, or somebody is booked elsewhere then;
    or is away then, and `despite` gives no reason to go ahead.
    """
    locked = Consultation.locked(consultation.pk)
    if locked.status != Consultation.Status.ACCEPTED:
        raise Refused("Accept the referral before booking the meeting.")
    if missing := locked.missing_for_meeting(before_funding=ConsultationSettings.load().book_before_funding):
        raise Refused(*missing)
    if locked.meeting is not None:
        raise Refused("A meeting stands already. Move it, or cancel it first.")
    meeting = meetings.book(
        title=locked.title,
        about=locked.reference,
        starts_at=starts_at,
        ends_at=ends_at,
        place=place,
        video_url=video_url,
        dial_in=dial_in,
        joining=joining,
        invitees=default_invitees(locked) if invitees is None else list(invitees),
        resources=resources,
        despite=despite,
        by=by,
    )
    locked.meetings.add(meeting)
    MeetingRecord.objects.create(consultation=locked, meeting=meeting, agenda=agenda.strip())
    polls.drop(locked.reference, by=by, reason="A date was booked without it.")
    return meeting


@transaction.atomic
def record_meeting(
    consultation: Consultation,
    *,
    agenda: str,
    notes: str,
    also_there: str,
    pathway: str,
    came: Mapping[int, str],
    seen: datetime | None,
    by: User,
) -> MeetingRecord:
    """Keep what is known of the meeting, before, during and after it: as often as anybody likes.

    `came` says by attendee how they attended; those left out stay unsaid. `seen` is the `updated_at` of the page
    this was typed on: Stale when somebody else saved since. Raises Refused without a meeting.
    """
    locked = Consultation.locked(consultation.pk)
    meeting = locked.meeting
    if meeting is None:
        raise Refused("No meeting is booked.")
    if locked.status != Consultation.Status.ACCEPTED:
        raise Refused("This consultation has ended, so its meeting is no longer written about.")
    record_, is_new = MeetingRecord.objects.get_or_create(meeting=meeting, defaults={"consultation": locked})
    if not is_new and seen is not None and record_.updated_at != seen:
        raise Stale(
            "Somebody saved this page after you opened it. What you typed is below, not saved yet: look at the "
            "case in another window, then save it again to keep yours."
        )
    if pathway and pathway != record_.pathway:
        record(locked, "consultation.pathway_recorded", by=by)
    record_.agenda, record_.notes, record_.also_there = agenda.strip(), notes.strip(), also_there.strip()
    record_.pathway = pathway
    record_.save()
    people = {attendee.pk: attendee for attendee in meeting.attendees.all()}
    record_.attendances.all().delete()
    Attendance.objects.bulk_create(
        Attendance(record=record_, attendee=people[pk], came=how)
        for pk, how in came.items()
        if how and pk in people
    )
    return record_


def default_invitees(consultation: Consultation) -> list[meetings.Invitee]:
    """Everybody around the case, and after the referrer our consultants: those who read for it and write."""
    contact = consultation.contact
    people = [
        meetings.Invitee(
            person.name,
            person.email,
            required=person.is_required,
            contact=contact if person.email == contact.email else None,
            user=contact.user if person.email == contact.email else None,
        )
        for person in around(consultation)
    ]
    there = {person.email.lower() for person in people}
    ours = [one for one in consultation.consultants if one.email.lower() not in there]
    return [people[0], *(meetings.Invitee(str(one), one.email, user=one) for one in ours), *people[1:]]
