"""How a poll ends: a slot is chosen and booked, or it is closed without one. What it held is free then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from changes.follow_ups import announce
from changes.refusals import Refused, Stale
from meetings.actions.revisions import Invitee
from meetings.emails import poll as emails
from meetings.models import Hold, Meeting, Poll, Resource, Slot


@dataclass(frozen=True)
class Choice:
    """What a chosen slot asks to be booked: what the owner's own act of booking takes."""

    starts_at: datetime
    ends_at: datetime
    place: str
    video_url: str
    dial_in: str
    joining: str
    invitees: tuple[Invitee, ...]
    resources: tuple[Resource, ...]

    def details(self) -> dict[str, Any]:
        return dict(vars(self))


@transaction.atomic
def settle(poll: Poll, slot: Slot, *, by: User, book: Callable[[Choice], Meeting]) -> Meeting:
    """Choose a slot: `book`, the owner's own act, books the meeting by the owner's rules; all holds go.

    One transaction: what `book` refuses leaves the poll as it was (R3). Two who choose at once leave one
    meeting; the other reads who chose what (R7).
    """
    now_there = Poll.locked(poll.pk)
    if now_there.status == Poll.Status.SETTLED and now_there.chosen is not None:
        who = now_there.chosen_by or "Somebody"
        raise Stale(f"{who} has chosen {now_there.chosen.when} already. Nothing was done.")
    chosen = now_there.slots.get(pk=slot.pk)
    if chosen.is_past:
        raise Refused(f"{chosen.when} has passed. Choose a time to come.")
    now_there.move_to(Poll.Status.SETTLED, by=by, reason=chosen.when, chosen=chosen, chosen_by=by)
    _release(now_there)
    asked = now_there.asked
    meeting = book(
        Choice(
            chosen.starts_at,
            chosen.ends_at,
            now_there.place,
            now_there.video_url,
            now_there.dial_in,
            now_there.joining,
            tuple(Invitee(v.name, v.email, v.is_required, v.contact, v.user, v.role) for v in asked),
            tuple(now_there.resources.all()),
        )
    )
    now_there.meeting = meeting
    now_there.save(update_fields=["meeting"])
    for voter in asked:
        voter.poll = now_there
        emails.settled(voter)
    announce("poll_settled", now_there.pk, meeting.pk)
    poll.refresh_from_db()
    return meeting


@transaction.atomic
def close(poll: Poll, *, by: object, reason: str) -> None:
    """End it without a date: what was held is free, everybody asked reads `reason` (references only, R8)."""
    now_there = Poll.locked(poll.pk)
    now_there.move_to(Poll.Status.CLOSED, by=by, reason=reason)
    _release(now_there)
    for voter in now_there.asked:
        voter.poll = now_there
        emails.closed(voter, reason=reason)
    poll.refresh_from_db()


def expire() -> int:
    """The job: close polls whose time to choose has run out, and tell whoever asked. How many."""
    closed = 0
    for pk in Poll.objects.open().filter(expires_at__lte=timezone.now()).values_list("pk", flat=True):
        with transaction.atomic():
            poll = Poll.locked(pk)
            if poll.status != Poll.Status.OPEN:
                continue
            poll.move_to(Poll.Status.CLOSED, by=None, reason="Nothing was chosen in time.")
            _release(poll)
            announce("poll_waits", poll.pk)
            closed += 1
    return closed


def tell_asker(poll: Poll, *, page: str) -> None:
    """Whoever asked hears, once of each, that everybody has answered, or that time ran out. `page`: where to choose."""
    if poll.status == Poll.Status.OPEN and not poll.unanswered:
        emails.complete(poll, page=page)
    elif poll.status == Poll.Status.CLOSED:
        emails.ran_out(poll, page=page)


@transaction.atomic
def drop(reference: str, *, by: object, reason: str) -> None:
    """Close what is open for a commission that needs no date any more. Those asked are not written to."""
    for pk in Poll.objects.of(reference).open().values_list("pk", flat=True):
        poll = Poll.locked(pk)
        poll.move_to(Poll.Status.CLOSED, by=by, reason=reason)
        _release(poll)


def _release(poll: Poll) -> None:
    """Everything held for the poll, at once."""
    Hold.objects.filter(slot__poll=poll, released_at=None).update(released_at=timezone.now())
