"""The case stands still, and goes on; its clock with it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from changes.log import record
from changes.refusals import Refused
from consultations import emails
from consultations.models import Consultation, ConsultationSettings, Pause
from provider.working_days import working_days_after, working_days_between

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def pause(consultation: Consultation, *, why: str, note: str = "", by: User) -> Pause:
    """Stop the work and its clock, for one of `Pause.Why`. `note` goes on the timeline: no detail of the child.

    Raises Refused when the case is not under way, or stands still already.
    """
    locked = Consultation.locked(consultation.pk)
    if locked.status != Consultation.Status.ACCEPTED or locked.issued_report is not None:
        raise Refused("Only a case that is accepted and not yet reported on can be paused.")
    if locked.pause is not None:
        raise Refused("This case is paused already.")
    if why == Pause.Why.OTHER and not note.strip():
        raise Refused("Write what has to be settled first.")
    return _stop(locked, why, note.strip(), by)


def _stop(locked: Consultation, why: str, note: str, by: User) -> Pause:
    stop = Pause.objects.create(consultation=locked, why=why, note=note)
    record(stop, "pause.standing", by=by, reason=stop.reason)
    emails.paused(locked, stop)
    return stop


@transaction.atomic
def go_on(consultation: Consultation, *, by: User) -> None:
    """End the pause that stands, and move our promise on by the working days it took.

    Raises Refused when none stands, or while no social worker is allocated and nobody has overridden that (R2).
    """
    locked = Consultation.locked(consultation.pk)
    stop = locked.pause
    if stop is None:
        raise Refused("This case is not paused.")
    if missing := locked.missing_for_going_on():
        raise Refused(*missing)
    _resume(locked, stop, by)


def _resume(locked: Consultation, stop: Pause, by: User) -> None:
    stop.move_to(Pause.Status.OVER, by=by, ended_at=timezone.now())
    if locked.papers_complete_at and locked.promised_on:
        first = max(_day(stop.started_at), _day(locked.papers_complete_at))
        taken = working_days_between(first, timezone.localdate())
        _promise(locked, working_days_after(locked.promised_on, taken), locked.papers_complete_at)
    emails.going_on(locked)


def mind_social_worker(locked: Consultation, *, by: User) -> None:
    """After the answer about the social worker changed: an accepted case pauses without one, goes on with one."""
    if locked.status != Consultation.Status.ACCEPTED or locked.issued_report is not None:
        return
    locked = Consultation.locked(locked.pk)
    if not locked.referral.has_social_worker:
        if locked.pause is None:
            _stop(locked, Pause.Why.SOCIAL_WORKER, "", by)
    elif locked.pause is not None and locked.pause.why == Pause.Why.SOCIAL_WORKER:
        _resume(locked, locked.pause, by)


@transaction.atomic
def mind_clock(consultation: Consultation) -> None:
    """Start the clock when the paperwork is complete, take our promise back when it is no longer. Safe to repeat.

    Called by every act that settles, returns or adds a document.
    """
    locked = Consultation.locked(consultation.pk)
    if locked.is_documented and locked.papers_complete_at is None:
        promised = working_days_after(timezone.localdate(), ConsultationSettings.load().target_days)
        _promise(locked, promised, timezone.now())
        record(locked, "consultation.papers_complete", by=None, promised=f"{promised.day} {promised:%B %Y}")
    elif not locked.is_documented and locked.papers_complete_at is not None and not locked.issued_report:
        _promise(locked, None, None)
        record(locked, "consultation.papers_incomplete", by=None)


def _promise(locked: Consultation, promised_on: date | None, complete_at: object) -> None:
    Consultation.objects.filter(pk=locked.pk).update(promised_on=promised_on, papers_complete_at=complete_at)


def _day(moment: object) -> date:
    return timezone.localdate(moment)  # type: ignore[arg-type]
