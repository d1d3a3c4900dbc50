"""Meetings that repeat: one rule, one UID, a Meeting row for each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone

from meetings import itip
from meetings.itip.recurrence import spoken
from meetings.models.meeting import Meeting, new_uid

if TYPE_CHECKING:
    from meetings.models.attendee import Attendee


class SeriesQuerySet(models.QuerySet["Series"]):
    def for_page(self) -> SeriesQuerySet:
        return self.prefetch_related("meetings__attendees", "meetings__reservations__resource")


class Series(models.Model):
    """Meetings that repeat. It has no status of its own: each of its meetings has.

    What its first VEVENT says is what most of its meetings say; those that differ get a VEVENT of their own,
    those called off an EXDATE. So nothing is kept twice. A revision of the whole raises `sequence` above that
    of every meeting, a revision of one meeting raises that one's own: each number only ever rises (R11).
    """

    uid = models.CharField("UID", max_length=255, unique=True, default=new_uid, editable=False)
    sequence = models.PositiveIntegerField("SEQUENCE", default=0, editable=False)
    title = models.CharField(max_length=150, help_text="A reference, never a person's details.")
    about = models.CharField("reference", max_length=20, blank=True, db_index=True)
    rule = models.CharField("RRULE without its end", max_length=100, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    stamped_at = models.DateTimeField(default=timezone.now, editable=False)

    skipped: dict[date, str] = {}  # told by the act that booked it, kept in its log

    objects = SeriesQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "series"
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def repeats(self) -> str:
        """Every two weeks, from Tuesday 24 November 2026."""
        return spoken(self.rule)

    @property
    def listed(self) -> list[Meeting]:
        """Every meeting it ever had, in order (of the prefetched rows, if any)."""
        return sorted(self.meetings.all(), key=lambda m: (m.starts_at, m.pk))

    @property
    def standing(self) -> list[Meeting]:
        """Those not called off: what is in people's calendars."""
        return [m for m in self.listed if m.status != Meeting.Status.CANCELLED]

    @property
    def to_come(self) -> list[Meeting]:
        """Those that can still be changed as a whole: confirmed and not begun."""
        return [m for m in self.listed if m.status == Meeting.Status.CONFIRMED and not m.has_started]

    def from_on(self, start: Meeting | None = None) -> list[Meeting]:
        """What is to come, from the date of `start` on, by the dates that the rule gave them."""
        found = [m for m in self.to_come if start is None or m.planned_start >= start.planned_start]
        return sorted(found, key=lambda m: m.planned_start)

    def who_comes(self) -> list[tuple[Attendee, str, str]]:
        """Everybody on anything still to come: their first row, to how many they are invited, what they said."""
        rows: dict[str, list[Attendee]] = {}
        for meeting in self.to_come:
            for attendee in meeting.invited:
                rows.setdefault(attendee.email.lower(), []).append(attendee)
        return [(mine[0], self._invited_to(mine), _answered(mine)) for mine in rows.values()]

    def _invited_to(self, mine: list[Attendee]) -> str:
        count = len(self.to_come)
        return f"All {count} to come" if len(mine) == count else f"{len(mine)} of {count} to come"

    @property
    def answers(self) -> str:
        """4 of 6 still to come."""
        return f"{len(self.to_come)} of {len(self.standing)} still to come"

    def people(self) -> dict[str, Attendee]:
        """Everybody ever invited to any of its meetings, by address: the row of the earliest one to come."""
        found: dict[str, Attendee] = {}
        for meeting in [*self.to_come, *self.listed]:
            for attendee in sorted(meeting.attendees.all(), key=lambda a: a.pk):
                found.setdefault(attendee.email.lower(), attendee)
        return found

    def happenings(self) -> dict[int, itip.Happening]:
        """Each standing meeting as calendars are told of it, by its pk."""
        return {m.pk: m.happening() for m in self.standing}

    def entries_for(self, email: str, told: dict[int, itip.Happening]) -> list[itip.Happening]:
        """The series in one person's calendar: the whole, then what differs. Empty when they are in none of it."""
        mine = [h for h in told.values() if any(p.email.lower() == email.lower() for p in h.people)]
        return self._entries(mine) if mine else []

    def _entries(self, mine: Iterable[itip.Happening]) -> list[itip.Happening]:
        by_start = dict(sorted((_start(h), h) for h in mine))
        first = min(by_start)
        sayings = Counter(_saying(h) for h in by_start.values())
        usual = next(h for h in by_start.values() if sayings[_saying(h)] == max(sayings.values()))
        lengths = Counter(h.ends_at - h.starts_at for start, h in by_start.items() if h.starts_at == start)
        length = lengths.most_common(1)[0][0] if lengths else usual.ends_at - usual.starts_at
        whole = replace(
            usual,
            sequence=self.sequence,
            created_at=self.created_at,
            stamped_at=self.stamped_at,
            starts_at=first,
            ends_at=first + length,
            recurrence_id=None,
            recurrence=itip.recurrence(self.rule, by_start),
        )
        instances = (
            h
            for start, h in by_start.items()
            if (_saying(h), h.starts_at, h.ends_at - h.starts_at) != (_saying(whole), start, length)
        )
        return [whole, *instances]


def _answered(mine: list[Attendee]) -> str:
    """Coming; or, where they differ, how often which."""
    said = Counter(attendee.get_partstat_display() for attendee in mine)
    return next(iter(said)) if len(said) == 1 else ", ".join(f"{word} {n}" for word, n in said.items())


def _start(happening: itip.Happening) -> datetime:
    """The start it has by the rule, in London time."""
    return (happening.recurrence_id or happening.starts_at).astimezone(itip.LONDON)


def _saying(happening: itip.Happening) -> tuple[object, ...]:
    """All but when it is, and which revision."""
    h = happening
    return (h.title, h.description, h.place, h.video_url, h.people)
