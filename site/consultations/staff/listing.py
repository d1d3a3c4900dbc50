"""The list of cases, oldest promise first, found by whatever somebody says on the phone."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import F, Prefetch
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.functional import cached_property
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic

from accounts.models import User
from billing.models import Order
from consultations.models import CaseDocument, Consultation, Recommendations
from consultations.models.consultation import ConsultationQuerySet
from consultations.staff import access
from consultations.stages import stage_of
from engagements.stages import Stage, Whose
from organisations.models import Organisation

NARRATIVES = ("background", "network_view", "formulation", "suitability", "review_note", "snapshot_text")
SENT_STATUSES = [(s.value, s.label) for s in Consultation.Status if s != Consultation.Status.DRAFT]


def cases_for_list() -> ConsultationQuerySet:
    """With all that a stage is read from, in a fixed number of queries, and nothing that has to be decrypted."""
    return (
        Consultation.objects.sent()
        .select_related("organisation", "contact", "lead_consultant")
        .prefetch_related(
            Prefetch("order", Order.objects.with_facts()),
            "order__quotes",
            "order__invoices",
            "document_requests",
            Prefetch("document_requests__files", CaseDocument.objects.defer("original_name")),
            "meetings",
            Prefetch("reports", Recommendations.objects.defer(*NARRATIVES)),
        )
    )


def oldest_promise_first(cases: ConsultationQuerySet) -> ConsultationQuerySet:
    """Those still open, the longest waiting first; then those that have ended, the last one first."""
    return cases.order_by(F("ended_at").desc(nulls_first=True), "submitted_at", "pk")


def days_old(consultation: Consultation) -> int | None:
    if consultation.submitted_at is None or consultation.status in Consultation.ENDED:
        return None
    return (timezone.localdate() - timezone.localtime(consultation.submitted_at).date()).days


def age_of(consultation: Consultation) -> str:
    days = days_old(consultation)
    if days is None:
        return ""
    return "Today" if days == 0 else "1 day" if days == 1 else f"{days} days"


def turn_of(stage: Stage) -> str:
    return "" if stage.whose == Whose.NOBODY else str(stage.whose).capitalize()


class CaseFilters(WagtailFilterSet):
    status = django_filters.MultipleChoiceFilter(choices=SENT_STATUSES, label="Status")
    lead_consultant = django_filters.ModelChoiceFilter(
        queryset=User.objects.filter(led_consultations__isnull=False).distinct(), label="Lead consultant"
    )
    organisation = django_filters.ModelChoiceFilter(
        queryset=Organisation.objects.filter(consultations__submitted_at__isnull=False).distinct(),
        label="Organisation",
    )

    class Meta:
        model = Consultation
        fields: list[str] = []


class CaseList(generic.IndexView):
    page_title = "Consultations"
    filterset_class = CaseFilters
    search_fields = ["reference", "organisation__name", "contact__name", "contact__email"]
    search_backend_name = None
    any_permission_required = ["view"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm(access.VIEW):
            raise Http404("Not yours to see.")
        return super().dispatch(request, *args, **kwargs)

    def get_base_queryset(self) -> ConsultationQuerySet:
        return cases_for_list()

    def order_queryset(self, queryset: ConsultationQuerySet) -> ConsultationQuerySet:
        return oldest_promise_first(queryset)

    @cached_property
    def columns(self) -> list[Column]:
        return [
            TitleColumn(
                "reference", label="Reference", url_name="consultation:inspect", classname="fp-nowrap"
            ),
            Column("stage", label="Where it stands", accessor=lambda c: stage_of(c).name),
            Column("turn", label="Whose turn", accessor=lambda c: turn_of(stage_of(c))),
            Column("organisation", label="Organisation"),
            Column("lead", label="Lead consultant", accessor=lambda c: c.lead_consultant or "Nobody yet"),
            Column("age", label="Open for", accessor=age_of),
        ]
