"""Booking, moving, cancelling, holding: what happens to the meeting itself."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from changes.follow_ups import announce
from changes.log import record
from changes.refusals import Refused
from meetings import emails, times
from meetings.actions import reminder, revisions
from meetings.actions.revisions import Invitee
from meetings.models import Meeting, Resource


@transaction.atomic
def book(
    *,
    title: str,
    starts_at: datetime,
    ends_at: datetime,
    place: str = "",
    video_url: str = "",
    dial_in: str = "",
    joining: str = "",
    invitees: Iterable[Invitee],
    resources: Iterable[Resource] = (),
    about: str = "",
    despite: str = "",
    by: object,
) -> Meeting:
    """Book a meeting, reserve what it needs, and send each person an invite.

    `title` and `about` hold references only (R8). Raises Refused when it ends before it starts, or when
    a person, room or link is booked then already (R3); Unsuitable when somebody does not work then, is
    away or busy elsewhere, and `despite` gives no reason to go ahead.
    """
    revisions.refuse_odd_times(starts_at, ends_at)
    now = revisions.now()
    meeting = Meeting.objects.create(
        title=title,
        about=about,
        starts_at=starts_at,
        ends_at=ends_at,
        place=place,
        video_url=video_url,
        dial_in=dial_in,
        joining=joining,
        created_at=now,
        stamped_at=now,
    )
    people = revisions.add(meeting, invitees)
    record(meeting, "meeting.booked", by=by, when=meeting.when, people=", ".join(p.name for p in people))
    revisions.reserve(meeting, list(resources), despite=despite, by=by)
    for attendee in people:
        revisions.send_invite(meeting, attendee)
    reminder.plan(meeting)
    announce("meeting_booked", meeting.pk)
    return meeting


@transaction.atomic
def move(
    meeting: Meeting,
    *,
    starts_at: datetime,
    ends_at: datetime,
    by: object,
    place: str | None = None,
    video_url: str | None = None,
    dial_in: str | None = None,
    joining: str | None = None,
    resources: Iterable[Resource] | None = None,
    sequence: int | None = None,
    despite: str = "",
) -> Meeting:
    """Give a meeting another time, another place, or both; None leaves a thing as it is.

    A new time asks everybody for a new answer; a new place alone keeps the answers (RFC 6638 section
    3.2.8 draws the line there). When nothing differs, nothing is written or sent. `sequence` is what the
    page showed: Stale when somebody changed the meeting since. Stale too when it is no longer confirmed.
    `despite` as in `book`.
    """
    revisions.refuse_odd_times(starts_at, ends_at)
    now_there = revisions.opened(meeting, sequence)
    before = now_there.when
    details = {
        name: value
        for name, value in (
            ("place", place),
            ("video_url", video_url),
            ("dial_in", dial_in),
            ("joining", joining),
        )
        if value is not None and value != getattr(now_there, name)
    }
    is_moved = (starts_at, ends_at) != (now_there.starts_at, now_there.ends_at)
    wanted = None if resources is None else list(resources)
    kept = now_there.resources
    asking = is_moved or (wanted is not None and set(wanted) != set(kept))
    if asking or "place" in details:  # a place may mean travel
        now_there.starts_at, now_there.ends_at = starts_at, ends_at
        now_there.place = details.get("place", now_there.place)
        revisions.reserve(
            now_there, kept if wanted is None else wanted, despite=despite, asking=asking, by=by
        )
    if is_moved or details:
        revisions.revise(now_there, is_moved=is_moved, starts_at=starts_at, ends_at=ends_at, **details)
        record(
            now_there,
            "meeting.moved" if is_moved else "meeting.details_changed",
            by=by,
            before=before if is_moved else "",
            when=now_there.when,
            place=details.get("place", ""),
        )
        for attendee in now_there.invited:
            if is_moved:
                emails.moved(now_there, attendee, before=before)
            else:
                emails.changed(now_there, attendee, what="Where it is or how to join has changed.")
        announce("meeting_moved", now_there.pk)
    return revisions.shown(meeting)


@transaction.atomic
def cancel(meeting: Meeting, *, by: object, reason: str) -> Meeting:
    """Call the meeting off: its resources are free again, everybody gets a CANCEL and `reason` to read.

    `reason` is mailed: references only (R8). Stale when it is no longer confirmed.
    """
    now_there = Meeting.locked(meeting.pk)
    now_there.move_to(
        Meeting.Status.CANCELLED,
        by=by,
        reason=reason,
        sequence=now_there.sequence + 1,
        stamped_at=revisions.after(now_there.stamped_at),
    )
    now_there.reservations.update(active=False)
    reminder.plan(now_there)
    for attendee in now_there.invited:
        emails.cancelled(now_there, attendee, reason=reason)
    announce("meeting_cancelled", now_there.pk)
    return revisions.shown(meeting)


@transaction.atomic
def record_held(meeting: Meeting, *, by: object) -> Meeting:
    """Note that the meeting took place: from its start on. Refused before, Stale when not confirmed."""
    now_there = Meeting.locked(meeting.pk)
    if now_there.can_move_to(Meeting.Status.HELD) and not now_there.has_started:
        raise Refused(
            f"This meeting starts on {times.spoken_day(now_there.starts_at)} at "
            f"{times.spoken_clock(now_there.starts_at)}. Mark it held once it has started."
        )
    now_there.move_to(Meeting.Status.HELD, by=by)
    reminder.plan(now_there)
    announce("meeting_held", now_there.pk)
    return revisions.shown(meeting)
