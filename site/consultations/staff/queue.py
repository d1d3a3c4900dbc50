"""Referrals that wait for a decision: the urgent first, then the oldest, each with its criteria met or unmet."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.functional import cached_property
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.widgets.button import HeaderButton

from consultations.clock import Clock
from consultations.models import Consultation
from consultations.models.consultation import ConsultationQuerySet
from consultations.staff import access
from consultations.staff.listing import CaseList, ClockColumn, age_of
from design.templatetags.design import short_date

# Of the referral's encrypted answers, those that the criteria read; the rest is not decrypted for a list.
UNREAD = (
    "own_reference",
    "initials",
    "learning_needs",
    "behaviours",
    "happened",
    "people_affected",
    "tried",
    "investigation_detail",
    "outcome",
    "restrictions",
    "questions",
    "documents_elsewhere",
    "lawful_basis_detail",
    "asked",
    "answer",
)


class CriteriaColumn(Column):
    cell_template_name = "consultations/staff/criteria_cell.html"


class TriageQueue(CaseList):
    page_title = "Triage queue"
    filterset_class: Any = None
    index_url_name = "consultation:triage"
    index_results_url_name = "consultation:triage_results"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm(access.TRIAGE):
            raise Http404("Not yours to see.")
        return super().dispatch(request, *args, **kwargs)

    def get_base_queryset(self) -> ConsultationQuerySet:
        waiting = (Consultation.Status.SUBMITTED, Consultation.Status.QUESTIONED)
        return (
            Consultation.objects.sent()
            .free_of_conflict(self.request.user)
            .filter(status__in=waiting)
            .select_related("organisation", "contact", "referral")
            .defer(*(f"referral__{name}" for name in UNREAD))
        )

    def clock_of(self, case: Any) -> Clock | None:
        return self.clocks.read(case, answer_by=case.referral.answer_by, paused_at=None, is_reported=False)

    def order_queryset(self, queryset: ConsultationQuerySet) -> ConsultationQuerySet:
        return queryset.order_by("-is_urgent", "submitted_at", "pk")

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        return []

    @cached_property
    def columns(self) -> list[Column]:
        return [
            TitleColumn(
                "reference", label="Reference", url_name="consultation:inspect", classname="fp-nowrap"
            ),
            Column("urgent", label="Urgency", accessor=_urgency),
            Column("age", label="Waiting", accessor=age_of),
            ClockColumn("clock", label="Promised", accessor=self.clock_of),
            CriteriaColumn(
                "criteria", label="Before we can accept", accessor=lambda c: c.referral.criteria()
            ),
            Column("young_person", label="Age", accessor=lambda c: c.referral.age),
            Column(
                "police", label="Police or court", accessor=lambda c: c.referral.get_investigation_display()
            ),
            Column("organisation", label="Organisation"),
        ]


def _urgency(case: Consultation) -> str:
    needed = case.referral.needed_by
    words = "Urgent" if case.is_urgent else ""
    if needed:
        words = f"{words}, needed by {short_date(needed)}" if words else f"Needed by {short_date(needed)}"
    return words
