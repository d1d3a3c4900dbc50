"""What the team brings to a session, and what it takes away."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from changes.log import record
from changes.refusals import Refused, Stale
from consultations.emails import batch as emails
from consultations.models import BatchSession, SessionItem, Theme

if TYPE_CHECKING:
    from accounts.models import User

MOST_ITEMS = 20


@transaction.atomic
def add_item(session: BatchSession, *, text: str, by: User) -> SessionItem:
    """One thing the team wants to bring, told so that nobody can tell of whom. Raises Stale once it has begun."""
    now_there = BatchSession.locked(session.pk)
    if not now_there.takes_items:
        raise Stale(f"{now_there} has begun or is off, so nothing was added.")
    if now_there.items.count() >= MOST_ITEMS:
        raise Refused(f"A session takes {MOST_ITEMS} items. Take one off first.")
    item = SessionItem.objects.create(session=now_there, text=text.strip(), added_by=by)
    record(now_there, "batchsession.item_added", by=by)
    return item


@transaction.atomic
def remove_item(item: SessionItem, *, by: User) -> None:
    """Whoever wrote it takes it off, or staff. Stale when it is gone or the session has begun."""
    now_there = BatchSession.locked(item.session_id)
    if item.added_by_id != by.pk and not by.has_perm("consultations.schedule_batch"):
        raise Refused("Only whoever added it can take it off.")
    if not now_there.takes_items or not now_there.items.filter(pk=item.pk).delete()[0]:
        raise Stale("It is off already, or the session has begun. Nothing was changed.")
    record(now_there, "batchsession.item_removed", by=by)


@transaction.atomic
def write_note(
    session: BatchSession,
    *,
    note: str,
    came: int | None,
    themes: Collection[Theme],
    seen: datetime | None,
    by: User,
    reason: str = "",
) -> None:
    """Keep the note, the themes and how many came, as often as anybody likes until it is shared.

    A shared note is corrected with a `reason`, and its readers are told again. `seen` is the `updated_at` of the
    page this was typed on: Stale when somebody else saved since. Raises Refused before the session was held.
    """
    now_there = BatchSession.locked(session.pk)
    missing = now_there.missing_for_note()
    is_correction = now_there.has_shared_note and note.strip() != now_there.note
    if is_correction and not note.strip():
        missing.append("The note has been shared, so it cannot be empty.")
    if is_correction and not reason.strip():
        missing.append("The note has been shared. Write why it is corrected.")
    if missing:
        raise Refused(*missing)
    if seen is not None and now_there.updated_at != seen:
        raise Stale(
            "Somebody saved this page after you opened it. What you typed is below, not saved yet: look at the "
            "session in another window, then save it again to keep yours."
        )
    now_there.note, now_there.came, now_there.note_by = note.strip(), came, by
    now_there.save(update_fields=["note", "came", "note_by", "updated_at"])
    now_there.themes.set(themes)
    if is_correction:
        BatchSession.objects.filter(pk=now_there.pk).update(note_shared_at=timezone.now())
        record(now_there, "batchsession.note_corrected", by=by, reason=reason.strip())
        emails.note_shared(now_there, is_corrected=True)


@transaction.atomic
def share_note(session: BatchSession, *, by: User) -> None:
    """Everybody who was invited may read it from now on, after sign-in. Refused while it is empty; once."""
    now_there = BatchSession.locked(session.pk)
    if now_there.has_shared_note:
        raise Stale("The note has been shared already.")
    missing = now_there.missing_for_note()
    if not missing and not now_there.note.strip():
        missing = ["Write the note first."]
    if missing:
        raise Refused(*missing)
    BatchSession.objects.filter(pk=now_there.pk).update(note_shared_at=timezone.now())
    record(now_there, "batchsession.note_shared", by=by)
    emails.note_shared(now_there)


def note_read(session: BatchSession, *, by: User) -> None:
    """Every reading of a shared note is kept (R9)."""
    record(session, "batchsession.note_read", by=by)
