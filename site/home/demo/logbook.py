"""Who read what in the demonstration: each reading by what opens the file, which logs it (R9)."""

from __future__ import annotations

from django.http import HttpRequest

from accounts.models import User
from changes.log import record
from consultations import actions
from consultations.models import Recommendations
from home.demo.case import Told
from vault.reading import can_be_shown, show, stream

COVERS = ("a.diallo", "k.boyle")


def read_documents(told: Told, *readers: User) -> None:
    """Every newest file of the case, on the screen where it can be."""
    page = HttpRequest()
    page.method = "HEAD"  # opened and logged; nobody waits for the bytes
    for line in told.fresh().document_requests.prefetch_related("files__request"):
        file = line.newest
        if file is None or not file.is_readable:
            continue
        for reader in readers:
            opened = show if can_be_shown(file) else stream
            opened(page, file, by=reader, about=told.consultation)


def stand_in(told: Told) -> None:
    """A clinician who is not on the case opens it, says why, and reads."""
    who = told.cast.staff(next(name for name in COVERS if name != told.case.consultant))
    actions.note_opening(told.fresh(), by=who, reason=told.case.stand_in)
    read_documents(told, who)


def read_report(report: Recommendations, by: User) -> None:
    record(report, "recommendations.read", by=by)
