"""Booking a series, moving or cancelling it from one meeting on, inviting to all of it.

One of its meetings is moved, cancelled, or given other people by the acts on a meeting. The acts here raise
the SEQUENCE of the whole, and each person gets one mail with the series as it is for them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from django.db import transaction

from changes.follow_ups import announce
from changes.log import record
from changes.refusals import Refused, Stale
from meetings import itip, times
from meetings.actions import reminder, revisions
from meetings.actions.planning import bounded, moved_days, plan, plan_dates, refuse_odd_hours
from meetings.actions.revisions import Invitee, Partstat
from meetings.emails import series as series_emails
from meetings.itip.recurrence import rule_for
from meetings.models import Attendee, Meeting, Resource, Series

Had = dict[str, tuple[Attendee, itip.Happening]]


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
    _reserve([(meeting, wanted) for meeting in made], despite=despite, by=by)
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
    _tell(series, {})
    for meeting in made:
        reminder.plan(meeting)
        announce("meeting_booked", meeting.pk)
    series = _whole(series.pk)
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
    series = _opened(meeting.series_id, sequence)
    later = _later(series, meeting)
    had = _had(series)
    kept = [m for m in series.standing if m not in later]
    start = starts_at.astimezone(times.LONDON)
    rule, days = moved_days(series, later, start.date())
    _refuse_blocked(days, later, resources)
    _revise(series)
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
    _reserve(wanted, despite=despite, by=by)
    for one in later:
        record(one, "meeting.moved", by=by, when=one.when)
        reminder.plan(one)
        announce("meeting_moved", one.pk)
    what = f"From {before} on, the meetings have a new time or place."
    record(target, "series.moved", by=by, before=before, when=later[0].when)
    _tell(series, had, what=what)
    if target.pk != series.pk:
        _tell(target, {})
    return _whole(target.pk)


@transaction.atomic
def cancel_series(
    series: Series, *, by: object, reason: str, start: Meeting | None = None, sequence: int | None = None
) -> Series:
    """Call off all that is still to come, or `start` and all later: those before stand.

    `reason` is mailed: references only (R8). Stale when nothing is to come.
    """
    now_there = _opened(series.pk, sequence)
    had = _had(now_there)
    off = _later(now_there, start)
    _revise(now_there)
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
    _tell(now_there, had, what=f"{_from(off)} cancelled. Why: {reason}")
    return _whole(series.pk)


@transaction.atomic
def invite_to_series(series: Series, invitees: Iterable[Invitee], *, by: object) -> Series:
    """Invite more people to all that is still to come. Nobody new: nothing changes."""
    now_there = _opened(series.pk)
    had, people = _had(now_there), list(invitees)
    added = {a.email: a.name for m in _later(now_there) for a in revisions.add(m, people)}
    if added:
        names = ", ".join(added.values())
        _revise(now_there)
        record(now_there, "series.invited", by=by, people=names)
        _tell(now_there, had, what=f"Also invited now: {names}.")
    return _whole(series.pk)


@transaction.atomic
def uninvite_from_series(series: Series, email: str, *, by: object) -> Series:
    """Take one person off all that is still to come. Stale when they are on none of it."""
    now_there = _opened(series.pk)
    had = _had(now_there)
    rows = Attendee.objects.select_for_update().filter(
        meeting__in=_later(now_there), email__iexact=email, uninvited_at=None
    )
    found = list(rows)
    if not found:
        raise Stale("This person has been taken off already. Nothing was done.")
    Attendee.objects.filter(pk__in=[a.pk for a in found]).update(uninvited_at=revisions.now())
    _revise(now_there)
    record(now_there, "series.uninvited", by=by, people=found[0].name)
    _tell(now_there, had, what=f"No longer invited: {found[0].name}.")
    return _whole(series.pk)


def _whole(pk: int) -> Series:
    return Series.objects.for_page().get(pk=pk)


def _opened(pk: int | None, sequence: int | None = None) -> Series:
    """The series as it is, with its meetings, all locked until the transaction ends."""
    locked = Series.objects.select_for_update().filter(pk=pk or 0).first()
    if locked is None:
        raise Refused("This meeting is not one of a series.")
    if sequence is not None and sequence != locked.sequence:
        raise Stale(
            "Somebody changed this series after you opened the page. Nothing was done. Look at how it stands now."
        )
    list(Meeting.objects.select_for_update().filter(series=locked).order_by("pk").values_list("pk"))
    return _whole(locked.pk)


def _later(series: Series, start: Meeting | None = None) -> list[Meeting]:
    """What is still to come, from the rule's date of `start` on. Stale when there is nothing."""
    found = series.from_on(start)
    if not found or (start is not None and start not in found):
        raise Stale("Nothing of this series is still to come from there on. Nothing was done.")
    return found


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


def _revise(series: Series) -> None:
    """A number above that of every meeting of it, now and before, for the whole and all that stands (R11)."""
    rows = Meeting.objects.filter(series=series)
    numbers = [series.sequence, *rows.values_list("sequence", flat=True)]
    stamps = [series.stamped_at, *rows.values_list("stamped_at", flat=True)]
    series.sequence, series.stamped_at = max(numbers) + 1, revisions.after(max(stamps))
    series.save(update_fields=["sequence", "stamped_at"])
    rows.exclude(status=Meeting.Status.CANCELLED).update(
        sequence=series.sequence, stamped_at=series.stamped_at
    )


def _reserve(wanted: list[tuple[Meeting, list[Resource]]], *, despite: str, by: object) -> None:
    """Keep for each meeting what it needs; those of one series do not stand in each other's way (R3)."""
    needed = {resource.pk for _, resources in wanted for resource in resources}
    list(Resource.objects.select_for_update().filter(pk__in=needed).order_by("pk"))  # all in one order
    for meeting, _ in wanted:
        meeting.reservations.update(active=False)
    messages: list[str] = []
    only_warned = True
    for meeting, resources in wanted:
        try:
            revisions.reserve(meeting, resources, despite=despite, by=by)
        except revisions.Unsuitable as no:  # says whose hours and leave, but not on which of the days
            messages += [f"{times.spoken_day(meeting.starts_at)}: {line}" for line in no.messages]
        except Refused as no:
            messages += no.messages
            only_warned = False
    if messages:
        kind = revisions.Unsuitable if only_warned else Refused
        raise kind(*dict.fromkeys(messages))


def _had(series: Series) -> Had:
    """Whose calendars hold the series now, and what of it they know."""
    told = series.happenings()
    return {
        email: (attendee, mine[0])
        for email, attendee in series.people().items()
        if (mine := series.entries_for(email, told))
    }


def _tell(series: Series, had: Had, *, what: str = "") -> None:
    """One mail to everybody whose calendar holds the series, or held it before."""
    series = _whole(series.pk)
    told, people = series.happenings(), series.people()
    for email in dict.fromkeys([*people, *had]):
        attendee = people[email] if email in people else had[email][0]
        if entries := series.entries_for(email, told):
            message = series_emails.told(series, attendee, entries, is_new=email not in had, what=what)
            if email not in had:
                rows = Attendee.objects.filter(meeting__series=series, email__iexact=email)
                rows.update(thread_id=message.message_id)
        elif email in had:
            last = replace(had[email][1], sequence=series.sequence, stamped_at=series.stamped_at)
            series_emails.cancelled(series, attendee, last, for_all=not told, what=what)
