"""Booking a series, moving or cancelling it from one meeting on, inviting to all of it.

One of its meetings is moved, cancelled, or given other people by the acts on a meeting. The acts here raise
the SEQUENCE of the whole, and each person gets one mail with the series as it is for them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from changes.follow_ups import announce
from changes.log import record
from changes.refusals import Refused, Stale
from meetings import times
from meetings.actions import reminder, revisions, series_rows
from meetings.actions.planning import bounded, moved_days, plan, plan_dates, refuse_odd_hours
from meetings.actions.revisions import Invitee, Partstat
from meetings.itip.recurrence import rule_for
from meetings.models import Attendee, Meeting, Resource, Series


@transaction.atomic
def book_series(
    *,
    title: str,
    starts_at: datetime,
    ends_at: datetime,
    invitees: Iterable[Invitee],
    by: object,
    repeats: str = "",
    count: int = 0,
    until: date | None = None,
    dates: Iterable[date] = (),
    resources: Iterable[Resource] = (),
    place: str = "",
    video_url: str = "",
    dial_in: str = "",
    joining: str = "",
    about: str = "",
    despite: str = "",
) -> Series:
    """Book meetings that repeat, and send each person one invite for all of them.

    Either `repeats` ("weekly", "fortnightly", "monthly") with `count` meetings or `until` a day, or `dates` of
    its own; all at the wall clock times of `starts_at` and `ends_at`. Days on which not everybody works are
    left out, and `series.skipped` says which and why. `title` and `about` hold references only (R8).

    Raises Refused with every clash of every meeting, before any is made (R3).
    """
    wanted = list(resources)
    refuse_odd_hours(starts_at, ends_at)
    first = starts_at.astimezone(times.LONDON)
    rule = rule_for(first.date(), repeats) if repeats else ""
    planned = (
        plan(rule, first.date(), wanted, count=count, until=until)
        if rule
        else bounded(plan_dates(dates, wanted))
    )
    now = revisions.now()
    series = Series.objects.create(title=title, about=about, rule=rule, created_at=now, stamped_at=now)
    length = ends_at - starts_at
    made = []
    for day in planned.days:
        start = times.london(day, first.time())
        made.append(
            Meeting.objects.create(
                series=series,
                uid=series.uid,
                recurrence_id=start,
                title=title,
                about=about,
                starts_at=start,
                ends_at=start + length,
                place=place,
                video_url=video_url,
                dial_in=dial_in,
                joining=joining,
                created_at=now,
                stamped_at=now,
            )
        )
    series_rows.reserve([(meeting, wanted) for meeting in made], despite=despite, by=by)
    people = list(invitees)
    for meeting in made:
        revisions.add(meeting, people)
        record(meeting, "meeting.booked", by=by, when=meeting.when)
    record(
        series,
        "series.booked",
        by=by,
        when=f"{len(made)} meetings, {series.repeats}, the first on {made[0].when}",
        skipped=planned.told,
    )
    series_rows.tell(series, {})
    for meeting in made:
        reminder.plan(meeting)
        announce("meeting_booked", meeting.pk)
    series = series_rows.whole(series.pk)
    series.skipped = planned.skipped
    return series


@transaction.atomic
def move_series(
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
) -> Series:
    """Move this meeting and all later ones: `starts_at` is where this one goes, the others follow it.

    When earlier meetings stand, the series is split: it ends before this one, and the later part is a series
    with a UID of its own (returned). Otherwise the whole moves and keeps its UID. A new time asks everybody
    again. Raises Refused with every clash, Stale when the series has changed since the page of `sequence`.
    """
    refuse_odd_hours(starts_at, ends_at)
    series = series_rows.opened(meeting.series_id, sequence)
    later = series_rows.later(series, meeting)
    had = series_rows.had(series)
    kept = [m for m in series.standing if m not in later]
    start = starts_at.astimezone(times.LONDON)
    rule, days = moved_days(series, later, start.date())
    _refuse_blocked(days, later, resources)
    series_rows.revise(series)
    target = series if not kept else _offspring(series, rule)
    Series.objects.filter(pk=target.pk).update(rule=rule)
    fields = {
        name: value
        for name, value in (
            ("place", place),
            ("video_url", video_url),
            ("dial_in", dial_in),
            ("joining", joining),
        )
        if value is not None
    }
    wanted = [(m, m.resources if resources is None else list(resources)) for m in later]
    before = later[0].when
    pairs = list(zip(later, days, strict=True))
    for one, day in reversed(pairs) if starts_at > later[0].planned_start else pairs:  # never two on one date
        at = times.london(day, start.time())
        is_moved = (one.starts_at, one.ends_at) != (at, at + (ends_at - starts_at))
        one.series, one.uid, one.recurrence_id = target, target.uid, at
        one.starts_at, one.ends_at = at, at + (ends_at - starts_at)
        one.sequence, one.stamped_at = target.sequence, target.stamped_at
        if kept:
            one.timed_sequence = 0
            one.attendees.update(replied_sequence=0, replied_stamp=None)
        elif is_moved:
            one.timed_sequence = target.sequence
        for name, value in fields.items():
            setattr(one, name, value)
        one.save()
        if is_moved:
            one.attendees.update(partstat=Partstat.NEEDS_ACTION, rsvp_at=None, sends_instead="")
    series_rows.reserve(wanted, despite=despite, by=by)
    for one in later:
        record(one, "meeting.moved", by=by, when=one.when)
        reminder.plan(one)
        announce("meeting_moved", one.pk)
    what = f"From {before} on, the meetings have a new time or place."
    record(target, "series.moved", by=by, before=before, when=later[0].when)
    series_rows.tell(series, had, what=what)
    if target.pk != series.pk:
        series_rows.tell(target, {})
    return series_rows.whole(target.pk)


@transaction.atomic
def cancel_series(
    series: Series, *, by: object, reason: str, start: Meeting | None = None, sequence: int | None = None
) -> Series:
    """Call off all that is still to come, or `start` and all later: those before stand.

    `reason` is mailed: references only (R8). Stale when nothing is to come.
    """
    now_there = series_rows.opened(series.pk, sequence)
    had = series_rows.had(now_there)
    off = series_rows.later(now_there, start)
    series_rows.revise(now_there)
    for meeting in off:
        meeting.sequence = now_there.sequence
        meeting.move_to(
            Meeting.Status.CANCELLED,
            by=by,
            reason=reason,
            sequence=now_there.sequence,
            stamped_at=now_there.stamped_at,
        )
        meeting.reservations.update(active=False)
        reminder.plan(meeting)
        announce("meeting_cancelled", meeting.pk)
    record(
        now_there, "series.cancelled", by=by, when=f"{len(off)} meetings from {off[0].when}", reason=reason
    )
    series_rows.tell(now_there, had, what=f"{_from(off)} cancelled. Why: {reason}")
    return series_rows.whole(series.pk)


@transaction.atomic
def invite_to_series(series: Series, invitees: Iterable[Invitee], *, by: object) -> Series:
    """Invite more people to all that is still to come. Nobody new: nothing changes."""
    now_there = series_rows.opened(series.pk)
    had, people = series_rows.had(now_there), list(invitees)
    added = {a.email: a.name for m in series_rows.later(now_there) for a in revisions.add(m, people)}
    if added:
        names = ", ".join(added.values())
        series_rows.revise(now_there)
        record(now_there, "series.invited", by=by, people=names)
        series_rows.tell(now_there, had, what=f"Also invited now: {names}.")
    return series_rows.whole(series.pk)


@transaction.atomic
def uninvite_from_series(series: Series, email: str, *, by: object) -> Series:
    """Take one person off all that is still to come. Stale when they are on none of it."""
    now_there = series_rows.opened(series.pk)
    had = series_rows.had(now_there)
    rows = Attendee.objects.select_for_update().filter(
        meeting__in=series_rows.later(now_there), email__iexact=email, uninvited_at=None
    )
    found = list(rows)
    if not found:
        raise Stale("This person has been taken off already. Nothing was done.")
    Attendee.objects.filter(pk__in=[a.pk for a in found]).update(uninvited_at=revisions.now())
    series_rows.revise(now_there)
    record(now_there, "series.uninvited", by=by, people=found[0].name)
    series_rows.tell(now_there, had, what=f"No longer invited: {found[0].name}.")
    return series_rows.whole(series.pk)


def _from(off: list[Meeting]) -> str:
    if len(off) == 1:
        return f"The meeting of {off[0].when} is"
    return f"The {len(off)} meetings from {off[0].when} on are"


def _refuse_blocked(days: list[date], later: list[Meeting], resources: Iterable[Resource] | None) -> None:
    wanted = list(resources) if resources is not None else [r for m in later for r in m.resources]
    skipped = plan_dates(days, wanted).skipped
    if skipped:
        raise Refused(
            *(
                f"{times.spoken_date(day)}: {why}. Choose another day, or cancel that meeting first."
                for day, why in skipped.items()
            )
        )


def _offspring(series: Series, rule: str) -> Series:
    now = revisions.now()
    return Series.objects.create(
        title=series.title, about=series.about, rule=rule, created_at=now, stamped_at=now
    )
