"""Who is at the table follows who is around the case: invites, date polls, and the ways in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from consultations.actions.agency import revoke_agency_link
from consultations.actions.issuing import revoke_recipient
from consultations.actions.meeting import default_invitees
from consultations.models import Consultation
from consultations.people import around
from meetings import actions as meetings
from meetings.actions import poll as polls
from meetings.models import Meeting, Poll

if TYPE_CHECKING:
    from accounts.models import User


def mailboxes(consultation: Consultation) -> set[str]:
    return {person.email.lower() for person in around(consultation)}


def mind_roster(locked: Consultation, before: set[str], *, by: User) -> None:
    """After an amendment changed who is around an accepted case; `before` are its mailboxes until then.

    Who is new is invited to the meeting that is still to come, or asked in the date poll that is open. Who is
    gone is taken off both, and opens neither a document link nor the report any more (R9). Who was there and
    still is stays as staff have settled it.
    """
    case = Consultation.locked(locked.pk)
    if case.status != Consultation.Status.ACCEPTED:
        return
    now = mailboxes(case)
    if gone := before - now:
        _let_go(case, gone, by)
    if new := now - before:
        _bring_in(case, new, by)


def _let_go(case: Consultation, gone: set[str], by: User) -> None:
    if (meeting := _to_come(case)) is not None:
        for attendee in meeting.invited:
            if attendee.email.lower() in gone:
                meetings.uninvite(attendee, by=by)
    for poll in Poll.objects.of(case.reference).open():
        for voter in poll.asked:
            if voter.email.lower() in gone:
                polls.take_off(voter, by=by)
    for link in case.agency_links.filter(revoked_at=None):
        if link.email.lower() in gone:
            revoke_agency_link(link, by=by)
    for recipient in case.recipients.standing():
        if recipient.email.lower() in gone:
            revoke_recipient(recipient, by=by)


def _bring_in(case: Consultation, new: set[str], by: User) -> None:
    people = [one for one in default_invitees(case) if one.email.lower() in new]
    if (meeting := _to_come(case)) is not None:
        meetings.invite(meeting, people, by=by)
    for poll in Poll.objects.of(case.reference).open():
        if poll.takes_answers:
            polls.ask(poll, people, by=by)


def _to_come(case: Consultation) -> Meeting | None:
    meeting = case.meeting
    upcoming = meeting and meeting.status == Meeting.Status.CONFIRMED and not meeting.has_started
    return meeting if upcoming else None
