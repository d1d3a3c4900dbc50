"""Outside calendars: added, read by the clock, removed. Only busy times are ever kept (R8)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from changes.follow_ups import queue
from changes.log import record
from changes.refusals import Refused
from meetings.availability import fetching, outside
from meetings.availability.intervals import Span, joined
from meetings.availability.outside import Unreadable
from meetings.models import BusyTime, Meeting, OutsideCalendar, Reservation, Resource

BACK, AHEAD = timedelta(days=31), timedelta(days=400)  # what is kept of an outside calendar
EVERY = timedelta(minutes=30)  # between two readings of one address
AT_ONCE = 200  # addresses a run of the clock asks for
MOST = 5  # outside calendars of one diary
READ = "meetings.tasks.read_outside"


@transaction.atomic
def add_calendar(
    resource: Resource, *, name: str, url: str = "", file: bytes | None = None, by: object
) -> OutsideCalendar:
    """Add an outside calendar by address or by file. An address is read soon after, a file here and now.

    Raises Refused when the file cannot be read, or when this diary has five already. The file itself is
    not kept, and a repeating entry is followed for 400 days.
    """
    locked = Resource.objects.select_for_update().get(pk=resource.pk)
    if locked.outside.count() >= MOST:
        raise Refused(f"A diary can have {MOST} outside calendars. Remove one first.")
    try:
        if file is None:
            fetching.checked(url)
        calendar = OutsideCalendar.objects.create(resource=locked, name=name, url=url if file is None else "")
        if file is None:
            queue(READ, calendar.pk)
        else:
            keep(calendar, busy_in(file))
    except Unreadable as no:
        raise Refused(str(no)) from no
    record(locked, "resource.calendar_added", by=by, calendar=name)
    return calendar


@transaction.atomic
def remove_calendar(calendar: OutsideCalendar, *, by: object) -> None:
    """Forget it and its busy times. Done twice, nothing happens the second time."""
    if OutsideCalendar.objects.filter(pk=calendar.pk).delete()[0]:
        record(calendar.resource, "resource.calendar_removed", by=by, calendar=calendar.name)


@transaction.atomic
def read_again(calendar: OutsideCalendar) -> None:
    """Ask for a reading now rather than by the clock."""
    if calendar.is_file:
        raise Refused("This calendar came as a file. Add a newer file, then remove this one.")
    queue(READ, calendar.pk)


@transaction.atomic
def read_due() -> int:
    """Queue a reading of every address not tried for half an hour. Returns how many."""
    due = OutsideCalendar.objects.filter(
        Q(tried_at=None) | Q(tried_at__lte=timezone.now() - EVERY), resource__is_active=True
    )
    keys = [c.pk for c in due.order_by("tried_at", "pk") if not c.is_file][:AT_ONCE]
    for pk in keys:
        queue(READ, pk)
    return len(keys)


def read(calendar: OutsideCalendar) -> None:
    """Fetch it and keep what is busy. What goes wrong is kept in words; the last good times stay.

    The network is asked outside any transaction.
    """
    try:
        busy = busy_in(fetching.fetch(calendar.url))
    except Unreadable as no:
        OutsideCalendar.objects.filter(pk=calendar.pk).update(tried_at=timezone.now(), problem=str(no))
    else:
        keep(calendar, busy)


def busy_in(raw: bytes) -> list[tuple[Span, str]]:
    now = timezone.now()
    return outside.busy_spans(raw, now - BACK, now + AHEAD)


@transaction.atomic
def keep(calendar: OutsideCalendar, busy: list[tuple[Span, str]]) -> None:
    """Replace its busy times. Our own meetings, which that calendar shows as well, are left out."""
    if not OutsideCalendar.objects.select_for_update().filter(pk=calendar.pk):
        return  # removed while it was being read
    ours = set(Meeting.objects.filter(uid__in={uid for _, uid in busy if uid}).values_list("uid", flat=True))
    kept = _reserved(calendar)
    spans = joined(span for span, uid in busy if uid not in ours and tuple(span) not in kept)
    calendar.busy.all().delete()
    BusyTime.objects.bulk_create(
        (BusyTime(calendar=calendar, starts_at=span.start, ends_at=span.end) for span in spans),
        batch_size=500,
    )
    now = timezone.now()
    OutsideCalendar.objects.filter(pk=calendar.pk).update(read_at=now, tried_at=now, problem="")


def _reserved(calendar: OutsideCalendar) -> set[tuple[datetime, datetime]]:
    """The meetings of this diary: a calendar that shares free and busy only gives no UID to know them by."""
    rows = Reservation.objects.filter(resource=calendar.resource_id, active=True)
    return set(rows.values_list("meeting__starts_at", "meeting__ends_at"))
