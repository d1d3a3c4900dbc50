"""The batch as one page: where it stands, what is left, the sessions, and every act as a button."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from consultations.batch_stages import stage_of_batch
from consultations.models import Batch, BatchSession
from consultations.staff.batch.act import crumbs_to
from consultations.staff.batch.acts import acts_of, next_act, session_link
from consultations.staff.batch.readings import readings_of_notes
from consultations.staff.words import told
from consultations.views.batch_request import asked_of
from design.staff import furniture
from engagements.timeline import NOT_A_STEP, entries_of

# A session's own steps say the same.
OF_MEETINGS = frozenset({"meeting.booked", "meeting.held", "meeting.cancelled"})


@require_GET
def page(request: HttpRequest, batch: Batch) -> HttpResponse:
    stage, user = stage_of_batch(batch), request.user
    acts = acts_of(batch, user)
    step = next_act(batch, stage, acts, user)
    sessions = sorted(batch.sessions.all(), key=lambda s: s.number)
    order = batch.order
    return render(
        request,
        "consultations/staff/batch/batch.html",
        {
            **furniture("Batch", subtitle=batch.reference, icon="calendar-check", crumbs=crumbs_to(batch)),
            "batch": batch,
            "stage": stage,
            "whose": "" if stage.is_over else stage.whose.value,
            "next": step,
            "yours": step is not None and step.is_on,
            "done": stage.is_over,
            "acts": acts,
            "balance": batch.balance if batch.bought else None,
            "sessions": [(session, session_link(session)) for session in sessions],
            "has_held": any(s.status == BatchSession.Status.HELD for s in sessions),
            "answers": told(asked_of(batch)),
            "order": order,
            "quotes": sorted(order.quotes.all(), key=lambda q: q.version) if order else [],
            "invoices": list(order.invoices.all()) if order else [],
            "order_href": _order_link(batch, user),
            "before": _sent(batch.renews),
            "after": [_sent(one) for one in batch.renewals.all() if one.requested_at],
            "entries": entries_of(
                batch, now="" if stage.is_over else stage.name, hidden=NOT_A_STEP | OF_MEETINGS
            ),
            "readings": readings_of_notes(sessions),
        },
    )


def _sent(batch: Batch | None) -> dict[str, Any] | None:
    """A neighbour in the chain of renewals; a draft is its booker's alone."""
    if batch is None or batch.requested_at is None:
        return None
    return {"reference": batch.reference, "href": reverse("batch:inspect", args=[batch.pk])}


def _order_link(batch: Batch, user: Any) -> str:
    if batch.order_id is None or not user.has_perm("billing.view_order"):
        return ""
    return reverse("orders:inspect", args=[batch.order_id])
