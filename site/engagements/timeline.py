"""The timeline of a commission as pages draw it: the post with its arms."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from wagtail.models import ModelLogEntry

from engagements.models import Engagement

# Readings and drafts are kept in the log for those who audit it; they are no step of the work.
NOT_A_STEP = frozenset(
    {
        "vault.read",
        "recommendations.read",
        "consultation.opened",
        "batchsession.note_read",
        "wagtail.edit",
        # Who said what of which date, and who needs what to take part, is read on the poll's and meeting's pages.
        "poll.answered",
        "poll.reminded",
        "poll.link_renewed",
        "meeting.needs_told",
        "meeting.agenda",
        # The order says the same in its own entries.
        "order.opened",
        "order.line_added",
        "order.line_removed",
        "quote.issued",
        "quote.accepted",
        "quote.declined",
        "quote.withdrawn",
        "quote.superseded",
        "invoice.issued",
    }
)


@dataclass(frozen=True)
class Entry:
    when: datetime | None
    what: str
    who: str = ""
    note: str = ""
    is_current: bool = False


def who_of(entry: ModelLogEntry) -> str:
    """A user by name, somebody without an account by the name they gave, or Fingerpost itself."""
    if entry.user_id is None:
        return str(entry.data.get("by", "")) or "Fingerpost"
    return str(entry.user_display_name)


def entries_of(
    engagement: Engagement, *, now: str = "", hidden: Collection[str] = NOT_A_STEP, with_reasons: bool = True
) -> list[Entry]:
    """Every step so far, oldest first, then where it stands now."""
    entries = [
        Entry(
            when=entry.timestamp,
            what=str(entry.message),
            who=who_of(entry),
            note=str(entry.comment) if with_reasons else "",
        )
        for entry in engagement.timeline()
        if entry.action not in hidden
    ]
    if now:
        entries.append(Entry(when=None, what=now, is_current=True))
    return entries


READINGS = ("vault.read", "recommendations.read", "batchsession.note_read", "consultation.opened")


def readings_of(engagement: Engagement, *, most: int = 50) -> list[Entry]:
    """Who read what, or opened the case and why, the newest first (R9)."""
    read = [entry for entry in engagement.timeline() if entry.action in READINGS]
    return [
        Entry(when=entry.timestamp, what=str(entry.message), who=who_of(entry), note=str(entry.comment))
        for entry in reversed(read[-most:])
    ]
