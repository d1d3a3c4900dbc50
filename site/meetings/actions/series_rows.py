"""What every act on a series rests on: its rows locked, the revision raised, the resources kept, everybody told."""

from __future__ import annotations

from dataclasses import replace

from changes.refusals import Refused, Stale
from meetings import itip, times
from meetings.actions import revisions
from meetings.emails import series as emails
from meetings.models import Attendee, Meeting, Resource, Series

Had = dict[str, tuple[Attendee, itip.Happening]]


def whole(pk: int) -> Series:
    return Series.objects.for_page().get(pk=pk)


def opened(pk: int | None, sequence: int | None = None) -> Series:
    """The series as it is, with its meetings, all locked until the transaction ends."""
    locked = Series.objects.select_for_update().filter(pk=pk or 0).first()
    if locked is None:
        raise Refused("This meeting is not one of a series.")
    if sequence is not None and sequence != locked.sequence:
        raise Stale(
            "Somebody changed this series after you opened the page. Nothing was done. Look at how it stands now."
        )
    list(Meeting.objects.select_for_update().filter(series=locked).order_by("pk").values_list("pk"))
    return whole(locked.pk)


def later(series: Series, start: Meeting | None = None) -> list[Meeting]:
    """What is still to come, from the rule's date of `start` on. Stale when there is nothing."""
    found = series.from_on(start)
    if not found or (start is not None and start not in found):
        raise Stale("Nothing of this series is still to come from there on. Nothing was done.")
    return found


def revise(series: Series) -> None:
    """A number above that of every meeting of it, now and before, for the whole and all that stands (R11)."""
    rows = Meeting.objects.filter(series=series)
    numbers = [series.sequence, *rows.values_list("sequence", flat=True)]
    stamps = [series.stamped_at, *rows.values_list("stamped_at", flat=True)]
    series.sequence, series.stamped_at = max(numbers) + 1, revisions.after(max(stamps))
    series.save(update_fields=["sequence", "stamped_at"])
    rows.exclude(status=Meeting.Status.CANCELLED).update(
        sequence=series.sequence, stamped_at=series.stamped_at
    )


def reserve(wanted: list[tuple[Meeting, list[Resource]]], *, despite: str, by: object) -> None:
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


def had(series: Series) -> Had:
    """Whose calendars hold the series now, and what of it they know."""
    told = series.happenings()
    return {
        email: (attendee, mine[0])
        for email, attendee in series.people().items()
        if (mine := series.entries_for(email, told))
    }


def tell(series: Series, had: Had, *, what: str = "") -> None:
    """One mail to everybody whose calendar holds the series, or held it before."""
    series = whole(series.pk)
    told, people = series.happenings(), series.people()
    for email in dict.fromkeys([*people, *had]):
        attendee = people[email] if email in people else had[email][0]
        if entries := series.entries_for(email, told):
            message = emails.told(series, attendee, entries, is_new=email not in had, what=what)
            if email not in had:
                rows = Attendee.objects.filter(meeting__series=series, email__iexact=email)
                rows.update(thread_id=message.message_id)
        elif email in had:
            last = replace(had[email][1], sequence=series.sequence, stamped_at=series.stamped_at)
            emails.cancelled(series, attendee, last, for_all=not told, what=what)
