"""The one meeting with the network."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from changes.refusals import Refused
from consultations.models import Consultation, ConsultationSettings
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
) -> Meeting:
    """Book the meeting and invite the network (R3). With no `invitees`, the referrer and the whole network.

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
    polls.drop(locked.reference, by=by, reason="A date was booked without it.")
    return meeting


def default_invitees(consultation: Consultation) -> list[meetings.Invitee]:
    """Everybody around the case, and the lead consultant."""
    contact, lead = consultation.contact, consultation.lead_consultant
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
    if lead is not None and lead.email.lower() not in {person.email.lower() for person in people}:
        people.insert(1, meetings.Invitee(str(lead), lead.email, user=lead))
    return people
