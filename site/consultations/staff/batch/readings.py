"""Who of the team read which note (R9)."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.contenttypes.models import ContentType
from wagtail.models import ModelLogEntry

from consultations.models import BatchSession
from engagements.timeline import Entry, who_of

MOST = 50


def readings_of_notes(sessions: Iterable[BatchSession]) -> list[Entry]:
    """The newest first, each saying of which session."""
    names = {str(session.pk): str(session) for session in sessions}
    entries = ModelLogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(BatchSession),
        action="batchsession.note_read",
        object_id__in=names,
    )
    newest = entries.select_related("user").order_by("-timestamp", "-pk")[:MOST]
    return [
        Entry(when=entry.timestamp, what=f"Note of {names[entry.object_id].lower()}", who=who_of(entry))
        for entry in newest
    ]
