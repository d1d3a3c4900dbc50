"""What every act on a meeting rests on: the row locked, the revision raised, the resources kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from changes.log import record
from changes.refusals import Refused, Stale
from meetings import emails, times
from meetings.actions import reminder
from meetings.availability import diaries
from meetings.models import Attendee, Meeting, Reservation, Resource
from organisations.models import Contact

MAX_DAYS = 14
Partstat = Attendee.Partstat


class Unsuitable(Refused):
    """Somebody does not work then, is away or busy elsewhere: staff may go ahead with a reason."""


@dataclass(frozen=True)
class Invitee:
    """Somebody to invite. `role` is their part in it, in words ("Consultant")."""

    name: str
    email: str
    required: bool = True
    contact: Contact | None = None
    user: User | None = None
    role: str = ""


def now() -> datetime:
    """Whole seconds: what a DTSTAMP can say is what we keep."""
    return timezone.now().replace(microsecond=0)


def after(stamp: datetime) -> datetime:
    """Now, and later than the last revision: two in one second still have an order."""
    return max(now(), stamp + timedelta(seconds=1))


def opened(meeting: Meeting, sequence: int | None = None) -> Meeting:
    """The meeting as it is, locked, and still confirmed. Raises Stale otherwise (R7)."""
    now_there = Meeting.locked(meeting.pk)
    if now_there.status != Meeting.Status.CONFIRMED:
        raise Stale(
            f"This meeting is {now_there.get_status_display().lower()}, so it can no longer be changed. "
            "Nothing was done."
        )
    if sequence is not None and sequence != now_there.sequence:
        raise Stale(
            "Somebody changed this meeting after you opened the page. Nothing was done. Look at how it "
            "stands now, then try again if you still want to."
        )
    return now_there


def revise(meeting: Meeting, *, is_moved: bool = False, **fields: object) -> None:
    """Write `fields` as a new revision; a new time takes back the answers to the old one."""
    meeting.sequence += 1
    meeting.stamped_at = after(meeting.stamped_at)
    for name, value in fields.items():
        setattr(meeting, name, value)
    if is_moved:
        meeting.timed_sequence = meeting.sequence
        meeting.attendees.update(partstat=Partstat.NEEDS_ACTION, rsvp_at=None, sends_instead="")
    meeting.save(update_fields=["sequence", "stamped_at", "timed_sequence", *fields])
    if is_moved:
        reminder.plan(meeting)


def shown(meeting: Meeting) -> Meeting:
    meeting.refresh_from_db()
    return meeting


def refuse_odd_times(starts_at: datetime, ends_at: datetime) -> None:
    if ends_at <= starts_at:
        raise Refused("The meeting has to end after it starts. Choose a later end.")
    if ends_at - starts_at > timedelta(days=MAX_DAYS):
        raise Refused(f"A meeting can last {MAX_DAYS} days at most. Choose an earlier end.")


def add(meeting: Meeting, invitees: Iterable[Invitee]) -> list[Attendee]:
    """Put people on the list, each address once; those new to it, or back on it, are returned."""
    there = {a.email.lower(): a for a in meeting.attendees.all()}
    added = []
    for invitee in invitees:
        email = invitee.email.strip().lower()
        attendee = there.get(email)
        if attendee is not None and attendee.uninvited_at is None:
            continue
        attendee = attendee or Attendee(meeting=meeting, email=email)
        attendee.name = invitee.name.strip() or email
        attendee.is_required = invitee.required
        attendee.contact, attendee.user, attendee.role = invitee.contact, invitee.user, invitee.role
        if attendee.pk:  # an answer to the invite of before does not hold for this one
            attendee.replied_sequence, attendee.replied_stamp = meeting.sequence + 1, meeting.created_at
        attendee.partstat, attendee.rsvp_at, attendee.sends_instead = Partstat.NEEDS_ACTION, None, ""
        attendee.invited_at, attendee.uninvited_at = timezone.now(), None
        attendee.save()
        there[email] = attendee
        added.append(attendee)
    return added


def send_invite(meeting: Meeting, attendee: Attendee) -> None:
    """Mail the invite and remember its Message-ID, under which all later mail to them belongs."""
    attendee.thread_id = emails.invited(meeting, attendee).message_id
    attendee.save(update_fields=["thread_id"])


def reserve(
    meeting: Meeting, resources: list[Resource], *, despite: str = "", asking: bool = True, by: object = None
) -> None:
    """Keep `resources`, and no others, for the meeting's time and the travel to it (R3).

    Raises Refused naming every clash; and Unsuitable when somebody does not work then, is on leave or busy
    elsewhere, unless `despite` gives the reason to go ahead, which is logged, or with `asking` off. A double
    booking has no such way round it.

    The resources' rows are locked in one order, so two bookings wait for one another, never in a ring;
    the database's own guard stands behind it.
    """
    keep = {resource.pk for resource in resources}
    meeting.reservations.exclude(resource__in=keep).delete()
    locked = list(Resource.objects.select_for_update().filter(pk__in=keep).order_by("pk"))
    spans = _spans(locked, meeting.starts_at, meeting.ends_at, meeting.place)
    if messages := _clashes(spans, but=[meeting]):
        raise Refused(*messages)
    warned = diaries.warnings(locked, meeting.starts_at, meeting.ends_at) if asking else []
    if warned and not despite.strip():
        raise Unsuitable(*warned)
    try:
        with transaction.atomic():
            for pk, (starts_at, ends_at) in spans.items():
                Reservation.objects.update_or_create(
                    resource_id=pk,
                    meeting=meeting,
                    defaults={"starts_at": starts_at, "ends_at": ends_at, "active": True},
                )
    except IntegrityError as error:
        if "no_double_booking" not in str(error):
            raise
        names = " and ".join(r.name for r in locked)
        raise Refused(
            f"{names} cannot be booked then: somebody else was first. Choose another time."
        ) from error
    if warned:
        record(meeting, "meeting.despite", by=by, warnings=" ".join(warned), reason=despite.strip())


def clashes(
    resources: Iterable[Resource],
    starts_at: datetime,
    ends_at: datetime,
    place: str,
    *,
    but: Iterable[Meeting] = (),
) -> list[str]:
    """Who or what is booked then, travel to `place` included, in words: what `reserve` would refuse (R3)."""
    return _clashes(_spans(resources, starts_at, ends_at, place), but=but)


def _spans(
    resources: Iterable[Resource], starts_at: datetime, ends_at: datetime, place: str
) -> dict[int, tuple[datetime, datetime]]:
    """From when to when each is kept, by pk."""
    travels = {resource.pk: resource.travel(place) for resource in resources}
    return {pk: (starts_at - before, ends_at + after) for pk, (before, after) in travels.items()}


def _clashes(spans: dict[int, tuple[datetime, datetime]], *, but: Iterable[Meeting]) -> list[str]:
    wanted = Q()
    for pk, (starts_at, ends_at) in spans.items():
        wanted |= Q(resource=pk, starts_at__lt=ends_at, ends_at__gt=starts_at)
    if not wanted:
        return []
    found = Reservation.objects.filter(wanted, active=True).exclude(meeting__in=list(but))
    return [_clash(one) for one in found.select_related("resource", "meeting").order_by("starts_at", "pk")]


def _clash(reservation: Reservation) -> str:
    """Says who and when, not for what: the other matter's reference is not everybody's to know (R9)."""
    span = times.spoken_span(reservation.starts_at, reservation.ends_at)
    travel = ", travel included" if reservation.has_travel else ""
    return f"{reservation.resource} is already booked then: {span}{travel}. Choose another time."
