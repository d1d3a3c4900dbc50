"""One small function per mail about a batch. Each says what is used, booked and left; references only (R8)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse

from consultations.models import Batch, BatchSession
from mail.actions import send
from provider.models import Provider

if TYPE_CHECKING:
    from billing.models import Quote


def batch_url(batch: Batch) -> str:
    return settings.BASE_URL + reverse("consultations:batch", args=[batch.reference])


def session_url(session: BatchSession, page: str = "session") -> str:
    path = reverse(f"consultations:{page}", args=[session.batch.reference, session.number])
    return settings.BASE_URL + path


def staff_url(batch: Batch) -> str:
    return settings.BASE_URL + reverse("batch:inspect", args=[batch.pk])


def _to_booker(template: str, batch: Batch, key: str = "", **context: object) -> None:
    now_there = Batch.objects.for_stages().get(pk=batch.pk)  # the balance as this very act leaves it
    contact = now_there.contact
    send(
        f"consultations/batch_{template}",
        to=contact.email,
        name=contact.name,
        key=key,
        about=now_there.reference,
        context={
            "reference": now_there.reference,
            "url": batch_url(now_there),
            "balance": now_there.balance if now_there.bought else None,
            "expires_on": now_there.expires_on,
            **context,
        },
    )


def request_received(batch: Batch) -> None:
    _to_booker("request_received", batch)


def request_to_office(batch: Batch) -> None:
    provider = Provider.load()
    send(
        "consultations/batch_request_to_office",
        to=provider.email,
        name=provider.short_name,
        about=batch.reference,
        context={"reference": batch.reference, "url": staff_url(batch)},
    )


def accepted(batch: Batch) -> None:
    _to_booker("accepted", batch)


def declined(batch: Batch) -> None:
    _to_booker("declined", batch)


def funding_agreed(batch: Batch) -> None:
    _to_booker("funding_agreed", batch, f"batch-funded:{batch.pk}")


def funding_declined(batch: Batch, quote: Quote) -> None:
    _to_booker("funding_declined", batch, f"batch-not-funded:{quote.pk}")


def extended(batch: Batch) -> None:
    _to_booker("extended", batch)


def runs_out(batch: Batch) -> None:
    """Once for each day it runs out on: an extension starts its time again."""
    _to_booker("runs_out", batch, f"batch-runs-out:{batch.pk}:{batch.expires_on}")


def renewal_offered(batch: Batch) -> None:
    """Before the last session, once."""
    renew = settings.BASE_URL + reverse("consultations:batch_renew", args=[batch.reference])
    _to_booker("renewal_offered", batch, f"batch-renewal:{batch.pk}", renew_url=renew)


def sessions_booked(batch: Batch, sessions: Sequence[BatchSession]) -> None:
    when = [(session.number, session.meeting.when) for session in sessions if session.meeting]
    _to_booker("sessions_booked", batch, sessions=when)


def session_cancelled(session: BatchSession, *, is_used: bool) -> None:
    _to_booker(
        "session_cancelled", session.batch, number=session.number, is_used=is_used, when=_when(session)
    )


def session_given_back(session: BatchSession) -> None:
    _to_booker("session_given_back", session.batch, number=session.number)


def session_given(session: BatchSession) -> None:
    case = session.consultation
    _to_booker("session_given", session.batch, case=case.reference if case else "")


def refunded(batch: Batch) -> None:
    """Once for each number of sessions that are refunded by now."""
    _to_booker("refunded", batch, f"batch-refunded:{batch.pk}:{batch.refunded}", sessions=batch.refunded)


def withdrawn(batch: Batch) -> None:
    _to_booker("withdrawn", batch)


def closed(batch: Batch) -> None:
    themes = settings.BASE_URL + reverse("consultations:batch_themes", args=[batch.reference])
    _to_booker("closed", batch, themes_url=themes, has_sessions=batch.bought > 0)


def note_shared(session: BatchSession, *, is_corrected: bool = False) -> None:
    """To everybody of the team who was invited, and to whoever asked for the batch."""
    batch = session.batch
    people = {batch.contact.email.lower(): (batch.contact.name, batch.contact.email)}
    for attendee in session.meeting.invited if session.meeting else []:
        if attendee.user is None or not attendee.user.is_staff:
            people.setdefault(attendee.email.lower(), (attendee.name, attendee.email))
    balance = Batch.objects.for_stages().get(pk=batch.pk).balance
    for name, email in people.values():
        send(
            "consultations/batch_note_shared",
            to=email,
            name=name,
            about=batch.reference,
            context={
                "reference": batch.reference,
                "number": session.number,
                "url": session_url(session, "session_note"),
                "is_corrected": is_corrected,
                "balance": balance,
                "expires_on": batch.expires_on,
            },
        )


def _when(session: BatchSession) -> str:
    return session.meeting.when if session.meeting else ""
