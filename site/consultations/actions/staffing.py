"""Which clinicians are on a case, and who must not be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from changes.log import record
from changes.refusals import Refused
from consultations import emails
from consultations.models import Conflict, Consultation

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def allocate(consultation: Consultation, *, consultant: User, second: User | None = None, by: User) -> None:
    """Name the lead consultant and, if there is one, the second: clinicians who write recommendations.

    Naming the same ones changes nothing. Raises Refused for anybody else, for one person twice, and for
    whoever declared a conflict of interest.
    """
    locked = Consultation.locked(consultation.pk)
    if locked.status in Consultation.ENDED:
        raise Refused("This consultation has ended, so nobody can be allocated to it.")
    if second is not None and second.pk == consultant.pk:
        raise Refused(f"{consultant} cannot be both the lead and the second consultant.")
    if refusals := [no for person in (consultant, second) if person for no in _why_not(locked, person)]:
        raise Refused(*refusals)
    second_pk = second.pk if second else None
    if (locked.lead_consultant_id, locked.second_consultant_id) == (consultant.pk, second_pk):
        return
    Consultation.objects.filter(pk=locked.pk).update(lead_consultant=consultant, second_consultant=second)
    consultation.lead_consultant, consultation.second_consultant = consultant, second
    named = str(consultant) if second is None else f"{consultant}, with {second}"
    record(consultation, "consultation.allocated", by=by, consultant=named)


def _why_not(consultation: Consultation, person: User) -> list[str]:
    if not person.has_perm("consultations.write_recommendations"):
        return [f"{person} is not a clinician who writes recommendations."]
    if consultation.conflicts.filter(user=person).exists():
        return [f"{person} has declared a conflict of interest in this case."]
    return []


@transaction.atomic
def declare_conflict(consultation: Consultation, *, reason: str, by: User) -> None:
    """A clinician has a conflict of interest: from now on they are off the case and cannot open it.

    The reason stays on the case, off the timeline and the mail. Raises Refused without one, for somebody who is
    no clinician, and when the case has ended.
    """
    if not reason.strip():
        raise Refused("Write what the conflict is.")
    if not by.has_perm("consultations.write_recommendations"):
        raise Refused("Only a clinician declares a conflict of interest.")
    locked = Consultation.locked(consultation.pk)
    if locked.status in Consultation.ENDED:
        raise Refused("This consultation has ended.")
    _, is_new = Conflict.objects.get_or_create(
        consultation=locked, user=by, defaults={"reason": reason.strip()}
    )
    if not is_new:
        return
    if locked.lead_consultant_id == by.pk:
        Consultation.objects.filter(pk=locked.pk).update(lead_consultant=None)
    if locked.second_consultant_id == by.pk:
        Consultation.objects.filter(pk=locked.pk).update(second_consultant=None)
    record(locked, "consultation.conflict_declared", by=by)
    emails.conflict_declared(locked, by)
