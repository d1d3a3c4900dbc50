"""Who may see which case. Anybody else gets a 404, whether it exists or not (R9)."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from consultations.actions.referral import OPEN_TO_REFERRER
from consultations.models import Batch, Consultation
from consultations.models.batch import BatchQuerySet
from consultations.models.consultation import ConsultationQuerySet


def own(request: HttpRequest, reference: str, cases: ConsultationQuerySet | None = None) -> Consultation:
    """The signed-in referrer's case of this reference. Raises Http404 for everybody else."""
    every = Consultation.objects.all() if cases is None else cases
    mine = every.visible_to(request.user).select_related("referral", "organisation", "contact", "order")
    return get_object_or_404(mine, reference=reference.upper())


def own_batch(request: HttpRequest, reference: str, batches: BatchQuerySet | None = None) -> Batch:
    """The batch of this reference, for whoever asked and those who book for the team. Raises Http404 else."""
    every = Batch.objects.all() if batches is None else batches
    return get_object_or_404(
        every.visible_to(request.user).select_related("organisation", "contact"), reference=reference.upper()
    )


def own_open(request: HttpRequest, reference: str) -> Consultation:
    """The same, while the referral may still be written."""
    consultation = own(request, reference)
    if consultation.status not in OPEN_TO_REFERRER:
        raise Http404("This referral has been sent.")
    return consultation
