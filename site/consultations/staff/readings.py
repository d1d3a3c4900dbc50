"""Who read which file when: from the case's log, where every reading is kept (R9)."""

from __future__ import annotations

from collections import defaultdict

from django.contrib.contenttypes.models import ContentType
from wagtail.models import ModelLogEntry

from consultations.models import Consultation
from engagements.timeline import Entry, who_of
from vault.reading import READ


def readings_by_file(consultation: Consultation) -> dict[str, list[Entry]]:
    """By the file's name outside, the newest first, in one query."""
    entries = ModelLogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Consultation),
        object_id=str(consultation.pk),
        action=READ,
    ).select_related("user")
    found: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries.order_by("-timestamp", "-pk"):
        how = str(entry.data.get("how", "Downloaded"))
        found[str(entry.data.get("file", ""))].append(Entry(entry.timestamp, how, who_of(entry)))
    return dict(found)


def read_by(readings: list[Entry]) -> str:
    """Everybody who has read it, each once, the last first."""
    return ", ".join(dict.fromkeys(entry.who for entry in readings))
