"""What the sessions were about: of one batch, and of all; numbers that could point to somebody are hidden."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from consultations.models import Batch, BatchSession
from consultations.staff.batch import access
from consultations.staff.batch.act import crumbs_to
from consultations.staff.batch.listing import organisations_of_batches
from consultations.themes import report_of, report_of_sessions
from design.staff import furniture
from organisations.models import Organisation


@require_GET
def of_batch(request: HttpRequest, batch: Batch) -> HttpResponse:
    return render(
        request,
        "consultations/staff/batch/themes.html",
        {
            **furniture("Themes", subtitle=batch.reference, icon="tag", crumbs=crumbs_to(batch, "Themes")),
            "batch": batch,
            "about": f"{batch.team}, {batch.organisation}. {batch.balance.told}.",
            "report": report_of(batch),
        },
    )


class WhichForm(forms.Form):
    organisation = forms.ModelChoiceField(
        Organisation.objects.none(), required=False, empty_label="Every organisation"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["organisation"]
        choice.queryset = organisations_of_batches().order_by("name")


@require_GET
def of_all(request: HttpRequest) -> HttpResponse:
    """Under Reports, for those who read batches."""
    if not request.user.has_perm(access.VIEW):
        raise Http404("Not yours to see.")
    form = WhichForm(request.GET)
    chosen: Organisation | None = form.cleaned_data["organisation"] if form.is_valid() else None
    sessions = BatchSession.objects.all()
    if chosen is not None:
        sessions = sessions.filter(batch__organisation=chosen)
    return render(
        request,
        "consultations/staff/batch/themes.html",
        {
            **furniture("Themes of batches", icon="tag", crumbs=[{"url": "", "label": "Themes of batches"}]),
            "form": form,
            "about": f"All batches of {chosen}." if chosen else "All batches of every organisation.",
            "report": report_of_sessions(sessions),
        },
    )
