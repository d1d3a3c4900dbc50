"""Everything the signed-in referrer has with us."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from accounts.people import SignedInRequest
from consultations.batch_stages import stage_of_batch
from consultations.models import Batch, BatchSession, Consultation, Recipient, Recommendations
from consultations.stages import stage_of
from design.kept import sign_in_required
from engagements.stages import Whose


@sign_in_required
def mine(request: SignedInRequest) -> HttpResponse:
    rows = [
        {
            "consultation": consultation,
            "stage": stage,
            "yours": stage.whose == Whose.REFERRER,
            "shared_by": _shared_by(consultation, request),
        }
        for consultation in Consultation.objects.visible_to(request.user)
        .for_stages()
        .select_related("referral")
        for stage in [stage_of(consultation)]
    ]
    batches: list[dict[str, Any]] = [
        {
            "batch": batch,
            "stage": stage,
            "yours": stage.whose == Whose.BOOKER,
            "balance": batch.balance,
        }
        for batch in Batch.objects.visible_to(request.user).for_stages()
        for stage in [stage_of_batch(batch)]
    ]
    named = Recipient.objects.of(request.user).values("consultation_id")
    shared = Recommendations.objects.filter(
        consultation__in=named, status=Recommendations.Status.ISSUED, destroyed_at=None
    ).select_related("consultation")
    known = {row["batch"].pk for row in batches}
    return render(
        request,
        "consultations/mine.html",
        {"rows": rows, "batches": batches, "sessions": _invited_to(request, known), "shared": shared},
    )


def _invited_to(request: SignedInRequest, known: set[int]) -> list[BatchSession]:
    """Sessions of batches that are others' to see, the next one first."""
    return list(
        BatchSession.objects.readable_by(request.user)
        .exclude(batch__in=known)
        .exclude(meeting=None)
        .exclude(status=BatchSession.Status.CANCELLED)
        .select_related("batch", "meeting")
        .order_by("-meeting__starts_at")[:20]
    )


def _shared_by(consultation: Consultation, request: SignedInRequest) -> str:
    """Whose case it is, where it is a colleague's."""
    return "" if consultation.is_contact(request.user) else consultation.contact.name
